# SPDX-License-Identifier: MIT
"""A server of ordinary code on threads. Argument: threaded_server."""
import signal
import sys

import programs

THREADED_SERVER = sys.argv[1]


class ThreadedServer(programs.Case):
    no_fault = r"^info reactor: stopped"

    def setUp(self):
        super().setUp()
        self.server, (self.address,) = self.start_echo(THREADED_SERVER)

    def join(self):
        player = self.connect(self.address).makefile("rw", encoding="ascii")
        self.addCleanup(player.close)
        return player

    def ask(self, player, guess):
        player.write(f"{guess}\n")
        player.flush()
        return player.readline()

    def test_players_guess_at_the_same_time(self):
        players = [self.join() for _ in range(3)]
        for player in players:
            self.assertIn("Which?", player.readline())
        ranges = [[1, 100] for _ in players]
        winners = set()
        for _ in range(8):
            for index, player in enumerate(players):
                if index in winners:
                    continue
                low, high = ranges[index]
                guess = (low + high) // 2
                answer = self.ask(player, guess)
                if answer.startswith("Yes!"):
                    winners.add(index)
                    self.assertEqual(player.readline(), "")
                else:
                    ranges[index] = [guess + 1, high] if answer == "More.\n" else [low, guess - 1]
        self.assertEqual(winners, {0, 1, 2})
        self.stop(self.server)

    def test_one_more_is_refused_and_may_come_back(self):
        players = [self.join() for _ in range(20)]
        for player in players:
            self.assertIn("Which?", player.readline())
        refused = self.join()
        self.assertEqual(refused.readline(), "Too many are playing. Come back later.\n")
        self.assertEqual(refused.readline(), "")

        with self.assertRaises(ConnectionResetError):
            self.ask(players[0], "x" * 100)  # too long: thrown out
        again = programs.until(lambda: self.come_back(), "a free thread")

        self.assertIn("Which?", again)
        self.stop(self.server)

    def come_back(self):
        line = self.join().readline()
        return line if "Which?" in line else None

    def test_it_stops_though_players_wait(self):
        player = self.join()
        player.readline()
        self.stop(self.server, signal.SIGINT)
        self.assertEqual(player.readline(), "")


programs.run()
