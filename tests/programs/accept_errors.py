# SPDX-License-Identifier: MIT
"""The kernel refuses accept4() for three seconds: strace makes it. Argument: echo_server."""
import ctypes
import re
import shutil
import signal
import sys
import time

import programs

ECHO_SERVER = sys.argv[1]
FAILING = 3  # seconds


def may_be_traced():
    """For systems where only a parent may trace: prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY)."""
    ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1))


class AcceptErrors(programs.Case):
    def trace(self, server, error):
        """The strace that makes every accept4() of `server` fail, and its log."""
        log = self.folder / error
        log.touch()
        tracer = self.start(
            "strace", "-f", "-p", server.pid, "-o", log,
            "-e", "trace=accept4", "-e", f"inject=accept4:error={error}:when=1+",
        )

        def attached():
            if not tracer.running():
                self.skipTest(f"strace cannot be used here: {tracer.errors()}")
            return " attached" in tracer.errors()

        programs.until(attached, "strace")
        return tracer, log

    def failures(self, log, error):
        return len(re.findall(rf"accept4\(.* {error} .*\(INJECTED\)", log.read_text()))

    def assert_survives(self, error):
        server, (address,) = self.start_echo(ECHO_SERVER, before_start=may_be_traced)
        old = self.connect(address)
        self.assertEqual(programs.ask(old, b"before"), b"before")
        tracer, log = self.trace(server, error)
        began = time.monotonic()
        new = [self.connect(address) for _ in range(5)]
        for client in new:
            client.sendall(b"hello")
        programs.until(lambda: self.failures(log, error), "the first failure")

        while time.monotonic() - began < FAILING:
            self.assertEqual(programs.ask(old, b"during"), b"during")
            new[0].settimeout(0.1)
            with self.assertRaises(TimeoutError):
                new[0].recv(1)
        failures = self.failures(log, error)
        tracer.signal(signal.SIGINT)  # lets the server go on without it
        tracer.wait()
        ended = time.monotonic()
        for client in new:
            client.settimeout(programs.DEADLINE)
            self.assertEqual(programs.receive(client, 5), b"hello")
        served = time.monotonic() - ended

        print(f"{error}: {failures} calls in {FAILING} s, served {served * 1000:.0f} ms after")
        self.assertGreater(failures, 1)
        self.assertLess(failures, 100)
        self.assertLess(served, 1)
        reports = re.findall(
            r"^warning reactor: cannot accept on tcp:127\.0\.0\.1:0: .*; "
            r"trying again every 100 ms \(failures=\d+\)$", server.errors(), re.MULTILINE,
        )
        self.assertEqual(len(reports), len(server.errors().splitlines()), str(server))
        self.assertIn(len(reports), range(1, FAILING + 3))
        self.stop(server)

    def test_out_of_memory(self):
        self.assert_survives("ENOMEM")

    def test_out_of_descriptors(self):
        self.assert_survives("ENFILE")

    def test_forbidden(self):
        self.assert_survives("EPERM")


if shutil.which("strace") is None:
    programs.skip("there is no strace")
programs.run()
