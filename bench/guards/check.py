#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts the machine instructions of the guards, and compares them with the record beside this.

Fails when a guard takes 5 % more than its record says. The counts hold for one compiler, one
linker (calls between libraries differ by an instruction or two), one libc and one libuv: with
others, or without callgrind, nothing is compared.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

RECORD = pathlib.Path(__file__).with_name("record.json")
GUARDS = {
    "echo": "1000 messages echoed through a socket pair",
    "lines": "100 000 lines parsed",
    "room": "1000 members told one line",
    "timers": "100 000 timers pushed back",
    "awaits": "100 000 ready awaits",
}
ALLOWED = 0.05
SKIPPED = 77  # what Meson and .ci/run take for "skipped"
TOO_MUCH = 1


def versions(program):
    return subprocess.run([program, "versions"], check=True, stdout=subprocess.PIPE,
                          text=True).stdout.strip()


def instructions(program, guard):
    """Those of the measured region alone, of the program and the libraries it calls."""
    with tempfile.TemporaryDirectory(prefix="guards-") as folder:
        command = ["valgrind", "--tool=callgrind", "--toggle-collect=hawser_guard_measured",
                   f"--callgrind-out-file={folder}/out", program, guard]
        # Bound at once: else the first call of each function looks it up, and counts it. And memory
        # is not filled, as `meson test` asks for: that would count too.
        environment = {**os.environ, "LD_BIND_NOW": "1", "MALLOC_PERTURB_": "0"}
        run = subprocess.run(command, env=environment, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    counted = re.search(r"Collected : (\d+)", run.stdout)
    if run.returncode != 0 or not counted or int(counted.group(1)) == 0:
        sys.exit(f"guard {guard}: was not counted\n{run.stdout}")
    return int(counted.group(1))


def compare(guard, now, before):
    """Prints one line; true unless it is too much."""
    change = now / before - 1
    text = f"{guard:7} {now:>10} instructions, on record {before:>10}: {change:+.2%}"
    if change > ALLOWED:
        text += f"; TOO MUCH, {GUARDS[guard]} may take {ALLOWED:.0%} more at most"
    elif change < -ALLOWED:
        text += "; less than on record: record it"
    print(text)
    return change <= ALLOWED


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("program", type=pathlib.Path, help="hawser_bench_guards of a release build")
    parser.add_argument("--record", action="store_true", help=f"write {RECORD.name} anew")
    arguments = parser.parse_args()
    program = str(arguments.program.resolve())
    record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    if not shutil.which("valgrind"):
        print("skipped: there is no valgrind")
        return SKIPPED
    here = versions(program)
    if not arguments.record and here != record.get("versions"):
        print(f"skipped: this is {here}, and the record {record.get('versions')}")
        return SKIPPED
    counts = {guard: instructions(program, guard) for guard in GUARDS}
    if arguments.record:
        text = json.dumps({"versions": here, "instructions": counts}, indent=2)
        RECORD.write_text(text + "\n", encoding="utf-8")
        print(text)
        return 0
    kept = [compare(guard, now, record["instructions"][guard]) for guard, now in counts.items()]
    if not all(kept):
        print("If that is what the change is worth, record the counts in the same commit:\n"
              f"    bench/guards/check.py --record {arguments.program}\n"
              "with the versions above, in a build of --buildtype=release.")
        return TOO_MUCH
    return 0


if __name__ == "__main__":
    sys.exit(main())
