# SPDX-License-Identifier: MIT
"""People with nc, over TCP and over a Unix socket, in the same room. Argument: chat_server."""
import signal
import sys

import programs

CHAT_SERVER = sys.argv[1]
QUESTION = "What is your name?\n"


class ChatOverNc(programs.Case):
    def setUp(self):
        super().setUp()
        self.socket_file = self.folder / "chat.sock"
        self.server, (over_tcp, over_unix) = self.start_chat(
            CHAT_SERVER, "tcp:127.0.0.1:0", f"unix:{self.socket_file}"
        )
        self.assertEqual(over_unix, ["-U", str(self.socket_file)])
        self.over_tcp, self.over_unix = over_tcp, over_unix

    def come(self, way, name=None):
        person = self.start("nc", *way)
        person.expect(QUESTION)
        if name:
            person.type(f"{name}\n")
            person.expect(f"Welcome, {name}!")
            person.expect("* you are ")
            person.expect("\n")
        return person

    def leave(self, person):
        """Debian's nc stays after the server's end, until its own input ends."""
        person.end_input()
        person.wait()
        return person.transcript

    def test_two_people_talk_and_a_third_chooses_another_name(self):
        ada = self.come(self.over_tcp, "Ada")
        bob = self.come(self.over_unix, "Bob")
        ada.expect("* Bob has joined lobby\n")

        ada.type("hello over the wire\n")
        bob.expect("<Ada> hello over the wire\n")
        bob.type("hello through the file system\n")
        ada.expect("<Bob> hello through the file system\n")

        eve = self.come(self.over_tcp)
        eve.type("ADA\n")
        eve.expect("That name is taken.\n" + QUESTION)
        eve.type("two words\n")
        eve.expect("A name cannot have spaces, control characters, < or >, nor begin with a slash.\n")
        eve.expect(QUESTION)
        eve.type("Eve\r\n")
        for person in ada, bob:
            person.expect("* Eve has joined lobby\n")
        eve.type("/me waves\n/msg bob psst\n/who\n/dance\n/quit\n")
        eve.expect("Goodbye!\n")
        for person in ada, bob:
            person.expect("* Eve has left\n")
        ada.type("/quit\n")
        ada.expect("Goodbye!\n")
        bob.expect("* Ada has left\n")
        bob.kill()

        self.assertEqual(
            self.leave(ada),
            QUESTION
            + "Welcome, Ada! Say /help to see what else you can say.\n"
            + "* you are alone in lobby\n"
            + "* Bob has joined lobby\n"
            + "<Bob> hello through the file system\n"
            + "* Eve has joined lobby\n"
            + "* <Eve> waves\n"
            + "* Eve has left\n"
            + "Goodbye!\n",
        )
        self.assertEqual(
            bob.transcript,
            QUESTION
            + "Welcome, Bob! Say /help to see what else you can say.\n"
            + "* you are in lobby with Ada\n"
            + "<Ada> hello over the wire\n"
            + "* Eve has joined lobby\n"
            + "* <Eve> waves\n"
            + "<Eve to you> psst\n"
            + "* Eve has left\n"
            + "* Ada has left\n",
        )
        self.assertEqual(
            self.leave(eve),
            QUESTION
            + "That name is taken.\n"
            + QUESTION
            + "A name cannot have spaces, control characters, < or >, nor begin with a slash.\n"
            + QUESTION
            + "Welcome, Eve! Say /help to see what else you can say.\n"
            + "* you are in lobby with Ada, Bob\n"
            + "<Ada> hello over the wire\n"
            + "<Bob> hello through the file system\n"
            + "* bob was told\n"
            + "In lobby: Ada, Bob, Eve\n"
            + "There is no command /dance. Say /help to see those there are.\n"
            + "Goodbye!\n",
        )
        self.stop(self.server)

    def test_ctrl_c_tells_everybody_and_leaves_nothing_behind(self):
        ada = self.come(self.over_tcp, "Ada")
        bob = self.come(self.over_unix, "Bob")
        ada.expect("* Bob has joined lobby\n")
        unnamed = self.come(self.over_tcp)
        self.assertTrue(self.socket_file.is_socket())

        self.server.signal(signal.SIGINT)

        for person in ada, bob:
            person.expect("* the server is shutting down\n")
        self.assert_good_end(self.server)
        self.assertTrue(self.server.transcript.endswith("The chat is closed.\n"))
        self.assertFalse(self.socket_file.exists())
        self.assertEqual(
            self.leave(ada),
            QUESTION
            + "Welcome, Ada! Say /help to see what else you can say.\n"
            + "* you are alone in lobby\n"
            + "* Bob has joined lobby\n"
            + "* the server is shutting down\n",
        )
        self.assertEqual(
            self.leave(bob),
            QUESTION
            + "Welcome, Bob! Say /help to see what else you can say.\n"
            + "* you are in lobby with Ada\n"
            + "* the server is shutting down\n",
        )
        self.assertEqual(self.leave(unnamed), QUESTION + "* the server is shutting down\n")


programs.need_nc()
programs.run()
