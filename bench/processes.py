# SPDX-License-Identifier: MIT
"""Starting, watching and ending the processes of a benchmark."""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time

PATIENCE = 30  # seconds a server or a load may take longer than it should


class BenchError(Exception):
    """Something the user can act on; printed without a traceback."""


def settle_on(cpu):
    """Ties this process to a CPU, as a batch job: it runs until it has nothing left to do.

    Otherwise whoever is woken may interrupt whoever woke it, and how much a server finds to do in
    one turn of its loop, which is a good part of its cost, is up to the scheduler's mood.
    """
    os.sched_setaffinity(0, {cpu})
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def start(program, cpu, **options):
    return subprocess.Popen(program, preexec_fn=lambda: settle_on(cpu), **options)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def wait_until_it_answers(process, port, name):
    """As wait_until_it_accepts, for datagrams."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket(type=socket.SOCK_DGRAM) as probe:
            probe.settimeout(0.005)
            with contextlib.suppress(OSError):
                probe.connect(("127.0.0.1", int(port)))
                probe.send(b"there?")
                probe.recv(16)
                return
        time.sleep(0.005)
    raise BenchError(f"the {name} server does not answer on {port}")


def wait_until_it_accepts(process, where, name):
    unix = where.startswith("/")
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket(socket.AF_UNIX if unix else socket.AF_INET) as probe:
            with contextlib.suppress(OSError):
                probe.connect(where if unix else ("127.0.0.1", int(where)))
                return
        time.sleep(0.005)
    raise BenchError(f"the {name} server does not accept on {where}")


def end(process, traced):
    """Ends a server by its pid; a traced one first, whose tracer then ends and writes."""
    if traced:
        with contextlib.suppress(FileNotFoundError):  # a tracer that could not trace has gone
            with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as children:
                for child in children.read().split():
                    os.kill(int(child), signal.SIGTERM)
    else:
        process.terminate()


@contextlib.contextmanager
def running_server(name, server, mode, cpu, unix, tracer=()):
    """Yields the process and where it listens; ends it by its pid."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        where = f"{folder}/socket" if unix else free_port()
        command = [*tracer, *server.command, mode, where, *server.extra]
        process = start(command, cpu, stdin=subprocess.DEVNULL)
        try:
            wait = wait_until_it_answers if mode == "udp" else wait_until_it_accepts
            wait(process, where, name)
            yield process, where
            if process.poll() is not None:
                raise BenchError(f"the {name} server ended by itself ({process.returncode})")
        finally:
            end(process, bool(tracer))
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def private_bytes(pid):
    """Memory no other process shares, in bytes. What the kernel holds for a socket is not in it."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as lines:
        for line in lines:
            if line.startswith("Private_Dirty:"):
                return int(line.split()[1]) * 1024
    raise BenchError("this kernel does not tell Private_Dirty")
