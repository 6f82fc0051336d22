# SPDX-License-Identifier: MIT
"""A server behind a proxy that tells whose the connections are. Arguments: who_am_i,
forking_server."""
import re
import signal
import socket
import struct
import sys
import time

import programs

WHO_AM_I, FORKING_SERVER = sys.argv[1:3]

LINE = b"PROXY TCP4 192.0.2.1 198.51.100.7 40000 443\r\n"
OCTETS = (
    b"\r\n\r\n\0\r\nQUIT\n\x21\x11"
    + struct.pack("!H", 12 + 7)
    + socket.inet_aton("192.0.2.1")
    + socket.inet_aton("198.51.100.7")
    + struct.pack("!HH", 40000, 443)
    + b"\x01\x00\x04http"  # an extension
)
YOU_ARE = b"you are 192.0.2.1:40000, connected to 198.51.100.7:443\n"


class ProxyProtocol(programs.Case):
    def test_the_client_is_who_the_header_says_over_tcp_and_unix_sockets(self):
        server, addresses = self.start_echo(
            WHO_AM_I, "haproxy:tcp:127.0.0.1:0", f"haproxy:unix:{self.folder}/who.sock"
        )
        for address in addresses:
            for header in LINE, OCTETS:
                with self.connect(address) as balancer:
                    balancer.sendall(header + b"hello")
                    self.assertEqual(
                        programs.receive(balancer, len(YOU_ARE) + 5), YOU_ARE + b"hello"
                    )
        self.stop(server)

    def test_a_header_that_comes_octet_by_octet(self):
        server, (address,) = self.start_echo(WHO_AM_I, "haproxy:tcp:127.0.0.1:0")
        for header in LINE, OCTETS:
            with self.connect(address) as balancer:
                balancer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for octet in header + b"hello":
                    balancer.send(bytes([octet]))
                    time.sleep(0.001)  # so that they come one by one
                self.assertEqual(programs.receive(balancer, len(YOU_ARE) + 5), YOU_ARE + b"hello")
        self.stop(server)

    def test_a_connection_of_the_proxy_itself_has_its_own_addresses(self):
        server, (address,) = self.start_echo(WHO_AM_I, "haproxy:tcp:127.0.0.1:0")
        for header in b"PROXY UNKNOWN\r\n", b"\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00":
            with self.connect(address) as balancer:
                balancer.sendall(header)
                own = "%s:%d" % balancer.getsockname()
                expected = f"you are {own}, connected to {address}\n".encode()
                self.assertEqual(programs.receive(balancer, len(expected)), expected)
        self.stop(server)

    def test_who_sends_no_header_is_turned_away(self):
        server, (address,) = self.start_echo(WHO_AM_I, "haproxy:tcp:127.0.0.1:0")
        with self.connect(address) as stranger:
            stranger.sendall(b"GET / HTTP/1.0\r\n\r\n")
            try:
                self.assertEqual(stranger.recv(100), b"")
            except ConnectionResetError:
                pass
        self.stop(server)

    def test_worker_processes_are_behind_it_too(self):
        server = self.start(FORKING_SERVER, "haproxy:tcp:127.0.0.1:0", "2")
        for _ in range(2):
            server.expect("listening on ")
            server.expect("\n")
        (address,) = set(re.findall(r"listening on (.*)", server.transcript))
        served = set()
        for _ in range(50):
            with self.connect(address) as balancer:
                balancer.sendall(LINE + b"hello\r\n")
                answer = programs.receive(balancer, 1)
                while not answer.endswith(b"\n"):
                    answer += programs.receive(balancer, 1)
                served.add(answer.split(b":")[0])
                self.assertTrue(answer.endswith(b": hello\r\n"), answer)
        self.assertEqual(len(served), 2)
        self.stop(server, signal.SIGINT)

    def test_a_mistake_is_shown(self):
        for endpoint, message, caret in (
            ("haproxy:tcp:http", "column 13: a port is a number from 0 to 65535", 12),
            ("haproxi:tcp:80", 'column 1: no endpoint kind "haproxi"; did you mean haproxy?', 0),
        ):
            process = self.start(WHO_AM_I, endpoint)
            self.assertEqual(process.wait(), 2)
            self.assertEqual(
                process.errors(),
                f'who_am_i: bad endpoint "{endpoint}", {message}\n{endpoint}\n{" " * caret}^\n',
            )


programs.run()
