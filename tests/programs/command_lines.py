# SPDX-License-Identifier: MIT
"""What the programs answer to a command line that cannot work.

Arguments: chat_client, chat_server, echo_client, echo_server.
"""
import signal
import socket
import sys

import programs

CHAT_CLIENT, CHAT_SERVER, ECHO_CLIENT, ECHO_SERVER = sys.argv[1:5]
SERVERS = (CHAT_SERVER, ECHO_SERVER)


class CommandLines(programs.Case):
    def assert_says(self, command, code, errors):
        """`errors` stands for all of standard error, without the program's name before it."""
        process = self.start(*command)
        process.end_input()
        self.assertEqual(process.wait(), code, f"{command}: {process}")
        self.assertEqual(process.errors(), f"{process.name}: {errors}\n")

    def assert_usage(self, *command):
        process = self.start(*command)
        process.end_input()
        self.assertEqual(process.wait(), 2, str(process))
        self.assertRegex(
            process.errors(), f"^usage: {process.name} ENDPOINT.* for instance tcp:127.0.0.1:"
        )

    def clients(self, endpoint):
        """Command lines, and what comes before the reason when they cannot connect."""
        yield (ECHO_CLIENT, endpoint, "hello"), f"cannot connect to {endpoint}: "
        yield (CHAT_CLIENT, endpoint), f"{endpoint}: "

    def test_usage(self):
        for program in CHAT_CLIENT, CHAT_SERVER, ECHO_CLIENT, ECHO_SERVER:
            self.assert_usage(program)
            self.assert_usage(program, "--help")

    def test_a_bad_endpoint_is_named_with_the_column(self):
        for endpoint, column, why in (
            ("tcp:http", 5, "a port is a number from 0 to 65535"),
            ("tcp:65536", 5, "a port is a number from 0 to 65535"),
            ("tcp:", 5, "a port is a number from 0 to 65535"),
            ("tcp", 4, "tcp needs a port: tcp:8000"),
            ("carrier:pigeon", 1, 'no endpoint kind "carrier": there are tcp, udp, unix, '
             "unixgram, fd, vsock, tipc, stdio, systemd and haproxy"),
            ("TCP:80", 1, 'no endpoint kind "TCP"; did you mean tcp?'),
            ("unix:/a:mode=888", 14, "a mode is an octal number up to 777"),
            ("unix:", 6, "the path is empty"),
            ("tcp:[::1:80", 5, "this [ is never closed"),
            ("tcp:80:speed=9", 8,
             'no key "speed": there are host, interface, port, timeout, backlog, bind, nodelay, '
             "keepalive, keepinterval, keepcount, usertimeout, rcvbuf, sndbuf, tos, mark, fastopen, "
             "reuseaddr, reuseport, v6only and reset"),
            ("tcp:80:timout=9", 8, 'no key "timout"; did you mean timeout?'),
            ("unix:/" + "x" * 107, 6, "a Unix socket path has at most 107 bytes, this one has 108"),
        ):
            said = f'bad endpoint "{endpoint}", column {column}: {why}'
            for program in SERVERS:
                self.assert_says([program, endpoint], 1, said)
            for command, _ in self.clients(endpoint):
                self.assert_says(command, 1, said)

    def test_a_place_that_is_taken_is_named(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            endpoint = f"tcp:127.0.0.1:{taken.getsockname()[1]}"
            for program in SERVERS:
                said = f"cannot listen on {endpoint}: address already in use"
                self.assert_says([program, endpoint], 1, said)
                self.assert_says([program, "tcp:127.0.0.1:0", endpoint], 1, said)
        for program in SERVERS:
            self.assert_says(
                [program, "tcp:example.org:80"], 1,
                "cannot listen on tcp:example.org:80: an interface is an IP address, "
                '"example.org" is none: bad address',
            )
            self.assert_says(
                [program, "unix:/nowhere/at/all"], 1,
                "cannot listen on unix:/nowhere/at/all: no such file or directory",
            )

    def test_a_socket_file_is_replaced_only_when_nobody_listens(self):
        path = self.folder / "file"
        endpoint = f"unix:{path}"
        taken = f"cannot listen on {endpoint}: address already in use"

        path.write_text("not a socket")
        self.assert_says(
            [ECHO_SERVER, endpoint], 1,
            f"cannot listen on {endpoint}: the path is taken by a file that is no socket: "
            "address already in use",
        )
        self.assertEqual(path.read_text(), "not a socket")
        path.unlink()

        with socket.socket(socket.AF_UNIX) as other:
            other.bind(str(path))
            other.listen()
            self.assert_says([ECHO_SERVER, endpoint], 1, taken)
            self.assertTrue(path.is_socket())

        server, (address,) = self.start_echo(ECHO_SERVER, endpoint)  # the file is still there
        self.assertEqual(programs.ask(self.connect(address), b"hello"), b"hello")
        self.stop(server)
        self.assertFalse(path.exists())

    def test_a_connection_that_cannot_be_is_explained(self):
        with socket.socket() as bound:  # and not listening
            bound.bind(("127.0.0.1", 0))
            port = bound.getsockname()[1]
            for host in "127.0.0.1", "localhost":
                for command, subject in self.clients(f"tcp:{host}:{port}"):
                    self.assert_says(command, 1, subject + "connection refused")
        for command, subject in self.clients("unix:/nowhere/at/all"):
            self.assert_says(command, 1, subject + "no such file or directory")

    def test_control_c_ends_a_connection_attempt(self):
        with socket.create_server(("127.0.0.1", 0), backlog=0) as busy:
            address = busy.getsockname()

            def attempts():
                return sum(to == address[1] and state == programs.SYN_SENT
                           for _, to, state, *_ in programs.tcp_sockets())

            while not attempts():  # the backlog is not full yet
                filler = socket.socket()
                self.addCleanup(filler.close)
                filler.setblocking(False)
                filler.connect_ex(address)
            waiting = attempts()
            for command, subject in self.clients(f"tcp:127.0.0.1:{address[1]}"):
                process = self.start(*command)
                programs.until(lambda: attempts() > waiting, "an attempt")
                process.signal(signal.SIGINT)
                self.assertEqual(process.wait(), 1, str(process))
                self.assertEqual(process.errors(), f"{process.name}: {subject}canceled\n")

    def test_a_client_that_gets_no_answer_says_so(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(programs.DEADLINE)
            process = self.start(ECHO_CLIENT, f"tcp:127.0.0.1:{listener.getsockname()[1]}", "hello")
            connection, _ = listener.accept()
            self.assertEqual(programs.receive(connection, 7), b"hello\r\n")
            connection.close()
            self.assertEqual(process.wait(), 1)
            self.assertEqual(
                process.errors(), "echo_client: no answer: the connection ended\n"
            )


programs.run()
