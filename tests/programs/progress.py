# SPDX-License-Identifier: MIT
"""Long work in slices, with a ticker beside it. Argument: progress."""
import signal
import sys

import programs

PROGRESS = sys.argv[1]


class Progress(programs.Case):
    def test_it_counts_to_the_end(self):
        process = self.start(PROGRESS, "200000")
        self.assert_good_end(process)
        lines = process.transcript.splitlines()
        self.assertEqual(lines[-1], "100 %: 17984 primes below 200000")

    def test_it_hears_signals_and_ticks_while_it_works(self):
        process = self.start(PROGRESS, "4000000000")
        for _ in range(3):
            process.expect(" %: ")
        self.stop(process, signal.SIGINT)

    def test_usage(self):
        for arguments in [], ["x"], ["2"], ["1", "2"]:
            process = self.start(PROGRESS, *arguments)
            self.assertEqual(process.wait(), 2, str(process))
            self.assertIn("usage: progress LIMIT", process.errors())


programs.run()
