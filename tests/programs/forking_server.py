# SPDX-License-Identifier: MIT
"""A server in several processes: shared port, replaced workers, orderly end. Argument:
forking_server."""
import collections
import os
import re
import signal
import socket
import sys
import time
import unittest

import programs

FORKING_SERVER = sys.argv[1]


def is_child(pid, parent):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return int(stat.read().rpartition(")")[2].split()[1]) == parent
    except OSError:
        return False


class ForkingServer(programs.Case):
    def start_workers(self, workers, endpoint="tcp:127.0.0.1:0", **options):
        server = self.start(FORKING_SERVER, endpoint, str(workers), **options)
        for _ in range(workers):
            server.expect("listening on ")
            server.expect("\n")
        addresses = set(re.findall(r"listening on (.*)", server.transcript))
        self.assertEqual(len(addresses), 1, server.transcript)
        return server, addresses.pop()

    def who_serves(self, client):
        client.sendall(b"hello\r\n")
        answer = b""
        while not answer.endswith(b"\n") and (data := client.recv(100)):
            answer += data
        self.assertRegex(answer, rb"^\d+: hello\r\n$")
        return int(answer.split(b":")[0])

    def who_serves_anew(self, address):
        with self.connect(address) as client:
            return self.who_serves(client)

    def test_connections_are_spread_over_the_workers(self):
        server, address = self.start_workers(3)

        served = collections.Counter(self.who_serves_anew(address) for _ in range(100))

        self.assertEqual(len(served), 3, served)
        for pid in served:
            self.assertTrue(is_child(pid, server.pid))
        self.stop(server)

    def test_a_killed_worker_is_replaced_and_the_others_go_on(self):
        server, address = self.start_workers(2)
        clients = {}
        while len(clients) < 2:
            client = self.connect(address)
            clients.setdefault(self.who_serves(client), client)
        (killed, lost), (survivor, kept) = clients.items()

        os.kill(killed, signal.SIGKILL)
        server.expect("listening on ")

        self.assertEqual(lost.recv(1), b"")
        self.assertEqual(self.who_serves(kept), survivor)
        served = {self.who_serves_anew(address) for _ in range(50)}
        self.assertEqual(len(served), 2)
        self.assertIn(survivor, served)
        self.assertNotIn(killed, served)
        self.assertRegex(server.errors(), r"worker \d was ended by signal 9; the next one comes in")
        self.stop(server)

    def test_what_connects_while_a_worker_is_replaced_is_served_by_the_next(self):
        server, address = self.start_workers(1)
        first = self.who_serves_anew(address)
        os.kill(first, signal.SIGKILL)
        programs.until(lambda: not is_child(first, server.pid), "the end of the worker")

        self.assertNotEqual(self.who_serves_anew(address), first)
        self.stop(server)

    def test_workers_that_die_at_once_are_no_busy_loop(self):
        # Each gets as far as its reactor, for which there are too few descriptors.
        server = self.start(
            FORKING_SERVER, "tcp:127.0.0.1:0", "1", before_start=programs.open_files(10)
        )
        began = time.monotonic()
        programs.until(lambda: server.errors().count("the next one comes in") >= 4, "four deaths")
        took = time.monotonic() - began

        pauses = [int(pause) for pause in re.findall(r"comes in (\d+) ms", server.errors())]
        self.assertEqual(pauses[:4], [100, 200, 400, 800])
        self.assertGreater(took, 0.6)
        self.assertLess(server.processor_seconds(), 1)
        server.signal(signal.SIGTERM)
        server.wait()

    def test_the_end_is_orderly_for_workers_and_their_connections(self):
        for number in signal.SIGTERM, signal.SIGINT:
            server, address = self.start_workers(2)
            client = self.connect(address)
            worker = self.who_serves(client)
            self.stop(server, number)
            self.assertEqual(client.recv(1), b"")
            self.assertFalse(is_child(worker, server.pid))
            with self.assertRaises(ConnectionRefusedError):
                self.connect(address)

    def test_workers_end_with_their_parent(self):
        server, address = self.start_workers(2)
        client = self.connect(address)
        self.who_serves(client)

        server.kill()

        self.assertEqual(client.recv(1), b"")
        def refused():
            with socket.socket() as probe:
                host, _, port = address.rpartition(":")
                return probe.connect_ex((host, int(port))) != 0
        programs.until(refused, "the end of all workers")

    def test_a_taken_port_is_told_before_anything_starts(self):
        server, address = self.start_workers(2)

        second = self.start(FORKING_SERVER, f"tcp:{address}", "2")

        self.assertEqual(second.wait(), 1)
        self.assertEqual(
            second.errors(),
            f"forking_server: cannot listen on tcp:{address}: address already in use\n",
        )
        self.assertEqual(second.transcript, "")
        self.stop(server)

    def test_a_unix_socket_is_one_for_all(self):
        path = self.folder / "lines.sock"
        server, address = self.start_workers(2, f"unix:{path}")
        self.assertTrue(is_child(self.who_serves_anew(address), server.pid))
        self.stop(server)
        self.assertFalse(path.exists())


programs.run()
