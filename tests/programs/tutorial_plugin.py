# SPDX-License-Identifier: MIT
"""The last chapter of the tutorial: the room as a plug-in. Arguments: hawser, room.toml."""
import subprocess
import sys

import programs

HAWSER, CONFIGURATION = sys.argv[1:3]


class TutorialPlugin(programs.Case):
    def test_hawser_serves_the_room(self):
        server, (address,) = self.start_hawser(HAWSER, "room", "--listen", "tcp:127.0.0.1:0")
        guest = self.connect(address)
        guest.sendall(b"Ada\n")
        welcome = b"What is your name?\nWelcome, Ada.\n"
        self.assertEqual(programs.receive(guest, len(welcome)), welcome)
        self.stop(server)

    def test_its_configuration_is_good(self):
        subprocess.run([HAWSER, "run", CONFIGURATION, "--check"], check=True)


programs.run()
