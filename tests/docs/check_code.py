#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every C++ block of the manual must stand, line for line, in a file that is compiled.

Also: every link to a file of this tree must lead somewhere.
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
pages = [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("bench/*.md")]
sources = [
    [line.strip() for line in path.read_text().splitlines()]
    for folder in ("examples", "tests")
    for path in sorted((root / folder).rglob("*"))
    if path.suffix in (".h", ".cpp")
]


def stands_in_a_source(block):
    lines = [line.strip() for line in block.strip().splitlines()]
    return any(
        lines == source[at : at + len(lines)]
        for source in sources
        for at in range(len(source) - len(lines) + 1)
    )


faults = []
checked = 0
for page in pages:
    text = page.read_text()
    for match in re.finditer(r"^```cpp\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        checked += 1
        if not stands_in_a_source(match.group(1)):
            line = text.count("\n", 0, match.start()) + 1
            faults.append(f"{page.relative_to(root)}:{line}: this code is in no example and no test")
    prose = re.sub(r"^```.*?^```", lambda block: "\n" * block.group().count("\n"), text,
                   flags=re.MULTILINE | re.DOTALL)
    for match in re.finditer(r"\]\(([^)#:]+)(#[^)]*)?\)", prose):
        if not (page.parent / match.group(1)).exists():
            line = prose.count("\n", 0, match.start()) + 1
            faults.append(f"{page.relative_to(root)}:{line}: no file {match.group(1)}")
if checked == 0:
    faults.append("no C++ block found: is this the right folder?")
print("\n".join(faults) or f"{checked} blocks of code and all links are good")
sys.exit(1 if faults else 0)
