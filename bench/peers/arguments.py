# SPDX-License-Identifier: MIT
"""The command line of the servers in Python: MODE WHERE."""

import sys


def read(modes):
    """(mode, port or path); ends the program when it is not one of `modes`."""
    if len(sys.argv) != 3 or sys.argv[1] not in modes:
        sys.exit(f"usage: {sys.argv[0]} {'|'.join(modes)} PORT|/PATH")
    where = sys.argv[2]
    return sys.argv[1], where if where.startswith("/") else int(where)
