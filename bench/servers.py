# SPDX-License-Identifier: MIT
"""The servers of the benchmark: where they are, and what they can."""

import dataclasses
import os
import pathlib
import subprocess
import sys

from processes import BenchError

REFERENCE = "epoll"
PEERS = pathlib.Path(__file__).resolve().parent / "peers"
ALL = ("echo", "line", "chat", "udp")


@dataclasses.dataclass
class Server:
    """`command` takes MODE WHERE behind it, and then `extra`."""
    command: list
    modes: tuple = ALL
    extra: tuple = ()


# Name: the program, its modes, and what it is given behind MODE WHERE.
BUILT = {
    "epoll": ("bench_epoll_server", ALL, ()),
    "hawser": ("hawser_bench_server", ALL, ()),
    "libuv": ("bench_libuv_server", ("echo", "line", "chat"), ()),
    "asio": ("bench_asio_server", ALL, ()),
    "asio-co": ("bench_asio_coroutine_server", ("echo", "line"), ()),
    "libevent": ("bench_libevent_server", ALL, ()),
    "go": ("bench_go_server", ("echo", "line"), ()),
}
# Name: the module it needs and the script.
SCRIPTS = {
    "uvloop": ("uvloop", "uvloop_server.py"),
    "twisted": ("twisted", "twisted_server.py"),
}
# Not run unless named: each connection pushes an idle timeout back with each read, and so many
# timers wait besides.
TIMED = {f"timers-{count}": ("hawser_bench_server", ("echo",), (str(count),))
         for count in (0, 100_000, 1_000_000)}
USUAL = [*BUILT, *SCRIPTS]


def find_program(build_dir, name):
    for folder in (build_dir / "bench", build_dir):
        program = folder / name
        if os.access(program, os.X_OK):
            return program.resolve()
    return None


def python_with(module):
    """A Python that has it: this one, or the system's, which has Debian's packages."""
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            run = subprocess.run([python, "-c", f"import {module}"], check=False,
                                 stderr=subprocess.DEVNULL)
        except OSError:
            continue
        if run.returncode == 0:
            return python
    return None


def built(build_dir, program, modes, extra):
    found = find_program(build_dir, program)
    return Server([found], modes, extra) if found else None


def find(name, build_dir):
    """The server of that name, or of NAME=PROGRAM; None when it is not there."""
    _, _, path = name.partition("=")
    if path:
        return Server([pathlib.Path(path).resolve()]) if os.access(path, os.X_OK) else None
    if name in SCRIPTS:
        module, script = SCRIPTS[name]
        python = python_with(module)
        return Server([python, PEERS / script]) if python else None
    if name not in BUILT and name not in TIMED:
        raise BenchError(f"'{name}' is no server: {', '.join([*USUAL, *TIMED])}, or NAME=PROGRAM")
    return built(build_dir, *{**BUILT, **TIMED}[name])


def find_all(names, build_dir):
    """Name to server, the reference first; a missing one is told and left out."""
    wanted = names if REFERENCE in names else [REFERENCE, *names]
    servers = {}
    for name in wanted:
        server = find(name, build_dir)
        if server is None:
            print(f"{name.partition('=')[0]}: skipped, it is not here")
        else:
            servers[name.partition("=")[0]] = server
    if REFERENCE not in servers:
        raise BenchError("nothing to compare with: the epoll server is missing")
    return servers


def first_line(*command):
    try:
        run = subprocess.run(command, check=True, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return run.stdout.splitlines()[0] if run.stdout else None


def versions():
    """What the figures depend on, in one line: the system, the compilers, the libraries."""
    found = [f"Linux {os.uname().release.split('-')[0]}", first_line("c++", "--version")]
    for name, package in (("libuv", "libuv"), ("libevent", "libevent")):
        version = first_line("pkg-config", "--modversion", package)
        found.append(version and f"{name} {version}")
    macro = subprocess.run(["c++", "-E", "-"], input="#include <asio/version.hpp>\nASIO_VERSION\n",
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                           check=False).stdout.split()
    if macro and macro[-1].isdigit():
        number = int(macro[-1])
        found.append(f"Asio {number // 100000}.{number // 100 % 1000}")
    found.append(first_line("go", "version"))
    for module in ("uvloop", "twisted"):
        print_it = f"import sys, {module}; print('{module}', {module}.__version__, 'on Python', " \
                   "sys.version.split()[0])"
        found.append(first_line(python_with(module) or "python3", "-c", print_it))
    return ", ".join(entry for entry in found if entry)
