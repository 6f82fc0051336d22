# SPDX-License-Identifier: MIT
"""hawser as a daemon: signals, log, pid file, workers, and its terminal client. Arguments:
hawser, the directory of a plug-in that is awkward."""
import fcntl
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import termios
import time
import unittest

import programs

HAWSER, AWKWARD = sys.argv[1:3]
USAGE, NO_HOST, UNAVAILABLE, SOFTWARE, OS_ERROR, CANNOT_CREATE = 64, 68, 69, 70, 71, 73


def children(pid):
    return [int(each) for each in
            pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class ProcessCase(programs.Case):
    def start_server(self, *options, name="echo", listen="tcp:127.0.0.1:0", **more):
        return self.start_hawser(HAWSER, name, "--listen", listen, *options, **more)

    def start_awkward(self, fails, *options, **more):
        return self.start_server("--plugin-path", AWKWARD, "--fails", fails, *options,
                                 name="awkward", **more)

    def stalled(self, address):
        client = self.connect(address)
        client.settimeout(0.5)  # so long nothing moves: the server has stopped reading
        try:
            while True:
                client.send(bytes(65536))
        except TimeoutError:
            return client

    def assert_took(self, seconds, began):
        """Not less, but for the milliseconds that timers count in, and nothing like the defaults."""
        took = time.monotonic() - began
        self.assertGreater(took, seconds - 0.005)
        self.assertLess(took, seconds + 5)

    def assert_ends(self, code, errors, *arguments):
        process = self.start(HAWSER, *arguments)
        process.end_input()
        self.assertEqual(process.wait(), code, str(process))
        self.assertEqual(process.errors(), errors + "\n")


class Signals(ProcessCase):
    def test_sigterm_answers_what_was_read_and_ends_well(self):
        status = self.folder / "status"
        for number in signal.SIGTERM, signal.SIGINT:
            server, (address,) = self.start_server("--status", f"unix:{status}")
            client = self.stalled(address)
            read = self.bytes_in(status)
            server.signal(number)
            self.wait_for_drain(address)
            client.settimeout(programs.DEADLINE)
            self.assertGreaterEqual(len(programs.receive_all(client)), read)
            self.assert_good_end(server)
            self.assertIn("connections closed: 1, reset: 0", server.errors())

    def bytes_in(self, status):
        client = self.connect(f"unix:{status}")
        client.sendall(b"stats\n")
        client.shutdown(socket.SHUT_WR)
        stats = programs.receive_all(client).decode()
        return int(re.search(r"^service\.echo\.bytes-in (\d+)$", stats, re.MULTILINE).group(1))

    def start_and_signal(self, number, *options):
        """Sends it as soon as there is a process id to send it to."""
        pid_file = self.folder / "pid"
        server = self.start(HAWSER, "echo", "--listen", "tcp:127.0.0.1:0", "--pidfile", pid_file,
                            *options)
        while not pid_file.exists() or not pid_file.read_text():
            self.assertTrue(server.running(), str(server))
        server.signal(number)
        return server, pid_file

    def test_a_signal_while_it_starts_waits_until_it_runs(self):
        log = self.folder / "log"
        for workers in "1", "2":
            for _ in range(10):
                server, pid_file = self.start_and_signal(signal.SIGTERM, "--workers", workers)
                self.assert_good_end(server)
                self.assertFalse(pid_file.exists())
                server, _ = self.start_and_signal(signal.SIGHUP, "--workers", workers,
                                                  "--log-file", log)
                self.stop(server)

    def test_the_end_of_its_terminal_ends_it_unless_a_hangup_means_something_else(self):
        log = self.folder / "log"
        for options in (), ("--workers", "2"), ("--log-file", log):
            terminal, its_side = os.openpty()
            server = self.start(
                HAWSER, "echo", "--listen", "tcp:127.0.0.1:0", *options, stdin=its_side,
                before_start=lambda: (os.setsid(), fcntl.ioctl(0, termios.TIOCSCTTY, 0)))
            programs.until(lambda: "listening on" in (log.read_text() if log.exists() else
                                                      server.errors()), "hawser to listen")
            if log in options:
                log.rename(self.folder / "old")
            os.close(its_side)
            os.close(terminal)
            if log in options:
                programs.until(log.exists, "a new file")
                self.stop(server)
            else:
                self.assertEqual(server.wait(), -signal.SIGHUP, str(server))

    def wait_for_drain(self, address):
        host, _, port = address.rpartition(":")

        def refused():
            with socket.socket() as probe:
                return probe.connect_ex((host, int(port))) != 0
        programs.until(refused, "the listener's end")

    def test_a_second_signal_ends_at_once(self):
        server, (address,) = self.start_server("--drain-timeout", "1h")
        stalled = self.stalled(address)
        server.signal(signal.SIGTERM)
        self.wait_for_drain(address)
        self.assertTrue(server.running())
        self.stop(server)
        stalled.close()

    def test_a_stalled_peer_is_reset_at_the_deadline(self):
        server, (address,) = self.start_server("--drain-timeout", "500ms")
        stalled = self.stalled(address)
        began = time.monotonic()
        self.stop(server)
        self.assert_took(0.5, began)
        self.assertIn("reset: 1", server.errors())
        stalled.close()


class Ports(ProcessCase):
    def test_two_servers_on_one_port_say_which_is_in_the_way(self):
        first, (address,) = self.start_server()
        self.assert_ends(
            UNAVAILABLE, f"hawser echo: cannot listen on tcp:{address}: address already in use",
            "echo", "--listen", f"tcp:{address}",
        )
        self.assert_ends(
            UNAVAILABLE, f"hawser echo: cannot listen on tcp:{address}: address already in use",
            "echo", "--listen", f"tcp:{address}", "--workers", "2",
        )
        self.stop(first)

    def test_a_status_socket_that_cannot_be_is_told_before_anything_starts(self):
        for status, code, why in (
            ("/nowhere/status", OS_ERROR, "status.0:mode=600:backlog=7: no such file or directory"),
            ("/tmp/" + "x" * 101, USAGE, "at most 107 bytes"),  # with the number of a worker behind it
        ):
            process = self.start(HAWSER, "echo", "--listen", "tcp:127.0.0.1:0", "--workers", "2",
                                 "--status", f"unix:{status}:backlog=7")
            self.assertEqual(process.wait(), code, str(process))
            self.assertIn(f"unix:{status}.0", process.errors())
            self.assertIn(why, process.errors())
            self.assertNotIn("listening on", process.errors())

    def test_each_worker_has_a_status_socket_whatever_its_path(self):
        path = self.folder / "a=b:c\\d"
        written = str(path).replace("\\", "\\\\").replace(":", "\\:").replace("=", "\\=")
        server, _ = self.start_server("--workers", "2", "--status", f"unix:{written}:mode=620")
        for number in range(2):
            socket_path = pathlib.Path(f"{path}.{number}")
            self.assertEqual(stat.S_IMODE(socket_path.stat().st_mode), 0o620)
            client = self.connect(f"unix:{socket_path}")
            client.sendall(b"help\n")
            self.assertIn(b"stats", client.recv(4096))
        self.stop(server)

    def test_when_one_of_two_ports_is_taken_nothing_starts(self):
        first, (address,) = self.start_server()
        path = self.folder / "echo.sock"
        process = self.start(HAWSER, "echo", "--listen", f"unix:{path}", "--listen",
                             f"tcp:{address}")
        self.assertEqual(process.wait(), UNAVAILABLE)
        self.assertFalse(path.exists())
        self.stop(first)

    def test_more_connections_than_allowed_are_closed(self):
        server, (address,) = self.start_server("--max-connections", "2")
        clients = [self.connect(address) for _ in range(2)]
        for client in clients:
            self.assertEqual(programs.ask(client, b"hello"), b"hello")
        self.assertEqual(self.connect(address).recv(1), b"")
        clients[0].close()
        programs.until(lambda: self.answers(address), "a place")
        self.stop(server)

    def test_a_silent_peer_is_closed(self):
        server, (address,) = self.start_server("--idle-timeout", "500ms")
        client = self.connect(address)
        began = time.monotonic()
        self.assertEqual(programs.ask(client, b"hello"), b"hello")
        self.assertEqual(client.recv(1), b"")
        self.assert_took(0.5, began)
        self.stop(server)

    def answers(self, address):
        try:
            return programs.ask(self.connect(address), b"x") == b"x"
        except ConnectionError:
            return False


class Files(ProcessCase):
    def test_the_log_file_is_opened_anew_on_a_signal(self):
        log = self.folder / "log"
        server = self.start(HAWSER, "echo", "--listen", "tcp:127.0.0.1:0", "--log-file", log)
        programs.until(lambda: log.exists() and "listening on" in log.read_text(), "the log")
        for number in signal.SIGUSR1, signal.SIGHUP:
            log.rename(self.folder / "old")
            server.signal(number)
            programs.until(log.exists, "a new file")
        self.stop(server)
        self.assertEqual(server.errors(), "")

    def test_json_is_an_object_a_line(self):
        server = self.start(HAWSER, "echo", "--listen", "tcp:127.0.0.1:0", "--log-format", "json")
        programs.until(lambda: server.errors().endswith("\n"), "a line")
        record = json.loads(server.errors().splitlines()[0])
        self.assertEqual((record["level"], record["area"]), ("info", "echo"))
        self.assertRegex(record["message"], "^listening on 127.0.0.1:")
        self.stop(server)

    def test_what_keeps_it_from_starting_is_in_the_log_file_too(self):
        taken = self.folder / "taken"
        taken.write_text("no socket")
        log = self.folder / "log"
        process = self.start(HAWSER, "echo", "--listen", f"unix:{taken}", "--log-file", log)
        self.assertEqual(process.wait(), UNAVAILABLE)
        said = process.errors().removeprefix("hawser echo: ")
        self.assertRegex(log.read_text(), f"critical hawser: {re.escape(said)}$")

    def test_a_pid_file_lets_it_run_once(self):
        pid_file = self.folder / "pid"
        server, _ = self.start_server("--pidfile", pid_file)
        self.assertEqual(int(pid_file.read_text()), server.pid)
        self.assert_ends(
            UNAVAILABLE, f"hawser echo: pid file {pid_file}: already runs as {server.pid}",
            "echo", "--listen", "tcp:127.0.0.1:0", "--pidfile", pid_file,
        )
        self.stop(server)
        self.assertFalse(pid_file.exists())

    @unittest.skipUnless(os.geteuid() == 0, "only root can become another user")
    def test_it_becomes_another_user_when_the_port_is_bound(self):
        path = self.folder / "echo.sock"  # where only root may make it
        server, (address,) = self.start_server("--user", "nobody", listen=f"unix:{path}")
        self.assertEqual(programs.ask(self.connect(address), b"x"), b"x")
        self.assertNotEqual(server.status("Uid"), 0)
        self.stop(server)


@unittest.skipUnless(os.geteuid() == 0, "only root can become another user")
class LogsOfAUser(ProcessCase):
    """Who owns the directory of the log may put a link in its place, to any file of root."""

    def setUp(self):
        super().setUp()
        self.user = pwd.getpwnam("nobody")
        self.folder.chmod(0o755)
        self.logs = self.folder / "logs"
        self.logs.mkdir()
        os.chown(self.logs, self.user.pw_uid, self.user.pw_gid)
        self.log = self.logs / "log"
        self.target = self.folder / "target"
        self.target.touch(mode=0o600)

    def start_logging(self, *options):
        server = self.start(HAWSER, "echo", "--listen", "tcp:127.0.0.1:0", "--user", "nobody",
                            "--log-file", self.log, *options)
        programs.until(lambda: self.log.exists() and "listening on" in self.log.read_text(),
                       f"the log: {server}")
        return server

    def test_the_file_belongs_to_the_user_from_the_beginning(self):
        for workers in "1", "2":
            server = self.start_logging("--workers", workers)
            self.assertEqual((self.log.stat().st_uid, self.log.stat().st_gid),
                             (self.user.pw_uid, self.user.pw_gid))
            server.signal(signal.SIGUSR1)  # without a rotation
            self.stop(server)
            self.assertNotIn("cannot open", self.log.read_text())
            self.log.unlink()

    def test_no_link_has_it_written_elsewhere_at_the_start(self):
        self.log.symlink_to(self.target)
        for workers in "1", "2":
            self.assert_ends(
                CANNOT_CREATE,
                f"hawser echo: cannot open the log file {self.log}: permission denied",
                "echo", "--listen", "tcp:127.0.0.1:0", "--user", "nobody", "--workers", workers,
                "--log-file", self.log)
        self.assertEqual(self.target.read_text(), "")

    def test_no_link_has_the_parent_of_workers_write_elsewhere(self):
        server = self.start_logging("--workers", "2")
        programs.until(lambda: len(children(server.pid)) == 2, "two workers")
        old = self.logs / "old"
        self.log.rename(old)
        self.log.symlink_to(self.target)
        server.signal(signal.SIGUSR1)
        programs.until(lambda: old.read_text().count("cannot open the log file") == 3,
                       "parent and workers to refuse")
        self.assertEqual(self.target.read_text(), "")
        self.stop(server)
        self.assertEqual(self.target.read_text(), "")


class ServiceManagers(ProcessCase):
    def listen(self):
        """As systemd does; and the environment of what tells us."""
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(manager.close)
        path = self.folder / "notify"
        path.unlink(missing_ok=True)
        manager.bind(str(path))
        manager.settimeout(programs.DEADLINE)
        return manager, {**os.environ, "NOTIFY_SOCKET": str(path)}

    def test_it_says_when_it_is_ready_and_when_it_stops(self):
        for workers in "1", "2":
            manager, environment = self.listen()
            server, (address,) = self.start_server("--workers", workers, env=environment)
            self.assertEqual(manager.recv(1000), b"READY=1\n")
            self.assertEqual(programs.ask(self.connect(address), b"x"), b"x")
            self.stop(server)
            self.assertEqual(manager.recv(1000), b"STOPPING=1\n")
            self.assertFalse(programs.readable(manager))

    def test_a_service_that_cannot_start_ends_it_and_it_never_was_ready(self):
        for workers, why in ("1", "not today"), ("2", "a worker could not start, see the log"):
            manager, environment = self.listen()
            process = self.start(HAWSER, "awkward", "--plugin-path", AWKWARD, "--fails", "start",
                                 "--listen", "tcp:127.0.0.1:0", "--workers", workers,
                                 env=environment)
            self.assertEqual(process.wait(), SOFTWARE, str(process))
            self.assertEqual(process.errors().splitlines()[-1], f"hawser awkward: {why}")
            self.assertIn("not today", process.errors())
            self.assertFalse(programs.readable(manager))

    def test_it_says_that_its_loop_turns(self):
        manager, environment = self.listen()
        server, _ = self.start_server(env={**environment, "WATCHDOG_USEC": "100000"})
        for told in b"READY=1\n", b"WATCHDOG=1\n", b"WATCHDOG=1\n":
            self.assertEqual(manager.recv(1000), told)
        self.stop(server)

    @unittest.skipUnless(shutil.which("systemd-socket-activate"), "no systemd-socket-activate here")
    def test_a_socket_of_systemd_is_served(self):
        path = self.folder / "activated.sock"
        server = self.start(
            "systemd-socket-activate", "-l", path, "--fdname=echo",
            "-E", f"HAWSER_PLUGIN_PATH={os.environ['HAWSER_PLUGIN_PATH']}",
            HAWSER, "echo", "--listen", "systemd:echo",
        )
        programs.until(path.exists, "the socket")
        client = self.connect(f"unix:{path}")
        self.assertEqual(programs.ask(client, b"hello"), b"hello")
        self.stop(server)


class Workers(ProcessCase):
    def start_workers(self, *options):
        server, (address,) = self.start_server("--workers", "2", *options)
        programs.until(lambda: len(children(server.pid)) == 2, "two workers")
        return server, address

    def serving(self, address, clients=20):
        """Connections that were answered."""
        connections = []
        for _ in range(clients):
            client = self.connect(address)
            self.assertEqual(programs.ask(client, b"x"), b"x")
            connections.append(client)
        return connections

    def worker_of(self, client, workers):
        """Which process has the other end of a connection."""
        (ours, port), (theirs, server_port) = client.getsockname(), client.getpeername()
        for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
            fields = line.split()
            if (fields[1][-4:], fields[2][-4:]) == (f"{server_port:04X}", f"{port:04X}"):
                return next(pid for pid in workers
                            if f"socket:[{fields[9]}]" in self.open_files(pid))
        raise AssertionError(f"{theirs}:{server_port} has no connection with {ours}:{port}")

    def test_a_killed_worker_loses_its_connections_only_and_is_back_within_a_second(self):
        server, address = self.start_workers()
        workers = children(server.pid)
        clients = {client: self.worker_of(client, workers) for client in self.serving(address)}
        self.assertEqual(set(clients.values()), set(workers))  # they share the port
        victim = workers[0]
        began = time.monotonic()
        os.kill(victim, signal.SIGKILL)

        for client, worker in clients.items():
            if worker == victim:
                self.assertEqual(client.recv(1), b"")
            else:
                self.assertEqual(programs.ask(client, b"y"), b"y")
        workers = programs.until(lambda: len(fresh := children(server.pid)) == 2 and
                                 victim not in fresh and fresh, "a new worker")
        served = {self.worker_of(client, workers) for client in self.serving(address)}
        took = time.monotonic() - began
        self.assertEqual(served, set(workers))
        self.assertLess(took, 1)
        self.stop(server)

    @unittest.skipUnless(os.geteuid() == 0, "only root can become another user")
    def test_workers_that_are_another_user_end_with_their_parent_and_the_next_may_start(self):
        options = "--workers", "2", "--user", "nobody", "--pidfile", self.folder / "pid"
        server, (address,) = self.start_server(*options)
        workers = children(server.pid)
        programs.until(lambda: all(self.user_of(pid) != 0 for pid in workers), "another user")
        self.serving(address, 2)
        server.signal(signal.SIGKILL)
        server.wait()  # for all that have its standard output
        self.assertFalse(any(os.path.exists(f"/proc/{pid}/fd/1") for pid in workers))
        server, _ = self.start_server(*options, listen=f"tcp:{address}")
        self.stop(server)

    @unittest.skipUnless(os.geteuid() == 0, "only root can become another user")
    def test_no_worker_holds_the_pid_file(self):
        pid_file = self.folder / "pid"
        server, _ = self.start_workers("--user", "nobody", "--pidfile", pid_file)
        self.assertIn(str(pid_file), self.open_files(server.pid))
        for pid in children(server.pid):
            programs.until(lambda: self.user_of(pid) != 0, "another user")
            self.assertNotIn(str(pid_file), self.open_files(pid))
        self.stop(server)

    def user_of(self, pid):
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        return int(re.search(r"^Uid:\s*\d+\s+(\d+)", status, re.MULTILINE).group(1))

    def test_the_log_file_is_opened_anew_by_all(self):
        log = self.folder / "log"
        server = self.start(HAWSER, "echo", "--listen", "tcp:127.0.0.1:0", "--workers", "2",
                            "--log-file", log)
        programs.until(lambda: log.exists() and "listening on" in log.read_text(), "the log")
        log.rename(self.folder / "old")
        server.signal(signal.SIGUSR1)

        def reopened():
            return all(os.path.realpath(log) in self.open_files(pid)
                       for pid in (server.pid, *children(server.pid)))
        programs.until(reopened, "a new file")
        self.assertTrue(server.running())
        self.stop(server)

    def open_files(self, pid):
        folder = pathlib.Path(f"/proc/{pid}/fd")
        return [os.readlink(each) for each in folder.iterdir() if each.is_symlink()]

    def test_the_end_of_the_parent_is_in_good_order(self):
        server, address = self.start_workers("--pidfile", self.folder / "pid")
        clients = self.serving(address, 4)
        self.stop(server)
        for client in clients:
            self.assertEqual(client.recv(1), b"")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_each_has_time_to_stop_its_services_and_then_to_drain(self):
        """Both take all their time, 11 s: more than what is allowed besides, 5 s, and one of them."""
        server, (address,) = self.start_awkward("stop", "--workers", "2",
                                                "--drain-timeout", "5500ms")
        stalled = self.stalled(address)
        self.stop(server)
        self.assertIn("reset: 1", server.errors())
        stalled.close()


class Connect(ProcessCase):
    def test_the_end_of_the_input_is_passed_on_and_the_rest_is_shown(self):
        server, (address,) = self.start_server()
        text = bytes(range(256)) * 4096
        done = subprocess.run([HAWSER, "connect", f"tcp:{address}"], input=text,
                              capture_output=True, timeout=programs.DEADLINE, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, text, b""))
        self.stop(server)

    def test_input_and_output_may_be_files(self):
        server, (address,) = self.start_server()
        (self.folder / "in").write_bytes(b"hello\n" * 10000)
        with open(self.folder / "in", "rb") as source, open(self.folder / "out", "wb") as target:
            done = subprocess.run([HAWSER, "connect", f"tcp:{address}"], stdin=source,
                                  stdout=target, timeout=programs.DEADLINE, check=False)
        self.assertEqual(done.returncode, 0)
        self.assertEqual((self.folder / "out").read_bytes(), b"hello\n" * 10000)
        self.stop(server)

    def test_the_server_ends_first(self):
        server, (address,) = self.start_server(name="daytime")
        client = self.start(HAWSER, "connect", f"tcp:{address}")
        client.expect("Z\r\n")
        self.assert_good_end(client)
        self.stop(server)

    def test_a_person_types_and_leaves(self):
        server, (address,) = self.start_server()
        client = self.start(HAWSER, "connect", f"tcp:{address}")
        client.type("hello\n")
        client.expect("hello\n")
        self.stop(client, signal.SIGINT)
        self.stop(server)

    def test_what_is_in_the_way_is_told(self):
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            endpoint = f"tcp:127.0.0.1:{bound.getsockname()[1]}"
            self.assert_ends(
                UNAVAILABLE, f"hawser connect: cannot connect to {endpoint}: connection refused",
                "connect", endpoint)
        self.assert_ends(
            UNAVAILABLE,
            "hawser connect: cannot connect to unix:/nowhere: no such file or directory",
            "connect", "unix:/nowhere")

    def test_a_reset_is_told(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(programs.DEADLINE)
            endpoint = f"tcp:127.0.0.1:{listener.getsockname()[1]}"
            client = self.start(HAWSER, "connect", endpoint)
            connection, _ = listener.accept()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.close()
            self.assertEqual(client.wait(), UNAVAILABLE)
            self.assertRegex(client.errors(), rf"^hawser connect: .*{endpoint}: connection reset")


programs.run()
