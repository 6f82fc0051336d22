# SPDX-License-Identifier: MIT
"""Peers of a chat that know no manners harm nobody. Argument: chat_server."""
import random
import socket
import struct
import sys

import programs

CHAT_SERVER = sys.argv[1]
QUESTION = b"What is your name?\n"


class HostilePeers(programs.Case):
    def setUp(self):
        super().setUp()
        self.server, ((host, port), _) = self.start_chat(
            CHAT_SERVER, "tcp:127.0.0.1:0", f"unix:{self.folder}/chat.sock"
        )
        self.address = f"{host}:{port}"
        self.ada, self.bob = self.come("Ada"), self.come("Bob")
        self.assertEqual(self.line(self.ada), "* Bob has joined lobby")

    def tearDown(self):
        """Ada and Bob are still there, and still understand each other."""
        self.assert_talk("that was all")
        self.stop(self.server)
        self.assertEqual(self.line(self.ada), "* the server is shutting down")
        self.assertEqual(self.line(self.bob), "* the server is shutting down")
        super().tearDown()

    def peer(self):
        client = self.connect(self.address)
        self.assertEqual(programs.receive(client, len(QUESTION)), QUESTION)
        return client

    def come(self, name):
        """Somebody in the lobby, as a file of what they see."""
        client = self.peer()
        client.sendall(name.encode() + b"\n")
        person = client.makefile("rw", encoding="utf-8", errors="strict", newline="\n")
        person.readline()
        self.assertTrue(person.readline().startswith("* you are "))
        self.addCleanup(person.close)
        return person

    def line(self, person):
        """The next line on a screen: whole, and safe to show."""
        line = person.readline()
        self.assertTrue(line.endswith("\n"), line)
        self.assertTrue(line[:-1].isprintable(), line)
        return line[:-1]

    def assert_talk(self, text):
        for says, name, hears in (self.ada, "Ada", self.bob), (self.bob, "Bob", self.ada):
            says.write(text + "\n")
            says.flush()
            self.assertEqual(self.line(hears), f"<{name}> {text}")

    def vanish(self, client):
        """Without a goodbye: the server sees a reset."""
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()

    def rest_of(self, client):
        """What it is told before it is cut off, in an orderly way or not."""
        told = b""
        try:
            while data := client.recv(65536):
                told += data
        except ConnectionResetError:
            pass
        return told

    def send(self, client, data):
        try:
            client.sendall(data)
        except (ConnectionResetError, BrokenPipeError):
            pass  # it was cut off meanwhile

    def test_garbage_instead_of_a_name(self):
        # Bytes that are in no UTF-8 text and suit no name, many lines of them.
        bad = [*range(0x00, 0x20), 0x7F, *range(0xF8, 0x100)]
        garbage = bytes(random.Random(1).choices(bad, k=200_000))
        client = self.peer()
        self.send(client, garbage)
        self.assert_talk("what was that?")
        self.vanish(client)

    def test_garbage_in_the_room(self):
        client = self.peer()
        client.sendall(b"Eve\n")
        every_byte = bytes(byte for byte in range(256) if byte != ord("\n"))
        commands = b"\x1b]0;title\x07\x1b[2J\xff\xfe\xc2\x9b1m\xe2\x80\xae\r\r"
        client.sendall(every_byte + b"\n" + commands + b"\n")
        mark = "\N{REPLACEMENT CHARACTER}"
        for person in self.ada, self.bob:
            self.assertEqual(self.line(person), "* Eve has joined lobby")
            for said in every_byte, commands[:-1]:  # which ends in \r\n
                text = said.decode(errors="replace").replace("\t", " ")
                shown = "".join(each if each.isprintable() else mark for each in text)
                self.assertEqual(self.line(person), f"<Eve> {shown}")
        client.shutdown(socket.SHUT_WR)
        for person in self.ada, self.bob:
            self.assertEqual(self.line(person), "* Eve has left")

    def test_a_line_of_a_megabyte(self):
        for line in b"x" * (1 << 20), b"x" * (1 << 20) + b"\n":
            client = self.peer()
            self.send(client, line)
            self.assertEqual(
                self.rest_of(client),
                b"Line too long: a line can have at most 1024 bytes. Goodbye!\n",
            )
            self.assert_talk("still here")

    def test_a_line_of_a_megabyte_in_the_room(self):
        client = self.peer()
        client.sendall(b"Eve\n")
        self.send(client, b"x" * (1 << 20) + b"\n")
        self.assertIn(b"Line too long", self.rest_of(client))
        for person in self.ada, self.bob:
            self.assertEqual(self.line(person), "* Eve has joined lobby")
            self.assertEqual(self.line(person), "* Eve has left (line too long)")

    def test_half_a_line_and_gone(self):
        for farewell in socket.socket.close, self.vanish:
            client = self.peer()
            client.sendall(b"Ev")
            farewell(client)
            client = self.peer()
            client.sendall(b"Eve\nhalf a li")
            for person in self.ada, self.bob:
                self.assertEqual(self.line(person), "* Eve has joined lobby")
            farewell(client)
            for person in self.ada, self.bob:
                self.assertRegex(self.line(person), r"^\* Eve has left( \(.*\))?$")

    def test_hundreds_who_come_and_go_at_once(self):
        for _ in range(300):
            client = self.connect(self.address)
            client.sendall(b"Zoe")
            self.vanish(client)
        self.assert_talk("nobody saw them")

    def test_one_who_writes_too_fast_is_told_and_cut_off(self):
        client = self.peer()
        self.send(client, b"Eve\n" + b"/me hurries\n" * 10_000)
        told = self.rest_of(client)
        self.assertIn(b"\n* you write fast: your lines go out at 10 a second\n", told)
        self.assertTrue(told.endswith(b"You write faster than 10 lines a second. Goodbye!\n"))
        for person in self.ada, self.bob:
            self.assertEqual(self.line(person), "* Eve has joined lobby")
            heard = 0
            while (line := self.line(person)) == "* <Eve> hurries":
                heard += 1
            self.assertEqual(line, "* Eve has left (wrote too fast)")
            self.assertLess(heard, 150)


programs.run()
