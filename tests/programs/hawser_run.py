# SPDX-License-Identifier: MIT
"""hawser run: configuration files, reloads and the status socket. Arguments: hawser, hawser.toml."""
import grp
import os
import pathlib
import pwd
import re
import resource
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import unittest

import programs

HAWSER, EXAMPLE = sys.argv[1:3]
CONFIG = 78


def service(name, *listen, plugin="echo", **keys):
    lines = [f'name = "{name}"', f'plugin = "{plugin}"', f"listen = {list(listen)}"]
    lines += [f"{key.replace('_', '-')} = {value}" for key, value in keys.items()]
    return "\n".join(["[[service]]", *lines]) + "\n"


class RunCase(programs.Case):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "hawser.toml"
        self.status = self.folder / "status"

    def free_port(self):
        """A port that nobody else is given: who asks for it by number may share it."""
        holder = socket.socket()
        self.addCleanup(holder.close)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))  # and never listens
        return holder.getsockname()[1]

    def write(self, *parts):
        fresh = self.folder / "fresh"
        fresh.write_text("\n".join(parts))
        fresh.rename(self.file)  # never seen half written

    def start_run(self, *parts, listeners=1, options=(), **more):
        self.write(*parts)
        return self.start_hawser(HAWSER, "run", self.file, "--status", f"unix:{self.status}",
                                 *options, listeners=listeners, **more)

    def ask(self, command, path=None):
        """The lines of the answer."""
        client = self.connect(f"unix:{path or self.status}")
        client.sendall(command.encode() + b"\n")
        client.shutdown(socket.SHUT_WR)
        answer = programs.receive_all(client).decode()
        client.close()
        self.assertTrue(answer.endswith("\n"), answer)
        return answer.splitlines()[:-1]

    def stats(self, path=None):
        return dict(line.split(" ", 1) for line in self.ask("stats", path))

    def reload(self, server, *parts, refused=False, path=None):
        key = "reloads-refused" if refused else "reloads"
        before = int(self.stats(path)[key])
        self.write(*parts)
        server.signal(signal.SIGHUP)
        programs.until(lambda: int(self.stats(path)[key]) > before, f"a reload: {server}")


class Files(RunCase):
    def check(self, *arguments):
        process = self.start(HAWSER, "run", *arguments, "--check")
        code = process.wait()
        return code, process.errors()

    def test_the_example_is_good(self):
        self.assertEqual(self.check(EXAMPLE), (0, ""))

    def test_a_check_opens_nothing(self):
        path = self.folder / "echo.sock"
        self.write(f'log-file = "{self.folder}/log"', f'pidfile = "{self.folder}/pid"',
                   service("echo", f"unix:{path}"))
        self.assertEqual(self.check(self.file), (0, ""))
        self.assertEqual(list(self.folder.iterdir()), [self.file])

    def test_all_that_is_wrong_is_told_with_its_place(self):
        self.write("worker = 2", service("echo", "tcp:http", max_connection=5))
        self.assertEqual(
            self.check(self.file),
            (CONFIG, f'{self.file}:1:1: no key "worker"; did you mean workers?\n'
                     f'{self.file}:5:11: bad endpoint "tcp:http", column 5: a port is a number '
                     'from 0 to 65535\n'
                     'tcp:http\n'
                     '    ^\n'
                     f'{self.file}:6:1: no key "max-connection"; did you mean max-connections?\n'))
        self.assertEqual(self.start(HAWSER, "run", self.file).wait(), CONFIG)

    def test_a_file_that_is_not_there(self):
        code, errors = self.check("/nowhere.toml")
        self.assertEqual(code, CONFIG)
        self.assertIn("cannot read /nowhere.toml: no such file or directory", errors)

    def test_several_services_run_and_the_command_line_wins(self):
        server, (one, two) = self.start_run(
            'log-level = "error"', service("one", "tcp:127.0.0.1:0"),
            service("two", "tcp:127.0.0.1:0"), listeners=2, options=("--log-level", "info"))
        for address in one, two:
            self.assertEqual(programs.ask(self.connect(address), b"hello"), b"hello")
        self.stop(server)
        self.assertFalse(self.status.exists())


    @unittest.skipUnless(os.geteuid() == 0, "only root can become another user")
    def test_it_becomes_the_group_that_it_is_told(self):
        nobody, daemon = pwd.getpwnam("nobody"), grp.getgrnam("daemon")
        self.assertNotEqual(nobody.pw_gid, daemon.gr_gid)
        server, (address,) = self.start_run('user = "nobody"\ngroup = "daemon"',
                                            service("echo", "tcp:127.0.0.1:0"))
        self.assertEqual(programs.ask(self.connect(address), b"hello"), b"hello")
        status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
        for key, number in ("Uid", nobody.pw_uid), ("Gid", daemon.gr_gid):
            self.assertIn(f"\n{key}:" + f"\t{number}" * 4 + "\n", status)
        self.stop(server)


class Reload(RunCase):
    def test_nothing_is_lost_in_fifty_reloads(self):
        port = self.free_port()
        path = self.folder / "echo.sock"
        listen = f"tcp:127.0.0.1:{port}", f"unix:{path}"
        server, _ = self.start_run(service("echo", *listen), listeners=2)
        lost, served, done = [], [0, 0], threading.Event()

        def connect_again_and_again(which, address):
            while not done.is_set():
                try:
                    client = self.connect(address)
                    if programs.ask(client, b"hello") != b"hello":
                        lost.append("an early end")
                    client.close()
                    served[which] += 1
                except OSError as error:
                    lost.append(error)

        threads = [threading.Thread(target=connect_again_and_again, args=each)
                   for each in enumerate((f"127.0.0.1:{port}", f"unix:{path}"))]
        for thread in threads:
            thread.start()
        try:
            for count in range(1, 51):
                self.reload(server, service("echo", *listen, max_connections=1000 + count))
        finally:
            done.set()
            for thread in threads:
                thread.join()
        print(f"served {served[0]} over TCP and {served[1]} over Unix during 50 reloads, "
              f"lost {len(lost)}")
        self.assertEqual(lost, [])
        self.assertGreater(min(served), 50)
        stats = self.stats()
        self.assertEqual(stats["reloads"], "50")
        self.assertEqual(int(stats["service.echo.accepted"]), sum(served))
        self.stop(server)

    def test_connections_live_on_when_their_service_changes_or_goes(self):
        ports = [self.free_port() for _ in range(3)]
        kept, changed, gone = (f"tcp:127.0.0.1:{port}" for port in ports)
        server, addresses = self.start_run(
            service("kept", kept), service("changed", changed), service("gone", gone),
            listeners=3)
        clients = [self.connect(address) for address in addresses]
        for client in clients:
            self.assertEqual(programs.ask(client, b"before"), b"before")

        self.reload(server, service("kept", kept), service("changed", changed, max_connections=2))
        self.assertIn("read the configuration anew: started changed, stopped gone, changed",
                      server.errors())
        for client in clients:
            self.assertEqual(programs.ask(client, b"after"), b"after")
        with self.assertRaises(ConnectionRefusedError):
            self.connect(addresses[2])
        newcomer = self.connect(addresses[1])
        self.assertEqual(programs.ask(newcomer, b"new"), b"new")

        stats = self.stats()
        self.assertEqual(stats["service.kept.accepted"], "1")
        self.assertEqual(stats["service.changed.accepted"], "2")
        self.assertEqual(stats["service.gone.open"], "1")
        clients[2].close()
        programs.until(lambda: "service.gone.open" not in self.stats(), "the end of a service")
        self.stop(server)

    def test_new_endpoints_are_listened_on_and_others_closed(self):
        port, later = self.free_port(), self.free_port()
        one, other = (f"tcp:127.0.0.1:{number}" for number in (port, later))
        path = f"unix:{self.folder}/echo.sock"
        server, (address,) = self.start_run(service("echo", one))
        client = self.connect(address)
        self.assertEqual(programs.ask(client, b"before"), b"before")

        self.reload(server, service("echo", one, path), service("other", other))
        self.assertIn("read the configuration anew: started echo, other, stopped echo",
                      server.errors())
        for where in address, path, f"127.0.0.1:{later}":
            self.assertEqual(programs.ask(self.connect(where), b"new"), b"new")
        self.assertEqual(programs.ask(client, b"after"), b"after")
        stats = self.stats()
        self.assertEqual(stats["service.echo.accepted"], "3")
        self.assertEqual(stats["service.other.accepted"], "1")

        self.reload(server, service("echo", path))
        self.assertEqual(programs.ask(self.connect(path), b"still"), b"still")
        for where in address, f"127.0.0.1:{later}":
            with self.assertRaises(ConnectionRefusedError):
                self.connect(where)
        self.stop(server)

    def test_what_is_wrong_is_refused_and_all_goes_on(self):
        port = self.free_port()
        listen = f"tcp:127.0.0.1:{port}"
        server, (address,) = self.start_run(service("echo", listen))
        taken = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(taken.close)
        client = self.connect(address)
        for parts, why in (
            (["bogus = 1", service("echo", listen)],
             f'{self.file}:1:1: no key "bogus": there are'),
            ([service("echo", listen, max_connections=1),
              service("other", f"tcp:127.0.0.1:{taken.getsockname()[1]}")],
             "address already in use"),
            (['log-file = "/nowhere/log"', service("echo", listen, max_connections=1)],
             "cannot open the log file /nowhere/log"),
        ):
            self.reload(server, *parts, refused=True)
            line = server.errors().splitlines()[-1]
            self.assertIn("the new configuration is refused, the old one runs on", line)
            self.assertIn(why, line)
            for each in client, self.connect(address), self.connect(address):
                self.assertEqual(programs.ask(each, b"hello"), b"hello")
        self.file.unlink()
        self.write_nothing_and_reload(server)
        self.assertNotIn("service.other.open", self.stats())
        self.stop(server)

    def write_nothing_and_reload(self, server):
        before = int(self.stats()["reloads-refused"])
        server.signal(signal.SIGHUP)
        programs.until(lambda: int(self.stats()["reloads-refused"]) > before, "a refusal")
        self.assertIn("no such file or directory", server.errors().splitlines()[-1])

    def test_a_service_that_stays_is_not_tried_again(self):
        rules = self.folder / "rules"
        rules.write_text("hello => one\n")
        line, other = (service(name, f"unix:{self.folder}/{name}", plugin="line")
                       + f'[service.options]\nrules = "{rules}"\n' for name in ("line", "other"))
        server, _ = self.start_run(line)
        rules.write_text("no rule\n")
        self.reload(server, line)
        client = self.connect(f"unix:{self.folder}/line")
        client.sendall(b"hello\n")
        self.assertEqual(programs.receive(client, 4), b"one\n")
        self.reload(server, line, other, refused=True)
        self.assertIn(f"{rules}:1:", server.errors().splitlines()[-1])
        self.stop(server)

    def test_log_settings_change_and_others_want_a_restart(self):
        log = self.folder / "log"
        echo = service("echo", "tcp:127.0.0.1:0")
        server, (address,) = self.start_run(echo)
        self.reload(server, f'log-file = "{log}"', 'log-format = "json"', "workers = 3",
                    f'plugin-path = "{self.folder}"', echo)
        lines = log.read_text().splitlines()
        self.assertIn('"read the configuration anew: started none, stopped none"', lines[0])
        self.assertIn("what a restart alone can change: workers and plugin-path", lines[1])
        self.assertEqual(programs.ask(self.connect(address), b"x"), b"x")
        self.reload(server, f'log-file = "{log}"', 'log-level = "critical"', echo)
        self.assertEqual(self.ask("log-level"), ["log-level critical"])
        self.stop(server)

    def start_notifying(self, *parts):
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(notify.close)
        notify.settimeout(programs.DEADLINE)
        notify.bind(str(self.folder / "notify"))
        server, _ = self.start_run(*parts,
                                   env={**os.environ, "NOTIFY_SOCKET": f"{self.folder}/notify"})
        self.assertIn(b"READY=1", notify.recv(4096))
        return server, notify

    def test_the_service_manager_is_told(self):
        server, notify = self.start_notifying(service("echo", "tcp:127.0.0.1:0"))
        self.reload(server, service("echo", "tcp:127.0.0.1:0", max_per_peer=7))
        self.assertRegex(notify.recv(4096), rb"^RELOADING=1\nMONOTONIC_USEC=\d+\n")
        self.assertIn(b"READY=1", notify.recv(4096))
        self.stop(server)
        self.assertIn(b"STOPPING=1", notify.recv(4096))

    def test_the_service_manager_is_told_when_all_workers_have_done_it(self):
        echo = service("echo", f"tcp:127.0.0.1:{self.free_port()}")
        server, notify = self.start_notifying("workers = 2", echo)
        children = pathlib.Path(f"/proc/{server.pid}/task/{server.pid}/children")
        slow = int(children.read_text().split()[1])
        os.kill(slow, signal.SIGSTOP)
        self.reload(server, "workers = 2", 'log-level = "debug"', echo, path=f"{self.status}.0")
        self.assertRegex(notify.recv(4096), rb"^RELOADING=1\nMONOTONIC_USEC=\d+\n")
        self.assertFalse(programs.readable(notify))
        os.kill(slow, signal.SIGCONT)
        self.assertIn(b"READY=1", notify.recv(4096))
        self.assertEqual(self.stats(f"{self.status}.1")["reloads"], "1")
        self.stop(server)

    def test_each_worker_does_it(self):
        port = self.free_port()
        listen = f"tcp:127.0.0.1:{port}"
        sockets = [pathlib.Path(f"{self.status}.{number}") for number in range(2)]
        server, (address,) = self.start_run("workers = 2", service("echo", listen))
        programs.until(lambda: all(path.exists() for path in sockets), "the workers")
        self.write("workers = 2", service("echo", listen, max_connections=5))
        server.signal(signal.SIGHUP)
        for path in sockets:
            programs.until(lambda: self.stats(path)["reloads"] == "1", f"a worker: {server}")
        self.write("workers = 2", service("echo", listen, f"unix:{self.folder}/x"))
        server.signal(signal.SIGHUP)
        for path in sockets:
            programs.until(lambda: self.stats(path)["reloads-refused"] == "1", "a refusal")
        self.assertIn("where services listen cannot change while workers run", server.errors())
        self.assertEqual(programs.ask(self.connect(address), b"x"), b"x")
        self.stop(server)

    def test_a_worker_that_cannot_follow_its_parent_says_so(self):
        echo = service("echo", f"tcp:127.0.0.1:{self.free_port()}")
        other = echo.replace('name = "echo"', 'name = "other"')
        self.no_fault = programs.BLIND
        server, _ = self.start_run("workers = 2", echo, env=programs.GOES_ON)
        sockets = [pathlib.Path(f"{self.status}.{number}") for number in range(2)]
        for path in sockets:
            programs.until(lambda: self.stats(path)["reloads"] == "0", "a worker")

        self.write("bogus = 1", "workers = 2", echo)
        server.signal(signal.SIGHUP)
        for path in sockets:
            programs.until(lambda: self.stats(path)["reloads-refused"] == "1", "a refusal")
        self.assertNotIn("older configuration", server.errors())

        children = pathlib.Path(f"/proc/{server.pid}/task/{server.pid}/children")
        workers = [int(pid) for pid in children.read_text().split()]
        limits = [resource.prlimit(pid, resource.RLIMIT_NOFILE) for pid in workers]
        for pid, (_, most) in zip(workers, limits):
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (0, most))  # it cannot read the file
        self.write("workers = 2", other)
        server.signal(signal.SIGHUP)
        for number in range(2):
            programs.until(lambda: f"error hawser: worker {number} runs an older configuration than "
                                   "its parent" in server.errors(), f"worker {number}: {server}")
        for pid, limit in zip(workers, limits):
            resource.prlimit(pid, resource.RLIMIT_NOFILE, limit)
        server.signal(signal.SIGHUP)
        for path in sockets:
            programs.until(lambda: "service.other.open" in self.stats(path), "the others' way")
        self.assertEqual(server.errors().count("older configuration"), 2)
        self.stop(server)

    def test_a_service_at_a_port_of_its_own_choice_cannot_change_while_workers_run(self):
        server, _ = self.start_run("workers = 2", service("echo", "tcp:127.0.0.1:0"))
        first = pathlib.Path(f"{self.status}.0")
        programs.until(first.exists, "a worker")
        self.reload(server, "workers = 2", service("other", "tcp:127.0.0.1:0"), refused=True,
                    path=first)
        self.assertNotIn("read the configuration anew", server.errors())
        self.assertIn("the old one runs on: other listens on tcp:127.0.0.1:0, a new port each "
                      "time, and cannot change while workers run", server.errors())
        self.reload(server, "workers = 2", 'log-level = "debug"', service("echo", "tcp:127.0.0.1:0"),
                    path=first)  # it is as it was
        self.stop(server)

    @unittest.skipUnless(os.geteuid() == 0, "only root can become another user")
    def test_the_parent_of_workers_reloads_as_the_user_that_they_are(self):
        nobody = pwd.getpwnam("nobody")
        self.folder.chmod(0o755)
        logs = self.folder / "logs"
        logs.mkdir()
        os.chown(logs, nobody.pw_uid, nobody.pw_gid)
        settings = 'workers = 2\nuser = "nobody"'
        echo = service("echo", f"tcp:127.0.0.1:{self.free_port()}")
        server, _ = self.start_run(settings, echo)
        sockets = [pathlib.Path(f"{self.status}.{number}") for number in range(2)]
        log = logs / "new"

        self.write(settings, f'log-file = "{log}"', echo)
        server.signal(signal.SIGHUP)
        for path in sockets:
            programs.until(lambda: self.stats(path)["reloads"] == "1", f"a worker: {server}")
        self.assertEqual(log.read_text().count("read the configuration anew"), 3)
        self.assertEqual(log.stat().st_uid, nobody.pw_uid)

        self.file.chmod(0o600)
        server.signal(signal.SIGHUP)
        for path in sockets:
            programs.until(lambda: self.stats(path)["reloads-refused"] == "1", "a refusal")
        self.assertEqual(log.read_text().count("read the configuration anew"), 3)
        self.stop(server)

    def test_a_worker_that_is_replaced_runs_what_the_others_do(self):
        one, other = (f"tcp:127.0.0.1:{self.free_port()}" for _ in range(2))
        echo, chat = service("echo", one), service("chat", other, plugin="chat")
        server, _ = self.start_run("workers = 2", echo, chat, listeners=2)
        sockets = [pathlib.Path(f"{self.status}.{number}") for number in range(2)]
        renamed = service("renamed", one)
        self.reload(server, "workers = 2", chat, renamed, path=sockets[0])
        children = pathlib.Path(f"/proc/{server.pid}/task/{server.pid}/children")
        before = children.read_text().split()
        for pid in before:
            os.kill(int(pid), signal.SIGKILL)
        programs.until(lambda: len(fresh := children.read_text().split()) == 2
                       and not set(fresh) & set(before), "new workers")
        for path in sockets:
            stats = self.stats(path)
            self.assertEqual(stats["reloads"], "0")  # it has begun so
            self.assertIn("service.renamed.open", stats)
            self.assertNotIn("service.echo.open", stats)
        for _ in range(10):
            client = self.connect(one.removeprefix("tcp:"))
            self.assertEqual(programs.ask(client, b"hello"), b"hello")
            client.close()
        self.stop(server)


class Status(RunCase):
    def nc(self, text):
        return subprocess.run(["nc", "-N", "-U", self.status], input=text, text=True,
                              capture_output=True, check=True, timeout=programs.DEADLINE).stdout

    def test_nc_asks_and_the_file_is_ours_alone(self):
        server, (address,) = self.start_run(service("echo", "tcp:127.0.0.1:0"))
        self.assertEqual(stat.S_IMODE(self.status.stat().st_mode), 0o600)
        client = self.connect(address)
        self.assertEqual(programs.ask(client, b"hello"), b"hello")
        if shutil.which("nc") is None:
            self.skipTest("there is no nc")
        stats, metrics, connections, end = self.nc("stats\nmetrics\nconnections\n").split("\n\n")
        self.assertIn("service.echo.bytes-in 5\n", stats)
        self.assertRegex(stats, r"\nservice\.echo\.longest-callback-in hawser::Echo::\w+$")
        self.assertGreater(int(self.stats()["loop-turns"]), 1)
        self.assertIn('\nhawser_received_bytes_total{service="echo"} 5\n', metrics)
        local = client.getsockname()
        self.assertRegex(connections, r"^connection\.\d+ service=echo age=\d+\.\d+ in=5 out=5 "
                                      rf"queued=0 peer={local[0]}:{local[1]}$")
        self.assertEqual(end, "")
        self.assertIn("did you mean stats?", self.nc("stat\n"))
        self.stop(server)

    def test_bytes_are_counted_in_their_direction(self):
        server, (address,) = self.start_run(service("daytime", "tcp:127.0.0.1:0", plugin="daytime"))
        said = programs.receive_all(self.connect(address))
        stats = self.stats()
        self.assertEqual(stats["service.daytime.bytes-in"], "0")
        self.assertEqual(stats["service.daytime.bytes-out"], str(len(said)))
        self.assertGreater(len(said), 0)
        self.stop(server)

    def test_log_levels_change_while_it_runs(self):
        server, _ = self.start_run(service("echo", "tcp:127.0.0.1:0"))
        self.assertEqual(self.ask("log-level chat=debug"), ["log-level info,chat=debug"])
        self.assertEqual(self.ask("log-level"), ["log-level info,chat=debug"])
        self.stop(server)

    def test_drain_stops_in_good_order(self):
        server, (address,) = self.start_run(service("echo", "tcp:127.0.0.1:0"))
        client = self.connect(address)
        self.assertEqual(programs.ask(client, b"hello"), b"hello")
        self.assertEqual(self.ask("drain"), ["drain begun"])
        self.assertEqual(client.recv(1), b"")
        self.assert_good_end(server)
        self.assertFalse(self.status.exists())

    def test_a_worker_is_not_drained_alone(self):
        """The kernel would go on giving it its share of the connections, and nobody would answer."""
        server, (address,) = self.start_run("workers = 2", service("echo", "tcp:127.0.0.1:0"))
        self.assertEqual(self.ask("drain", f"{self.status}.0"),
                         ["error a worker cannot be drained alone: stop its parent, process "
                          f"{server.pid}"])
        for _ in range(20):
            self.assertEqual(programs.ask(self.connect(address), b"hello"), b"hello")
        self.stop(server)

    def test_the_scraper_of_the_manual(self):
        """docs/operating.md has it: socat answers HTTP with the metrics."""
        if shutil.which("socat") is None:
            self.skipTest("there is no socat")
        page = (pathlib.Path(EXAMPLE).parent.parent / "docs" / "operating.md").read_text()
        (script,) = re.findall(r"```sh\n(#!/bin/sh\n# metrics-http.*?)```", page, re.DOTALL)
        script = script.replace("/run/hawser/hawser.sock", str(self.status))
        answer = self.folder / "metrics-http"
        answer.write_text(script)
        answer.chmod(0o755)
        server, _ = self.start_run(service("echo", "tcp:127.0.0.1:0"))
        said = subprocess.run([answer], input="GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", text=True,
                              capture_output=True, check=True, timeout=programs.DEADLINE).stdout
        head, _, body = said.partition("\n\n")
        self.assertTrue(head.startswith("HTTP/1.0 200 OK\n"), said)
        self.assertIn("text/plain; version=0.0.4", head)
        self.assertTrue(body.startswith("# HELP hawser_"), said)
        self.stop(server)


if __name__ == "__main__":
    programs.run()
