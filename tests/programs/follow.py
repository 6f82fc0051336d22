# SPDX-License-Identifier: MIT
"""A client that stays connected. Arguments: follow, echo_server."""
import sys

import programs

FOLLOW, ECHO_SERVER = sys.argv[1:3]


class Follow(programs.Case):
    def setUp(self):
        super().setUp()
        self.endpoint = f"unix:{self.folder}/server"  # a place that nobody else takes meanwhile

    def server(self):
        return self.start_echo(ECHO_SERVER, self.endpoint)[0]

    def said(self, process, text):
        programs.until(lambda: text in process.errors(), f"{text!r} from {process}")

    def test_it_comes_back_when_the_server_does(self):
        server = self.server()
        process = self.start(FOLLOW, self.endpoint)
        process.expect("hello\n")  # its own, echoed

        server.kill()
        process.expect("(lost)\n")
        self.said(process, "connection refused; trying again in")
        server = self.server()
        process.expect("hello\n")

        self.stop(process)
        process.expect("(lost)\n")
        self.stop(server)

    def test_it_waits_for_a_server_that_is_not_there_yet(self):
        process = self.start(FOLLOW, self.endpoint)
        self.said(process, "no such file or directory; trying again in")

        self.server()

        process.expect("hello\n")
        self.stop(process)

    def test_it_ends_at_once_while_it_waits(self):
        process = self.start(FOLLOW, self.endpoint)
        self.said(process, "trying again in")

        self.stop(process)

        self.assertEqual(process.transcript, "")

    def test_usage(self):
        process = self.start(FOLLOW)
        self.assertEqual(process.wait(), 2, str(process))
        self.assertIn("usage: follow ENDPOINT", process.errors())
        process = self.start(FOLLOW, "tcp:http")
        self.assertEqual(process.wait(), 1, str(process))
        self.assertIn('bad endpoint "tcp:http"', process.errors())


programs.run()
