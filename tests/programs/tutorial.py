# SPDX-License-Identifier: MIT
"""The programs of the tutorial, as its reader talks to them.

Arguments: chat, echo, lines, quiz, tell.
"""
import re
import socket
import sys

import programs

CHAT, ECHO, LINES, QUIZ, TELL = sys.argv[1:6]


class Tutorial(programs.Case):
    def serve(self, program, *endpoints):
        endpoints = endpoints or ("tcp:127.0.0.1:0",)
        server = self.start(program, *endpoints)
        programs.until(lambda: server.errors().count("listening on") == len(endpoints), server)
        return server, re.findall(r"listening on (.*)", server.errors())

    def expect(self, client, text):
        self.assertEqual(programs.receive(client, len(text)).decode(), text)

    def test_echo(self):
        server, addresses = self.serve(ECHO)
        client = self.connect(addresses[0])
        self.assertEqual(programs.ask(client, b"hello\n"), b"hello\n")
        self.stop(server)

    def test_lines_backwards(self):
        server, addresses = self.serve(LINES)
        client = self.connect(addresses[0])
        self.expect(client, "Say something, or bye.\n")
        client.sendall(b"hello\nol")
        self.expect(client, "olleh\n")
        client.sendall(b"leh\nbye\nnot heard\n")
        self.expect(client, "hello\nYou said 2 lines.\n")
        self.assertEqual(client.recv(1), b"")
        self.stop(server)

    def test_a_line_that_is_too_long(self):
        server, addresses = self.serve(LINES)
        client = self.connect(addresses[0])
        client.sendall(b"x" * 300)
        self.assertEqual(
            programs.receive_all(client), b"Say something, or bye.\nThat is too long to remember.\n"
        )
        self.stop(server)

    def test_a_chat_over_two_kinds_of_socket_and_who_tells_it_something(self):
        server, (tcp, unix) = self.serve(CHAT, "tcp:127.0.0.1:0", f"unix:{self.folder}/room.sock")
        ada, bob = self.connect(tcp), self.connect(unix)
        for guest, name in (ada, "Ada"), (bob, "Bob"):
            guest.sendall(name.encode() + b"\n")
            self.expect(guest, f"What is your name?\nWelcome, {name}.\n")
        self.expect(ada, "Bob has come.\n")
        bob.sendall(b"hello\n")
        self.expect(ada, "Bob: hello\n")
        ada.shutdown(socket.SHUT_WR)
        self.expect(bob, "Ada has gone.\n")

        self.assert_good_end(self.start(TELL, f"tcp:{tcp}", "Eve", "good evening"))

        self.expect(bob, "Eve has come.\nEve: good evening\nEve has gone.\n")
        self.stop(server)

    def test_telling_nobody(self):
        teller = self.start(TELL, f"unix:{self.folder}/nobody", "Ada", "hello")
        self.assert_good_end(teller, code=1)
        self.assertIn("no such file", teller.errors())

    def test_a_quiz(self):
        server, addresses = self.serve(QUIZ)
        player = self.connect(addresses[0])
        player.sendall(b"a river\na comb\nno idea\n")
        said = programs.receive_all(player).decode()
        self.assertTrue(said.startswith("What has a bed and never sleeps?\n"), said)
        self.assertTrue(said.endswith("No, a bottle.\nYou knew 2 of 3.\n"), said)
        self.stop(server)


programs.run()
