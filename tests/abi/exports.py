# SPDX-License-Identifier: MIT
"""The shared library exports hawser's own names only, and of its insides no more than is known here.

Arguments: the shared library.
"""
import re
import shutil
import subprocess
import sys

# Of hawser::detail: what public headers refer to ...
FOR_HEADERS = {
    "Awaiting", "BlockingWork", "Continuation", "DeferredState", "LoopBound", "Recycled", "ThreadWork",
    "abandon", "add_trigger", "drop", "react", "serve", "throw_timed_out",
}
# ... and what the hawser program and the tests share with the library.
FOR_THE_PROGRAM = {"class_name", "listed", "nearest", "no_such_name"}
FOR_TESTS = {"AddressRace", "Tape", "interleave_families", "report_callback"}
KNOWN = FOR_HEADERS | FOR_THE_PROGRAM | FOR_TESTS

if shutil.which("nm") is None:
    print("skipped: no nm here")
    sys.exit(77)
listing = subprocess.run(["nm", "-D", "--defined-only", sys.argv[1]], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
symbols = [line.split()[-1] for line in listing.splitlines()]

faults = [] if symbols else ["nothing is exported"]
seen = set()
for symbol in symbols:
    name = re.match(r"_ZT?[A-Za-z0-9_]*?N[KRO]*6hawser(?:(6detail|6runner)(\d+)?(\w+)?)?", symbol)
    if not name:
        faults.append(f"not of hawser: {symbol}")
    elif name[1] == "6runner":
        faults.append(f"of the program: {symbol}")
    elif name[1]:
        inside = name[3][: int(name[2])] if name[2] else name[3]
        seen.add(inside)
        if inside not in KNOWN:
            faults.append(f"an inside that is not known, {inside}: {symbol}")
faults += [f"known, but not exported any more: {name}" for name in sorted(KNOWN - seen)]
print("\n".join(faults) or f"{len(symbols)} symbols are exported, all of hawser")
sys.exit(bool(faults))
