# SPDX-License-Identifier: MIT
"""Sockets that systemd opens before it starts a program. Arguments: who_am_i, udp_echo,
forking_server."""
import shutil
import socket
import sys

import programs

WHO_AM_I, UDP_ECHO, FORKING_SERVER = sys.argv[1:4]
ACTIVATE = "systemd-socket-activate"
if shutil.which(ACTIVATE) is None:
    programs.skip(f"there is no {ACTIVATE}, which the package systemd has")


class SocketActivation(programs.Case):
    def activate(self, paths, *command, names=None, options=()):
        listens = [word for path in paths for word in ("-l", str(path))]
        called = [f"--fdname={names}"] if names else []
        return self.start(ACTIVATE, *options, *listens, *called, *command)

    def connect_soon(self, path):
        """When the activator listens: it starts the program for the first that connects."""
        programs.until(path.exists, "the activator's socket")
        def try_to():
            try:
                return self.connect(f"unix:{path}")
            except ConnectionRefusedError:  # it is bound, and does not listen yet
                return None
        return programs.until(try_to, "the activator")

    def assert_greeted(self, path, who="unix:", where=None):
        client = self.connect_soon(path)
        if who != "unix:":
            client.sendall(b"PROXY TCP4 192.0.2.1 198.51.100.7 40000 443\r\n")
        expected = f"you are {who}, connected to {where or f'unix:{path}'}\n".encode()
        self.assertEqual(programs.receive(client, len(expected)), expected)

    def test_who_connects_first_starts_the_program_and_is_served(self):
        path = self.folder / "who.sock"
        server = self.activate([path], WHO_AM_I, "systemd:who", names="who")
        for _ in range(3):
            self.assert_greeted(path)
        self.stop(server)

    def test_sockets_are_told_apart_by_name_and_by_number(self):
        chat, first_web, second_web = (self.folder / name for name in ("chat", "web1", "web2"))
        server = self.activate(
            [chat, first_web, second_web],
            WHO_AM_I, "systemd:web:index=1", "systemd:chat", "haproxy:systemd:index=1",
            names="chat:web:web",
        )
        self.assert_greeted(chat)
        self.assert_greeted(second_web)
        self.assert_greeted(first_web, "192.0.2.1:40000", "198.51.100.7:443")
        self.stop(server)

    def test_a_name_that_was_not_passed_is_told_with_those_that_were(self):
        path = self.folder / "web"
        server = self.activate([path], WHO_AM_I, "systemd:chat", names="web")
        self.connect_soon(path)
        self.assertEqual(server.wait(), 1)
        self.assertIn(
            "who_am_i: cannot listen on systemd:chat: there is web: no such activated socket\n",
            server.errors(),
        )

    def test_without_an_activator_it_is_told_too(self):
        server = self.start(WHO_AM_I, "systemd:chat")
        self.assertEqual(server.wait(), 1)
        self.assertEqual(
            server.errors(),
            "who_am_i: cannot listen on systemd:chat: LISTEN_PID is not set: no such activated "
            "socket\n",
        )

    def test_worker_processes_share_one(self):
        path = self.folder / "lines"
        server = self.activate([path], FORKING_SERVER, "systemd:lines", "2", names="lines")
        served = set()
        def both():
            with self.connect_soon(path) as client:
                client.sendall(b"hello\r\n")
                answer = client.recv(100)
                self.assertTrue(answer.endswith(b": hello\r\n"), answer)
                served.add(answer.split(b":")[0])
            return len(served) == 2
        programs.until(both, "both workers")
        self.stop(server)

    def test_datagrams(self):
        path = self.folder / "echo"
        self.activate([path], UDP_ECHO, "systemd:echo", names="echo", options=["--datagram"])
        programs.until(path.exists, "the activator's socket")
        client = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(client.close)
        client.bind(str(self.folder / "client"))
        client.settimeout(programs.DEADLINE)
        client.connect(str(path))
        client.send(b"hello")
        self.assertEqual(client.recv(100), b"hello")


programs.run()
