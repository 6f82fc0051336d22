# SPDX-License-Identifier: MIT
"""What a user's file pays for including hawser: text for the compiler to read, and files to open.

Arguments: the source tree, then the compiler's command. The bounds are what was measured with GCC 12
and its library, and a tenth more; other compilers only tell.
"""
import re
import subprocess
import sys

SOURCE, *COMPILER = sys.argv[1:]

BOUNDS = {  # KiB after preprocessing, without blank lines and line markers; headers
    "hawser/core/protocol.h": (1608, 293),
    "hawser/reactor/reactor.h": (1928, 338),
    "hawser/protocols/line_receiver.h": (1610, 294),
}
BESIDE = "asio.hpp"  # for comparison, where it is installed


def cost(header):
    """KiB and headers, or nothing where there is no such header."""
    folders = [f"-I{SOURCE}/{module}/include" for module in ("core", "reactor", "protocols")]
    done = subprocess.run([*COMPILER, "-std=c++20", *folders, "-E", "-x", "c++", "-"],
                          input=f"#include <{header}>\n", check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if done.returncode != 0:
        return None
    size = sum(len(line) + 1 for line in done.stdout.splitlines()
               if line.strip() and not line.startswith("#"))
    files = set(re.findall(r'^# \d+ "([^"<]+)"', done.stdout, re.MULTILINE))
    return size // 1024, len(files)


def is_gcc_12():
    done = subprocess.run([*COMPILER, "-dM", "-E", "-x", "c++", "-"], input="", check=True, text=True,
                          stdout=subprocess.PIPE)
    return "#define __GNUC__ 12\n" in done.stdout and "__clang__" not in done.stdout


bounded = is_gcc_12()
faults = []
for header in [*BOUNDS, BESIDE]:
    measured = cost(header)
    if measured is None:
        if header in BOUNDS:
            faults.append(f"<{header}> does not compile")
        continue
    size, files = measured
    most = BOUNDS.get(header, (0, 0))
    print(f"{size:6} KiB {files:4} headers  <{header}>"
          + (f", at most {most[0]} and {most[1]}" if header in BOUNDS else ", beside"))
    if bounded and header in BOUNDS and (size > most[0] or files > most[1]):
        faults.append(f"<{header}> costs its users more than it did: is there a standard header that "
                      "it could do without, or a declaration instead of a hawser header?")
print("\n".join(faults))
sys.exit(bool(faults))
