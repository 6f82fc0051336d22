#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What must not compile does not, and says why.

Arguments: a source, then the compiler's command. A case begins with `#if CASE == 1 // text`, the
text being what the compiler must say; case 0 must compile.
"""
import pathlib
import re
import subprocess
import sys

source, compiler = sys.argv[1], sys.argv[2:]
cases = re.findall(r"^#(?:el)?if CASE == (\d+) // (.*)$", pathlib.Path(source).read_text(), re.MULTILINE)
faults = []
for number, expected in cases:
    result = subprocess.run(
        [*compiler, "-Werror", "-fsyntax-only", f"-DCASE={number}", source],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin:/usr/local/bin"})
    if number == "0":
        if result.returncode != 0:
            faults.append(f"case 0 does not compile:\n{result.stdout}")
    elif result.returncode == 0:
        faults.append(f"case {number} compiles: {expected}")
    elif expected not in result.stdout:
        faults.append(f"case {number} is refused without saying {expected!r}:\n{result.stdout}")
if len(cases) < 2:
    faults.append(f"no cases found in {source}")
print("\n".join(faults) or f"{len(cases)} cases are as they should be")
sys.exit(1 if faults else 0)
