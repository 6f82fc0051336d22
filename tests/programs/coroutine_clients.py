# SPDX-License-Identifier: MIT
"""Clients written as coroutines. Arguments: line_client, port_scanner."""
import errno
import random
import socket
import sys

import programs

LINE_CLIENT, PORT_SCANNER = sys.argv[1:3]


def bound_socket():
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    return server, server.getsockname()[1]


def listening_among(ports):
    """A server on one of them, and its port."""
    for port in random.sample(ports, len(ports)):
        server = socket.socket()
        try:
            server.bind(("127.0.0.1", port))
            server.listen()
            return server, port
        except OSError as error:
            server.close()
            if error.errno != errno.EADDRINUSE:
                raise
    raise AssertionError(f"no port is free in {ports}")


class LineClient(programs.Case):
    def test_the_answer_is_printed(self):
        server, port = bound_socket()
        with server:
            server.listen()
            process = self.start(LINE_CLIENT, f"tcp:127.0.0.1:{port}", "hello there")
            connection, _ = server.accept()
            with connection:
                self.assertEqual(connection.recv(100), b"hello there\n")
                connection.sendall(b"general\r\nnot this\r\n")
                self.assert_good_end(process)
            self.assertEqual(process.transcript, "general\n")

    def test_a_server_that_hangs_up_is_asked_again(self):
        server, port = bound_socket()
        with server:
            server.listen()
            process = self.start(LINE_CLIENT, f"tcp:127.0.0.1:{port}", "hello")
            server.accept()[0].close()
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"now\n")
                self.assert_good_end(process)
            self.assertEqual(process.transcript, "now\n")

    def test_three_failures_are_enough(self):
        server, port = bound_socket()  # and does not listen
        with server:
            process = self.start(LINE_CLIENT, f"tcp:127.0.0.1:{port}", "hello")
            self.assertEqual(process.wait(), 1, str(process))
            self.assertIn("connection refused", process.errors())

    def test_usage(self):
        process = self.start(LINE_CLIENT, "tcp:127.0.0.1:1")
        self.assertEqual(process.wait(), 2, str(process))
        self.assertIn("usage: line_client ENDPOINT LINE", process.errors())
        process = self.start(LINE_CLIENT, "tcp:http", "hello")
        self.assertEqual(process.wait(), 1, str(process))
        self.assertIn('bad endpoint "tcp:http"', process.errors())


class PortScanner(programs.Case):
    def test_open_ports_are_printed_and_closed_ones_are_not(self):
        opened, port = bound_socket()
        closed, other = bound_socket()
        with opened, closed:
            opened.listen()
            process = self.start(PORT_SCANNER, str(port), str(port))
            self.assert_good_end(process)
            self.assertEqual(process.transcript, f"{port}\n")
            process = self.start(PORT_SCANNER, str(other), str(other))
            self.assert_good_end(process)
            self.assertEqual(process.transcript, "")

    def test_many_ports_are_scanned(self):
        # Below the ports that the kernel gives to whoever asks for any: there the servers of other
        # tests are, which do not expect us.
        with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as text:
            given_from = int(text.read().split()[0])
        ports = range(max(1024, given_from - 4000), given_from)
        opened, port = listening_among(ports)
        with opened:
            process = self.start(PORT_SCANNER, str(ports[0]), str(ports[-1]))
            self.assert_good_end(process)
            self.assertIn(str(port), process.transcript.split())

    def test_usage(self):
        for arguments in [], ["1"], ["2", "1"], ["0", "1"], ["1", "65536"], ["a", "b"]:
            process = self.start(PORT_SCANNER, *arguments)
            self.assertEqual(process.wait(), 2, str(process))
            self.assertIn("usage: port_scanner FIRST LAST", process.errors())


programs.run()
