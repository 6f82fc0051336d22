# SPDX-License-Identifier: MIT
"""System calls per operation: a short run of each server under strace, apart from the others."""

import pathlib
import re
import shutil
import tempfile

# What is shown, and the calls that are it.
KINDS = {
    "receive": ("recvfrom", "recvmsg", "recvmmsg", "read", "readv"),
    "send": ("sendto", "sendmsg", "sendmmsg", "write", "writev"),
    "epoll_wait": ("epoll_wait", "epoll_pwait", "epoll_pwait2"),
    "epoll_ctl": ("epoll_ctl",),
}
STRACE = "strace"
SHORT, LONG = 0.2, 1.4  # seconds


def available():
    return shutil.which(STRACE) is not None


def command(summary):
    """What to put before a server's command; \\p summary is the file that tells afterwards."""
    return [STRACE, "-f", "-c", "-o", summary]


def folder():
    return tempfile.TemporaryDirectory(prefix="bench-")


def counts(summary):
    """Call to count, of the table that strace -c has written."""
    found = {}
    for line in pathlib.Path(summary).read_text(encoding="utf-8").splitlines():
        cells = line.split()
        if re.match(r"\s*[0-9.]+\s+[0-9.]+\s+\d+\s+\d+", line) and cells[-1] != "total":
            found[cells[-1]] = int(cells[3])
    return found


def row(name, short, long):
    """A table's row: calls per operation of each kind, and of all others together. Both are a run's
    counts and its operations; what a server does at its beginning and its end is in both."""
    found = {call: long[0].get(call, 0) - short[0].get(call, 0) for call in {**long[0], **short[0]}}
    operations = long[1] - short[1]
    shown = [sum(found.get(call, 0) for call in calls) for calls in KINDS.values()]
    others = sum(found.values()) - sum(shown)
    return [name, *("%.2f" % max(count / operations, 0) for count in (*shown, others))]


HEAD = ["server", *KINDS, "others"]
