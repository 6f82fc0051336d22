# SPDX-License-Identifier: MIT
"""A network namespace of the test's own, where links are its to make."""
import ctypes
import os
import shutil
import subprocess
import unittest

import programs

CLONE_NEWNET = 0x40000000
CLONE_NEWUSER = 0x10000000


def enter():
    """Moves this process, and those it will start, into a new namespace; or skips the script."""
    if shutil.which("ip") is None:
        programs.skip("there is no ip, which the package iproute2 has")
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWNET) != 0:  # not root: root in a user namespace then
        if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
            programs.skip(f"no network namespaces: {os.strerror(ctypes.get_errno())}")
        for name, value in ("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), (
            "gid_map",
            f"0 {gid} 1",
        ):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(value)
    ip("link", "set", "lo", "up")


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


def make_link(name, peer=None):
    """A dummy interface, or one end of a veth pair. Skips the test where the kernel has none."""
    kind = ["type", "veth", "peer", "name", peer] if peer else ["type", "dummy"]
    result = subprocess.run(["ip", "link", "add", name, *kind], check=False)
    if result.returncode != 0:
        raise unittest.SkipTest(f"the kernel makes no link of {kind}")
