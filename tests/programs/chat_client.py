# SPDX-License-Identifier: MIT
"""The chat client, fed by a pipe and typed at on a terminal. Arguments: chat_client, chat_server."""
import fcntl
import os
import pty
import select
import signal
import socket
import struct
import sys
import termios

import programs

CHAT_CLIENT, CHAT_SERVER = sys.argv[1:3]


class Terminal:
    """What a person sees and types; the program on it is in the foreground."""

    def __init__(self, case, *command):
        self._ours, theirs = pty.openpty()
        self.screen = ""
        self._seen = 0
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 80, 0, 0))

        def take_terminal():
            os.setsid()
            fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

        self.process = case.start(
            *command, stdin=theirs, stdout=theirs, before_start=take_terminal
        )
        self.theirs = theirs
        case.addCleanup(os.close, theirs)
        case.addCleanup(os.close, self._ours)

    def type(self, text):
        os.write(self._ours, text.encode())

    def expect(self, text):
        while (at := self.screen.find(text, self._seen)) < 0:
            if not select.select([self._ours], [], [], programs.DEADLINE)[0]:
                raise AssertionError(f"waited for {text!r}; on the screen: {self.screen!r}")
            self.screen += os.read(self._ours, 65536).decode().replace("\r\n", "\n")
        self._seen = at + len(text)


class ChatClient(programs.Case):
    def setUp(self):
        super().setUp()
        self.server, ((_, port), (_, path)) = self.start_chat(
            CHAT_SERVER, "tcp:127.0.0.1:0", f"unix:{self.folder}/chat.sock"
        )
        self.over_tcp, self.over_unix = f"tcp:localhost:{port}", f"unix:{path}"

    def test_what_a_pipe_says_is_sent_and_the_answer_is_shown_to_its_end(self):
        client = self.start(CHAT_CLIENT, self.over_tcp)
        client.type("Ada\n/who\nan unfinished line")
        client.end_input()
        self.assert_good_end(client)
        self.assertEqual(
            client.transcript,
            "What is your name?\n"
            "Welcome, Ada! Say /help to see what else you can say.\n"
            "* you are alone in lobby\n"
            "In lobby: Ada\n",
        )

    def test_input_may_be_a_file_or_nothing(self):
        typed = self.folder / "typed"
        typed.write_text("Ada\n/who\n")
        with typed.open() as file:
            client = self.start(CHAT_CLIENT, self.over_unix, stdin=file)
            self.assert_good_end(client)
        self.assertTrue(client.transcript.endswith("\nIn lobby: Ada\n"), client.transcript)
        with open(os.devnull) as nothing:
            client = self.start(CHAT_CLIENT, self.over_unix, stdin=nothing)
            self.assert_good_end(client)

    def test_two_terminals_talk(self):
        ada = Terminal(self, CHAT_CLIENT, self.over_tcp)
        ada.expect("What is your name?\n")
        ada.type("Ada\n")
        ada.expect("* you are alone in lobby\n")
        bob = Terminal(self, CHAT_CLIENT, self.over_unix)
        bob.expect("What is your name?\n")
        bob.type("Bob\n")
        bob.expect("* you are in lobby with Ada\n")
        ada.type("hello, Bob\n")
        bob.expect("<Ada> hello, Bob\n")
        bob.type("/quit\n")
        bob.expect("Goodbye!\n")
        self.assert_good_end(bob.process)
        ada.expect("* Bob has left\n")

        ada.type("\4")  # Control-D: the end of what is typed
        self.assert_good_end(ada.process)
        for person in ada, bob:
            self.assertFalse(fcntl.fcntl(person.theirs, fcntl.F_GETFL) & os.O_NONBLOCK)

    def test_control_c_leaves(self):
        ada = Terminal(self, CHAT_CLIENT, self.over_tcp)
        ada.expect("What is your name?\n")
        ada.type("Ada\n")
        ada.expect("* you are alone in lobby\n")
        bob = self.start(CHAT_CLIENT, self.over_tcp)
        bob.type("Bob\n")
        ada.expect("* Bob has joined lobby\n")
        ada.type("\3")
        self.assert_good_end(ada.process)
        bob.expect("* Ada has left\n")

    def test_it_ends_with_the_server(self):
        client = self.start(CHAT_CLIENT, self.over_tcp)
        client.expect("What is your name?\n")
        client.type("Ada\n")
        client.expect("* you are alone in lobby\n")
        self.stop(self.server, signal.SIGINT)
        self.assert_good_end(client)
        self.assertTrue(client.transcript.endswith("* the server is shutting down\n"))

    def test_it_says_when_the_connection_breaks(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            client = self.start(CHAT_CLIENT, f"tcp:127.0.0.1:{listener.getsockname()[1]}")
            listener.settimeout(programs.DEADLINE)
            connection, _ = listener.accept()
            connection.sendall(b"hello\n")
            client.expect("hello\n")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            self.assert_good_end(client, code=1)
        self.assertRegex(
            client.errors(), r"^chat_client: tcp:127\.0\.0\.1:\d+: connection reset by peer\n$"
        )


programs.run()
