# SPDX-License-Identifier: MIT
"""The datagram echo with the tools users have: nc and socat. Argument: udp_echo."""
import shutil
import socket
import sys
import unittest

import programs

UDP_ECHO = sys.argv[1]


class UdpEcho(programs.Case):
    def start_on(self, endpoint):
        server = self.start(UDP_ECHO, endpoint)
        server.expect("listening on ")
        server.expect("\n")
        return server, server.transcript.splitlines()[0].removeprefix("listening on ")

    def answer_to(self, text, *command):
        client = self.start(*command)
        client.type(text)
        client.expect(text)

    def test_nc(self):
        programs.need_nc()
        server, address = self.start_on("udp:127.0.0.1:0")
        host, _, port = address.rpartition(":")
        self.answer_to("hello over nc\n", "nc", "-u", host, port)
        self.stop(server)

    def test_nc_over_a_unix_socket(self):
        programs.need_nc()
        server, _ = self.start_on(f"unixgram:{self.folder}/echo")
        self.answer_to("hello\n", "nc", "-uU", "-s", f"{self.folder}/nc", f"{self.folder}/echo")
        self.stop(server)
        self.assertFalse((self.folder / "echo").exists())

    @unittest.skipUnless(shutil.which("socat"), "there is no socat")
    def test_socat_over_both_versions_of_ip(self):
        server, address = self.start_on("udp:0")
        port = address.rpartition(":")[2]
        self.answer_to("four\n", "socat", "-", f"UDP4:127.0.0.1:{port}")
        with socket.socket(socket.AF_INET6) as probe:
            try:
                probe.bind(("::1", 0))
            except OSError:
                self.skipTest("no IPv6 here")
        self.answer_to("six\n", "socat", "-", f"UDP6:[::1]:{port}")
        self.stop(server)
        self.assertIn("answers dropped: 0", server.transcript)

    def test_a_bad_endpoint_is_one_clear_line(self):
        server = self.start(UDP_ECHO, "udp:example.org:53")
        self.assertEqual(server.wait(), 1)
        self.assertEqual(
            server.errors(),
            "udp_echo: cannot bind udp:example.org:53: an interface is an IP address, "
            '"example.org" is none: bad address\n',
        )


programs.run()
