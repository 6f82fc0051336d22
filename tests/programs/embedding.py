# SPDX-License-Identifier: MIT
"""hawser in loops of other kinds. Arguments: the examples that were built, found by their names."""
import pathlib
import signal
import sys
import unittest

import programs

BUILT = {pathlib.Path(path).name: path for path in sys.argv[1:]}


def needs(name):
    return unittest.skipUnless(name in BUILT, f"{name} was not built: its toolkit is not here")


class Embedding(programs.Case):
    def start_listening(self, name):
        server = self.start(BUILT[name], "tcp:127.0.0.1:0")
        server.expect("listening on ")
        server.expect("\n")
        return server, self.connect(server.transcript.split("listening on ")[1].split()[0])

    def check_echo(self, name, *, ticks=False):
        server, client = self.start_listening(name)
        self.assertEqual(programs.ask(client, b"x" * 1_000_000), b"x" * 1_000_000)
        if ticks:
            server.expect("tick\n")
        server.signal(signal.SIGINT)
        self.assertEqual(programs.receive_all(client), b"")
        self.assert_good_end(server)
        self.assertEqual(server.transcript.splitlines()[-1], "closed")

    @needs("embed_uv")
    def test_a_loop_of_libuv(self):
        self.check_echo("embed_uv", ticks=True)

    @needs("embed_glib")
    def test_a_main_loop_of_glib(self):
        self.check_echo("embed_glib", ticks=True)

    @needs("embed_asio")
    def test_beside_asio(self):
        self.check_echo("embed_asio")

    def test_a_poll_loop(self):
        server, client = self.start_listening("embed_poll")
        self.assertEqual(programs.ask(client, b"hello"), b"hello")
        server.type("words\n")
        server.expect("you typed 6 bytes")
        self.assertEqual(programs.ask(client, b"again"), b"again")
        server.type("\n")
        self.assertEqual(programs.receive_all(client), b"")
        self.assert_good_end(server)
        self.assertEqual(server.transcript.splitlines()[-1], "closed")

    def test_it_sleeps_while_nothing_happens(self):
        for name in {"embed_asio", "embed_glib", "embed_poll", "embed_uv"} & set(BUILT):
            with self.subTest(name):
                server, client = self.start_listening(name)
                self.assertEqual(programs.ask(client, b"hello"), b"hello")
                before = server.processor_seconds()
                client.settimeout(1)
                with self.assertRaises(TimeoutError):
                    client.recv(1)
                self.assertLess(server.processor_seconds() - before, 0.3)

    def test_a_game_loop(self):
        server, client = self.start_listening("game_loop")
        def frame():  # where the ball is; each begins with "\\r"
            nonlocal seen
            while seen.count(b"\r") < 2:
                seen += client.recv(4096)
            shown, _, seen = seen[1:].partition(b"\r")
            seen = b"\r" + seen
            self.assertRegex(shown, rb"^ *o $")
            return len(shown) - 2

        seen = b""
        first = frame()
        self.assertEqual(frame(), (first + 1) % 80)
        client.sendall(b"kick")
        place = frame()
        turned = False
        while not turned:
            before, place = place, frame()
            turned = place == (before - 1) % 80
            self.assertTrue(turned or place == (before + 1) % 80)
        server.kill()

    def test_a_thread_beside_a_program_that_waits(self):
        server, client = self.start_listening("reactor_thread")
        server.type("\n")
        server.expect("guests: ")
        server.type("hello\n")
        self.assertEqual(programs.receive(client, 6), b"hello\n")
        server.type("\n")
        server.expect("guests: 1")
        server.end_input()
        self.assertEqual(programs.receive_all(client), b"")
        self.assert_good_end(server)


programs.run()
