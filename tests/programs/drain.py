# SPDX-License-Identifier: MIT
"""A server that is told to stop answers what it has read. Argument: echo_server."""
import fcntl
import signal
import socket
import struct
import sys
import termios
import time

import programs

ECHO_SERVER = sys.argv[1]
DRAIN_TIMEOUT = 10  # seconds, the library's own


def unsent(client):
    """Bytes that the peer's kernel has not acknowledged."""
    return struct.unpack("i", fcntl.ioctl(client, termios.TIOCOUTQ, b"    "))[0]


def unread(server_port, client):
    """Bytes that have arrived at the server's socket, and that it has not read."""
    port = client.getsockname()[1]
    return sum(
        waiting
        for ours, theirs, _, _, waiting in programs.tcp_sockets()
        if (ours, theirs) == (server_port, port)
    )


class Drain(programs.Case):
    def setUp(self):
        super().setUp()
        self.server, (self.address, self.unix_address) = self.start_echo(
            ECHO_SERVER, "tcp:127.0.0.1:0", f"unix:{self.folder}/echo.sock"
        )
        self.port = int(self.address.rpartition(":")[2])

    def send_without_reading(self, client):
        """Sends until neither kernel nor server takes any more; returns what went out."""
        block = bytes(range(256)) * 256
        sent = bytearray()
        client.settimeout(0.3)  # so long nothing moves: the server has stopped reading
        try:
            while True:
                sent += block[: client.send(block)]
                # send() may have taken a part of the block: go on where it stopped
                block = block[len(sent) % 256 :] + block[: len(sent) % 256]
        except TimeoutError:
            client.settimeout(programs.DEADLINE)
        return bytes(sent)

    def wait_for_drain(self):
        """The listeners are closed: the program has begun to end."""
        def refused():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port)) != 0
        programs.until(refused, "the listener's end")

    def assert_counted(self, level, closed, reset):
        """What the server says of its connections in its last words, whatever the words."""
        last = self.server.errors().splitlines()[-1]
        self.assertRegex(last, rf"^{level} reactor: stopped\D+{closed}\D+{reset}\b")

    def test_without_connections_it_ends_at_once(self):
        for number in signal.SIGTERM, signal.SIGINT:
            client = self.connect(self.address)  # so the loop is known to run
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(client.recv(1), b"")
            self.stop(self.server, number)
            self.assertEqual(self.server.errors(), "")
            self.assertEqual(list(self.folder.iterdir()), [])
            self.server, (self.address,) = self.start_echo(ECHO_SERVER)

    def test_idle_connections_see_an_orderly_end(self):
        clients = [self.connect(self.address), self.connect(self.unix_address)]
        for client in clients:
            self.assertEqual(programs.ask(client, b"hello"), b"hello")
        self.stop(self.server)
        for client in clients:
            self.assertEqual(client.recv(1), b"")
        self.assertEqual(
            self.server.errors(), "info reactor: stopped; connections closed: 2, reset: 0\n"
        )

    def test_what_was_read_is_answered(self):
        client = self.connect(self.address)
        question = bytes(range(256)) * 400
        client.sendall(question)
        programs.until(lambda: unsent(client) == 0 and unread(self.port, client) == 0,
                       "the server to have read everything")
        self.stop(self.server)
        self.assertEqual(programs.receive_all(client), question)

    def test_what_was_read_is_answered_to_a_slow_reader_too(self):
        client = self.connect(self.address)
        sent = self.send_without_reading(client)
        read = len(sent) - unsent(client) - unread(self.port, client)

        self.server.signal(signal.SIGTERM)
        self.wait_for_drain()
        answer = programs.receive_all(client)

        self.assert_good_end(self.server)
        self.assertGreaterEqual(len(answer), read)
        self.assertTrue(sent.startswith(answer))
        print(f"{len(sent)} bytes sent, {read} read, {len(answer)} answered")

    def test_a_second_signal_ends_at_once_though_a_peer_is_stalled(self):
        stalled = self.connect(self.address)
        self.send_without_reading(stalled)
        began = time.monotonic()
        self.server.signal(signal.SIGTERM)
        self.wait_for_drain()
        self.assertTrue(self.server.running(), str(self.server))

        self.server.signal(signal.SIGTERM)

        self.assert_good_end(self.server)
        took = time.monotonic() - began
        self.assertLess(took, DRAIN_TIMEOUT / 2)
        self.assertEqual(
            self.server.errors(), "warning reactor: stopped; connections closed: 0, reset: 1\n"
        )
        self.assertFalse((self.folder / "echo.sock").exists())

    def test_a_stalled_peer_is_reset_at_the_deadline(self):
        stalled = self.connect(self.unix_address)
        self.send_without_reading(stalled)
        began = time.monotonic()
        self.stop(self.server)
        took = time.monotonic() - began
        self.assertGreater(took, DRAIN_TIMEOUT - 1)
        self.assert_counted("warning", closed=0, reset=1)


programs.run()
