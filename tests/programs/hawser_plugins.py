# SPDX-License-Identifier: MIT
"""Every plug-in of hawser, over a real socket. Arguments: hawser, a plug-in with a kind of endpoint."""
import datetime
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import unittest

import programs

HAWSER, NEAR = sys.argv[1:3]
USAGE = 64


class PluginCase(programs.Case):
    def start_plugin(self, name, *options, endpoints=("tcp:127.0.0.1:0",), **more):
        listen = [word for endpoint in endpoints for word in ("--listen", endpoint)]
        return self.start_hawser(HAWSER, name, *listen, *options, listeners=len(endpoints), **more)

    def listens(self, address):
        host, port = address.rsplit(":", 1)
        with socket.socket() as probe:
            return probe.connect_ex((host, int(port))) == 0

    def converse(self, address, text):
        """All that is answered to `text` and the end of our direction."""
        client = self.connect(address)
        client.sendall(text)
        client.shutdown(socket.SHUT_WR)
        return programs.receive_all(client)


class Plugins(PluginCase):
    def test_echo_on_two_endpoints(self):
        server, (address, path) = self.start_plugin(
            "echo", endpoints=("tcp:127.0.0.1:0", f"unix:{self.folder}/echo.sock")
        )
        for where in address, path:
            self.assertEqual(self.converse(where, b"hello\n"), b"hello\n")
        self.stop(server)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_workers_read_the_headers_of_proxies(self):
        server, (address,) = self.start_plugin(
            "echo", "--workers", "2", endpoints=("haproxy:haproxy:tcp:127.0.0.1:0",)
        )
        header = b"PROXY UNKNOWN\r\n"
        self.assertEqual(self.converse(address, header * 2 + b"hello\n"), b"hello\n")
        self.stop(server)

    def test_discard(self):
        server, (address,) = self.start_plugin("discard")
        self.assertEqual(self.converse(address, b"x" * 1000000), b"")
        self.stop(server)

    def test_daytime(self):
        server, (address,) = self.start_plugin("daytime")
        before = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        said = programs.receive_all(self.connect(address)).decode()
        after = datetime.datetime.now(datetime.timezone.utc)
        self.assertTrue(said.endswith("Z\r\n"), said)
        told = datetime.datetime.fromisoformat(said.strip().replace("Z", "+00:00"))
        self.assertLessEqual(before, told)
        self.assertLessEqual(told, after)
        self.stop(server)

    def test_time(self):
        server, (address,) = self.start_plugin("time")
        before = int(time.time())
        (told,) = struct.unpack("!I", programs.receive_all(self.connect(address)))
        since_1970 = (told - 2208988800) % (1 << 32)
        self.assertTrue(before <= since_1970 <= time.time(), since_1970)
        self.stop(server)

    def test_chargen(self):
        server, (address,) = self.start_plugin("chargen")
        client = self.connect(address)
        lines = programs.receive(client, 74 * 200).split(b"\r\n")
        self.assertTrue(all(len(line) == 72 for line in lines[:200]))
        self.assertEqual(lines[0], lines[95])
        self.assertNotEqual(lines[0], lines[1])
        client.close()
        self.stop(server)

    def test_chat(self):
        server, (address,) = self.start_plugin("chat", "--history", "1")
        ada, grace = self.connect(address), self.connect(address)

        def until_said(client, text, seen=b""):
            while text not in seen:
                data = client.recv(4096)
                self.assertTrue(data, seen)
                seen += data
            return seen

        ada.sendall(b"ada\n")
        until_said(ada, b"ada")
        ada.sendall(b"one\ntwo\n/who\n")
        until_said(ada, b"ada")
        grace.sendall(b"grace\n")
        until_said(ada, b"grace has joined")
        ada.sendall(b"three\n")
        seen = until_said(grace, b"<ada> three\n")
        self.assertIn(b"<ada> two\n", seen)  # what the room remembers: one line
        self.assertNotIn(b"<ada> one\n", seen)
        grace.sendall(b"hi there\n")
        until_said(ada, b"<grace> hi there")
        self.stop(server)

    def test_portforward(self):
        echo, (behind,) = self.start_plugin("echo")
        server, (address,) = self.start_plugin("portforward", "--to", f"tcp:{behind}")
        self.assertEqual(self.converse(address, b"x" * 300000), b"x" * 300000)
        self.stop(echo)
        self.assertEqual(self.converse(address, b""), b"")  # and the log says why
        programs.until(lambda: "connection refused" in server.errors(), "a line in the log")
        self.stop(server)

    def test_line_with_rules(self):
        rules = self.folder / "rules"
        rules.write_text("hello => Hello!\nadd * to * => $1 and $2\nbye => See you. !close\n")
        server, (address,) = self.start_plugin("line", "--rules", rules)
        client = self.connect(address)
        client.sendall(b"hello\r\nnothing\nadd salt to soup\nbye\nhello\n")
        self.assertEqual(programs.receive_all(client), b"Hello!\nsalt and soup\nSee you.\n")
        self.stop(server)

    def test_rules_that_cannot_be_read_are_told_with_their_place(self):
        rules = self.folder / "rules"
        rules.write_text("a => b\n* => $2\n")
        process = self.start(HAWSER, "line", "--rules", rules, "--listen", "tcp:127.0.0.1:0")
        self.assertNotEqual(process.wait(), 0)
        self.assertRegex(process.errors(), r"^hawser line: \S*rules:2:")

    @unittest.skipUnless(shutil.which("nc"), "no nc here")
    def test_nc_talks_to_a_plugin(self):
        server, (path,) = self.start_plugin("echo", endpoints=(f"unix:{self.folder}/echo.sock",))
        said = subprocess.run(
            ["nc", "-N", "-U", path[len("unix:"):]], input=b"hello\n", stdout=subprocess.PIPE,
            timeout=programs.DEADLINE, check=True,
        ).stdout
        self.assertEqual(said, b"hello\n")
        self.stop(server)

    @unittest.skipUnless(shutil.which("socat"), "no socat here")
    def test_socat_talks_to_a_plugin(self):
        server, (address,) = self.start_plugin("line", "--command", "tr a-z A-Z")
        said = subprocess.run(
            ["socat", "-t", "30", "-", f"TCP:{address}"], input=b"hello\nthere\n",
            stdout=subprocess.PIPE, timeout=programs.DEADLINE, check=True,
        ).stdout
        self.assertEqual(said, b"HELLO\nTHERE\n")
        self.stop(server)


class Kinds(PluginCase):
    """`near:8000`, which a plug-in brings, is a port of this machine."""

    def setUp(self):
        super().setUp()
        folder = self.folder / "plugins"
        folder.mkdir()
        shutil.copy(NEAR, folder / "near.so")
        (folder / "near.plugin").write_text("name = near\nversion = 1\nsummary = Near by\n"
                                            "provides = service, endpoint-kind near\n"
                                            "abi = 1\n")
        self.env = {**os.environ,
                    "HAWSER_PLUGIN_PATH": f"{os.environ['HAWSER_PLUGIN_PATH']}:{folder}"}

    def test_every_plugin_listens_and_connects_with_it(self):
        echo, (behind,) = self.start_plugin("echo", endpoints=("near:0",), env=self.env)
        near = "near:" + behind.rpartition(":")[2]
        server, (address,) = self.start_plugin("portforward", "--to", near, env=self.env)
        self.assertEqual(self.converse(address, b"hello\n"), b"hello\n")
        client = self.start(HAWSER, "connect", near, env=self.env)
        client.type("from a terminal\n")
        client.end_input()
        client.expect("from a terminal\n")
        self.assert_good_end(client)
        self.stop(server)
        self.stop(echo)

    def test_a_mistake_is_shown_with_a_caret(self):
        for arguments, text, why in (
            (["echo", "--listen", "near:http"], "near:http", "column 6: no port"),
            (["connect", "haproxy:near:http"], "haproxy:near:http", "column 14: no port"),
            (["portforward", "--listen", "near:0", "--to", "neer:1", "--check"], "neer:1",
             'column 1: no endpoint kind "neer"; did you mean near?'),
        ):
            with self.subTest(arguments):
                process = self.start(HAWSER, *arguments, env=self.env)
                self.assertEqual(process.wait(), USAGE, str(process))
                self.assertIn(f'bad endpoint "{text}", {why}\n{text}\n', process.errors())


class LineCommand(PluginCase):
    def start_line(self, command, *options, **more):
        server, (address,) = self.start_plugin("line", "--command", command, *options, **more)
        return server, address

    def test_answers_come_in_the_order_of_the_lines(self):
        server, address = self.start_line("read n; [ $n = 1 ] && sleep 0.3; echo $n")
        said = self.converse(address, b"1\n2\n3\n")
        self.assertEqual(said, b"1\n2\n3\n")
        self.stop(server)

    def test_a_line_is_no_text_for_the_shell(self):
        marker = self.folder / "marker"
        server, address = self.start_line("cat")
        hostile = f'$(touch {marker}) `touch {marker}`; touch {marker} "\'\\'.encode()
        self.assertEqual(self.converse(address, hostile + b"\n"), hostile + b"\n")
        self.assertFalse(marker.exists())
        self.stop(server)

    def test_the_command_knows_who_asks(self):
        server, address = self.start_line('echo "$HAWSER_PEER"')
        client = self.connect(address)
        client.sendall(b"\n")
        host, port = client.getsockname()
        self.assertEqual(client.recv(100), f"{host}:{port}\n".encode())
        self.stop(server)

    def test_a_command_past_its_deadline_is_ended(self):
        server, address = self.start_line("exec sleep 600", "--deadline", "200ms")
        self.assertEqual(self.converse(address, b"x\n"), b"error: timed out\n")
        self.assertIn("timed out", server.errors())
        self.stop(server)

    def test_with_the_shell_ends_what_it_waits_for(self):
        note = self.folder / "pid"
        server, address = self.start_line(f"sleep 600 & echo $! > {note}; wait",
                                          "--deadline", "200ms")
        self.assertEqual(self.converse(address, b"x\n"), b"error: timed out\n")
        stat = pathlib.Path(f"/proc/{note.read_text().strip()}/stat")
        programs.until(lambda: not stat.exists() or " Z " in stat.read_text(), "its end")
        self.stop(server)

    def test_a_command_that_prints_without_end_is_ended(self):
        server, address = self.start_line("exec yes")
        self.assertEqual(self.converse(address, b"x\n"), b"error: more output than its limit\n")
        self.stop(server)

    def test_a_command_that_fails_says_so(self):
        server, address = self.start_line("echo oops >&2; exit 3")
        self.assertEqual(self.converse(address, b"x\n"), b"error: the command failed\n")
        self.assertRegex(server.errors(), "exited with 3.*oops")
        self.stop(server)

    def test_a_command_that_does_not_read_its_line_is_fine(self):
        server, address = self.start_line("echo fine")
        self.assertEqual(self.converse(address, b"x" * 10000 + b"\ny\n"), b"fine\nfine\n")
        self.stop(server)

    def test_no_more_commands_run_at_once_than_allowed(self):
        running = self.folder / "running"
        running.mkdir()
        server, address = self.start_line(
            f"f=$(mktemp {running}/XXXXXX); ls {running} | wc -l; sleep 0.2; rm $f",
            "--processes", "2",
        )
        clients = [self.connect(address) for _ in range(6)]
        for client in clients:
            client.sendall(b"x\n")
        counts = [int(client.recv(100)) for client in clients]
        self.assertLessEqual(max(counts), 2)
        self.stop(server)

    def test_a_stop_waits_for_the_answers_under_way(self):
        asked, go = self.folder / "asked", self.folder / "go"
        server, address = self.start_line(
            f"read n; echo $n >> {asked}; until [ -e {go} ]; do sleep 0.01; done; echo $n"
        )
        clients = [self.connect(address) for _ in range(2)]
        for n, client in enumerate(clients):
            client.sendall(f"{n}\npart of a line".encode())
        both = lambda: asked.exists() and asked.read_text().count("\n") == len(clients)
        programs.until(both, "the commands")
        server.signal(signal.SIGTERM)
        programs.until(lambda: not self.listens(address), "the end of the listener")
        go.touch()
        for n, client in enumerate(clients):
            self.assertEqual(programs.receive_all(client), f"{n}\n".encode())
        self.assert_good_end(server)

    def test_a_peer_that_leaves_takes_its_command_along(self):
        note = self.folder / "pid"
        server, address = self.start_line(f"echo $$ > {note}; exec sleep 600", "--deadline", "1h")
        client = self.connect(address)
        client.sendall(b"x\n")
        pid = programs.until(lambda: note.exists() and note.read_text().strip(), "the command")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        programs.until(lambda: not os.path.exists(f"/proc/{pid}"), "the end of the command")
        self.stop(server)


programs.run()
