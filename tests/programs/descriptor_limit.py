# SPDX-License-Identifier: MIT
"""More clients than the server may have descriptors. Argument: echo_server."""
import sys
import time

import programs

ECHO_SERVER = sys.argv[1]
LIMIT = 64
CLIENTS = 80
WATCHED = 2  # seconds


class DescriptorLimit(programs.Case):
    no_fault = programs.BLIND

    def served(self, client):
        """Whether what was sent to it has come back already."""
        client.setblocking(False)
        try:
            return client.recv(5) == b"hello"
        except BlockingIOError:
            return False
        finally:
            client.settimeout(programs.DEADLINE)

    def test_old_clients_are_served_and_later_ones_when_some_leave(self):
        server, (address,) = self.start_echo(
            ECHO_SERVER,
            before_start=programs.open_files(LIMIT),
            env=programs.GOES_ON,
        )
        waiting = [self.connect(address) for _ in range(CLIENTS)]
        for client in waiting:
            client.sendall(b"hello")
        programs.until(lambda: "cannot accept" in server.errors(), "the limit")
        inside = []

        def move_in():
            inside.extend(client for client in waiting if self.served(client))
            waiting[:] = [client for client in waiting if client not in inside]
            return len(inside) >= LIMIT - 24  # the program needs some itself

        programs.until(move_in, "those within the limit")
        self.assertIn(" many open files; trying again every 100 ms", server.errors())

        used = server.processor_seconds()
        began = time.monotonic()
        while time.monotonic() - began < WATCHED:
            waiting[-1].settimeout(0.2)
            with self.assertRaises(TimeoutError):
                waiting[-1].recv(1)
            self.assertEqual(programs.ask(inside[0], b"still there"), b"still there")
        used = server.processor_seconds() - used
        print(f"{len(inside)} inside, {len(waiting)} waiting: "
              f"{used:.2f} s of processor time in {WATCHED} s")
        self.assertLess(used, WATCHED / 5)
        self.assertIn(server.errors().count("cannot accept"), range(1, WATCHED + 3))
        for client in inside:
            self.assertEqual(programs.ask(client, b"again"), b"again")

        for client in inside:
            client.close()
        for client in waiting:
            self.assertEqual(programs.receive(client, 5), b"hello")
        newcomer = self.connect(address)
        self.assertEqual(programs.ask(newcomer, b"new"), b"new")
        self.stop(server)


programs.run()
