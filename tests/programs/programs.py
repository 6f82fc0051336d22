# SPDX-License-Identifier: MIT
"""What the tests of the real programs share: processes and sockets with deadlines.

A test script is given the programs it needs as its arguments, and ends with programs.run().
"""
import os
import pathlib
import re
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

DEADLINE = 60  # seconds: a program under a sanitizer, on a busy machine, is slow
SKIPPED = 77  # the exit code by which Meson knows a test that cannot run here


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def need_nc():
    """Ends the script where there is no nc that knows Unix sockets."""
    if shutil.which("nc") is None or b"-U" not in subprocess.run(
        ["nc", "-h"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    ).stdout:
        skip("there is no nc with -U, which the package netcat-openbsd has")


def run():
    result = unittest.main(argv=sys.argv[:1], verbosity=2, exit=False).result
    if result.wasSuccessful() and len(result.skipped) == result.testsRun:
        sys.exit(SKIPPED)
    sys.exit(not result.wasSuccessful())


def until(true_at_last, what, deadline=DEADLINE):
    """Asks again and again; what it returns in the end is not false."""
    end = time.monotonic() + deadline
    while not (answer := true_at_last()):
        if time.monotonic() > end:
            raise AssertionError(f"waited {deadline} s for {what}")
        time.sleep(0.005)
    return answer


def open_files(most):
    """For Process(before_start=...): the program may have no more descriptors."""
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class Process:
    """A program with its input, its output as it comes, and what it says on standard error."""

    def __init__(
        self, *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, before_start=None, env=None
    ):
        self.name = pathlib.Path(command[0]).name
        self.transcript = ""  # of standard output, all of it
        self._seen = 0  # of it, by expect()
        self._errors = tempfile.TemporaryFile()
        self._popen = subprocess.Popen(
            command,
            stdin=stdin,
            stdout=stdout,
            stderr=self._errors,
            preexec_fn=before_start,
            env=env,
        )
        self.pid = self._popen.pid

    def expect(self, text):
        """Waits until it writes `text`, after what was expected before."""
        while (at := self.transcript.find(text, self._seen)) < 0:
            if not self._read_some(f"{text!r}"):
                raise AssertionError(f"{self.name} ended and did not say {text!r}: {self}")
        self._seen = at + len(text)

    def type(self, text):
        self._popen.stdin.write(text.encode())
        self._popen.stdin.flush()

    def end_input(self):
        self._popen.stdin.close()

    def signal(self, number):
        self._popen.send_signal(number)

    def wait(self):
        """Reads the rest of its output; returns its exit code."""
        while self._popen.stdout and self._read_some("its end"):
            pass
        return until(lambda: (self._popen.poll() is not None and [self._popen.returncode]),
                     f"the end of {self.name}")[0]

    def running(self):
        return self._popen.poll() is None

    def errors(self):
        size = os.fstat(self._errors.fileno()).st_size
        return os.pread(self._errors.fileno(), size, 0).decode(errors="replace")

    def kill(self):
        if self.running():
            self._popen.kill()
            self._popen.wait()
        for pipe in (self._popen.stdin, self._popen.stdout, self._errors):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    pass

    def status(self, key):
        """A figure of /proc/PID/status: VmRSS, VmHWM, in KiB."""
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"^{key}:\s*(\d+)", text, re.MULTILINE).group(1))

    def processor_seconds(self):
        text = pathlib.Path(f"/proc/{self.pid}/stat").read_text()
        user, system = text.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def _read_some(self, what):
        if not select.select([self._popen.stdout], [], [], DEADLINE)[0]:
            raise AssertionError(f"waited {DEADLINE} s for {what} from {self}")
        data = os.read(self._popen.stdout.fileno(), 65536)
        self.transcript += data.decode(errors="replace")
        return bool(data)

    def __str__(self):
        return f"{self.name}, standard output:\n{self.transcript}standard error:\n{self.errors()}"


# The undefined behavior sanitizer looks at an object through a pipe: in a program that is out of
# descriptors it cannot, and takes all of them for bad. So it must go on, and be passed over.
GOES_ON = {**os.environ, "UBSAN_OPTIONS": "halt_on_error=0"}
BLIND = (r"(member (access|call)|downcast) .* does not point to an object of type|"
         r"SUMMARY: Undefined")


class Case(unittest.TestCase):
    """Ends every process and closes every socket that a test opened."""

    no_fault = "(?!)"  # what may be on standard error though it looks like a fault; here nothing

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hawser-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start(self, *command, **options):
        process = Process(*map(str, command), **options)
        self.addCleanup(process.kill)
        return process

    def start_echo(self, program, *endpoints, **options):
        """The echo server, on a port of its own choice, and the addresses it printed."""
        endpoints = endpoints or ("tcp:127.0.0.1:0",)
        server = self.start(program, *endpoints, **options)
        for _ in endpoints:
            server.expect("listening on ")
            server.expect("\n")
        return server, re.findall(r"listening on (.*)", server.transcript)

    def start_hawser(self, program, *arguments, listeners=1, **options):
        """The hawser program, and where the log says that it listens."""
        server = self.start(program, *arguments, **options)

        def listens():
            if not server.running():
                raise AssertionError(f"hawser ended: {server}")
            return server.errors().count(" listening on ") >= listeners

        until(listens, "hawser to listen")
        return server, re.findall(r" listening on (\S+)", server.errors())

    def start_chat(self, program, *endpoints, **options):
        """The chat server; its ways to join are the words after `nc`."""
        server = self.start(program, *endpoints, **options)
        server.expect("Ctrl-C ends it.\n")
        return server, [line.split() for line in re.findall(r"^ +nc (.*)", server.transcript, re.M)]

    def connect(self, address):
        """A socket to `127.0.0.1:PORT`, to `unix:PATH`, or to a pair as socket has them."""
        if isinstance(address, str) and address.startswith("unix:"):
            client = socket.socket(socket.AF_UNIX)
            address = address[len("unix:") :].replace("@", "\0", 1)
        else:
            client = socket.socket()
            if isinstance(address, str):
                host, _, port = address.rpartition(":")
                address = (host, int(port))
        self.addCleanup(client.close)
        client.settimeout(DEADLINE)
        client.connect(address)
        return client

    def assert_good_end(self, process, code=0):
        self.assertEqual(process.wait(), code, str(process))
        for line in process.errors().splitlines():
            if not re.search(self.no_fault, line):
                self.assertNotRegex(line, "Sanitizer|runtime error| threw")

    def stop(self, process, number=signal.SIGTERM):
        process.signal(number)
        self.assert_good_end(process)


def readable(client):
    """Whether something has come, or its end, that is not read yet."""
    return bool(select.select([client], [], [], 0)[0])


def receive(client, size):
    """Exactly `size` bytes, or what there is before the end."""
    parts = []
    while size > 0 and (data := client.recv(min(size, 1 << 20))):
        parts.append(data)
        size -= len(data)
    return b"".join(parts)


def receive_all(client):
    return receive(client, 1 << 40)


def ask(client, text):
    """What an echo server answers to `text`."""
    client.sendall(text)
    return receive(client, len(text))


SYN_SENT = 2  # a state of a TCP socket: its connection attempt is not answered yet


def tcp_sockets():
    """Of each IPv4 TCP socket here: (our port, the peer's port, state, queued, unread)."""
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        queued, unread = fields[4].split(":")
        yield (
            int(fields[1].split(":")[1], 16),
            int(fields[2].split(":")[1], 16),
            int(fields[3], 16),
            int(queued, 16),
            int(unread, 16),
        )
