# SPDX-License-Identifier: MIT
"""A program that is kept running. Argument: supervisor."""
import pathlib
import sys

import programs

SUPERVISOR = sys.argv[1]


def lives(number):
    """Whether there is such a process; one that nobody has waited for yet is none."""
    try:
        return "\nState:\tZ" not in pathlib.Path(f"/proc/{number}/status").read_text()
    except FileNotFoundError:
        return False


class Supervisor(programs.Case):
    def test_what_ends_is_started_again(self):
        supervisor = self.start(SUPERVISOR, "sh", "-c", "echo hello; exit 3")
        supervisor.expect("hello\n")
        supervisor.expect("hello\n")
        self.assertIn("sh exited with 3; again in 1 s\n", supervisor.errors())
        self.stop(supervisor)

    def test_it_ends_with_what_it_runs(self):
        supervisor = self.start(SUPERVISOR, "sh", "-c", "echo $$; exec sleep 1000")
        supervisor.expect("\n")
        child = int(supervisor.transcript)
        self.stop(supervisor)
        programs.until(lambda: not lives(child), f"the end of process {child}")


programs.run()
