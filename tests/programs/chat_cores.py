# SPDX-License-Identifier: MIT
"""One room on several reactors. Argument: chat_cores."""
import sys

import programs

CHAT_CORES = sys.argv[1]


class ChatCores(programs.Case):
    no_fault = r"^info reactor: stopped"

    def test_all_hear_what_one_says_whatever_reactor_they_are_on(self):
        server = self.start(CHAT_CORES, "tcp:127.0.0.1:0", "2")
        server.expect("2 reactors listening on ")
        server.expect("\n")
        address = server.transcript.split()[-1]
        members = [self.connect(address) for _ in range(8)]  # 1 in 128: all on one reactor

        for number, member in enumerate(members):
            member.sendall(f"this is {number}\n".encode())
            for other in members[: number + 1]:
                heard = b""
                while not heard.endswith(f": this is {number}\n".encode()):  # after earlier ones
                    byte = programs.receive(other, 1)
                    self.assertTrue(byte, heard)
                    heard += byte
        self.stop(server)


programs.run()
