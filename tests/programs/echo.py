# SPDX-License-Identifier: MIT
"""The echo client and servers over every kind of endpoint.

Arguments: echo_client, echo_server, stream_echo.
"""
import socket
import sys
import unittest

import programs

ECHO_CLIENT, ECHO_SERVER, STREAM_ECHO = sys.argv[1:4]


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


class Echo(programs.Case):
    def assert_echo(self, endpoint, text="hello there"):
        client = self.start(ECHO_CLIENT, endpoint, text)
        self.assert_good_end(client)
        self.assertEqual(client.transcript, text + "\n")
        self.assertEqual(client.errors(), "")

    def test_one_server_on_four_endpoints(self):
        server, (by_number, by_name, path, abstract) = self.start_echo(
            ECHO_SERVER,
            "tcp:127.0.0.1:0",
            "tcp:localhost:0",
            f"unix:{self.folder}/echo.sock:mode=600",
            f"unix:@{self.folder}",
        )
        port = by_number.rpartition(":")[2]
        self.assertTrue(by_name.startswith("127.0.0.1:"), by_name)
        self.assertEqual((self.folder / "echo.sock").stat().st_mode & 0o777, 0o600)

        self.assert_echo(f"tcp:{by_number}")
        self.assert_echo(f"tcp:localhost:{port}", text="grüße")
        self.assert_echo(f"tcp:{port}", text="")
        self.assert_echo(f"tcp:host=127.0.0.1:port={port}:timeout=5")
        self.assert_echo(path)
        self.assert_echo(abstract)
        self.stop(server)
        self.assertEqual(list(self.folder.iterdir()), [])

    @unittest.skipUnless(has_ipv6(), "no IPv6 here")
    def test_ipv6(self):
        server, (loopback, everywhere) = self.start_echo(
            ECHO_SERVER, "tcp:[::1]:0", "tcp:0"
        )
        self.assertTrue(loopback.startswith("[::1]:"), loopback)
        self.assert_echo(f"tcp:{loopback}")
        for host in "127.0.0.1", "[::1]", "localhost":
            self.assert_echo(f"tcp:{host}:{everywhere.rpartition(':')[2]}")
        self.stop(server)

    def assert_ten_megabytes_come_back_whole(self, server, addresses):
        block = bytes(range(256)) * 256
        for where in addresses:
            with self.connect(where) as client:
                for _ in range(160):
                    self.assertEqual(programs.ask(client, block), block)
                client.shutdown(socket.SHUT_WR)
                self.assertEqual(client.recv(1), b"")
        self.stop(server)

    def test_ten_megabytes_come_back_whole(self):
        self.assert_ten_megabytes_come_back_whole(*self.start_echo(
            ECHO_SERVER, "tcp:127.0.0.1:0", f"unix:{self.folder}/echo.sock"
        ))

    def test_and_from_a_coroutine(self):
        for endpoint in "tcp:127.0.0.1:0", f"unix:{self.folder}/echo.sock":
            self.assert_ten_megabytes_come_back_whole(*self.start_echo(STREAM_ECHO, endpoint))


programs.run()
