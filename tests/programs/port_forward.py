# SPDX-License-Identifier: MIT
"""A forwarded connection: bytes and half closes go through, memory stays bounded while one side is
slow, and without a target nothing is read. Argument: port_forward.
"""
import hashlib
import selectors
import socket
import struct
import sys

import programs

PORT_FORWARD = sys.argv[1]
FLOOD = 100 << 20  # bytes, each way
TERABYTE = 1 << 30  # KiB
MOST_GROWTH = 4 * 1024  # KiB: the marks and a read of each side, and what a first read costs
BLOCK = memoryview(bytes(range(256)) * 4096)


def small_buffers(a_socket):
    """So that the kernel's own buffers are not most of what is on its way."""
    a_socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    a_socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)


class PortForward(programs.Case):
    def forward(self):
        """A client, the target's end of its connection, and the program between them."""
        target = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(target.close)
        small_buffers(target)
        target.settimeout(programs.DEADLINE)
        program, (address,) = self.start_echo(
            PORT_FORWARD, "tcp:127.0.0.1:0", f"tcp:127.0.0.1:{target.getsockname()[1]}"
        )
        client = self.connect(address)
        end, _ = target.accept()
        self.addCleanup(end.close)
        end.settimeout(programs.DEADLINE)
        return program, client, end

    def start_echo(self, program, *endpoints, **options):
        server = self.start(program, *endpoints, **options)
        server.expect("listening on ")
        server.expect("\n")
        return server, [server.transcript.split()[-1]]

    def test_bytes_and_half_closes_go_through(self):
        program, client, end = self.forward()

        client.sendall(b"question")
        client.shutdown(socket.SHUT_WR)
        self.assertEqual(programs.receive_all(end), b"question")
        end.sendall(b"answer")
        end.shutdown(socket.SHUT_WR)
        self.assertEqual(programs.receive_all(client), b"answer")
        self.stop(program)

    def test_the_target_may_end_its_direction_first(self):
        program, client, end = self.forward()

        end.sendall(b"greeting")
        end.shutdown(socket.SHUT_WR)
        self.assertEqual(programs.receive_all(client), b"greeting")
        client.sendall(b"still heard")
        client.shutdown(socket.SHUT_WR)
        self.assertEqual(programs.receive_all(end), b"still heard")
        self.stop(program)

    def test_a_reset_ends_the_other_side(self):
        program, client, end = self.forward()
        client.sendall(b"x")
        self.assertEqual(programs.receive(end, 1), b"x")

        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        self.assertEqual(programs.receive_all(end), b"")
        self.stop(program)

    def test_without_a_target_the_client_is_closed_and_not_read(self):
        nobody = socket.create_server(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        nobody.close()
        program, (address,) = self.start_echo(
            PORT_FORWARD, "tcp:127.0.0.1:0", f"tcp:127.0.0.1:{port}"
        )
        client = self.connect(address)
        self.assertEqual(programs.receive_all(client), b"")
        programs.until(lambda: "connection refused" in program.errors(), "the reason")
        self.stop(program)

    def test_memory_is_bounded_while_one_side_is_slow(self):
        for slow_target in (True, False):
            program, client, end = self.forward()
            fast, slow = (client, end) if slow_target else (end, client)
            fast.sendall(b"warm")
            self.assertEqual(programs.receive(slow, 4), b"warm")
            before = program.status("VmRSS")

            stuck, digest = self.flood(fast, slow, program)

            growth = program.status("VmHWM") - before
            print(f"{FLOOD >> 20} MiB to a slow {'target' if slow_target else 'client'}: "
                  f"{stuck >> 10} KiB on their way at most, {growth} KiB more memory")
            self.assertEqual(digest, self.digest_of_flood())
            if program.status("VmSize") < TERABYTE:  # else a sanitizer's, which keeps what was freed
                self.assertLess(growth, MOST_GROWTH)
            self.stop(program)

    def flood(self, fast, slow, program):
        """Sends until nothing goes any more, then reads it all; what was stuck, and a digest."""
        fast.setblocking(False)
        slow.setblocking(False)
        sent = taken = stuck = 0
        digest = hashlib.sha256()
        selector = selectors.DefaultSelector()
        selector.register(fast, selectors.EVENT_WRITE)
        while selector.select(0.3) and sent < FLOOD:  # until it is full
            sent += fast.send(BLOCK[sent % 256 :][: FLOOD - sent])
        self.assertLess(sent, FLOOD, "nothing holds the sender back")
        selector.register(slow, selectors.EVENT_READ)
        while taken < FLOOD:
            stuck = max(stuck, sent - taken)
            events = selector.select(programs.DEADLINE)
            self.assertTrue(events, str(program))
            for key, _ in events:
                if key.fileobj is slow:
                    data = slow.recv(32768)
                    taken += len(data)
                    digest.update(data)
                elif sent == FLOOD:
                    selector.unregister(fast)
                else:
                    sent += fast.send(BLOCK[sent % 256 :][: FLOOD - sent])
        return stuck, digest.digest()

    @staticmethod
    def digest_of_flood():
        digest = hashlib.sha256()
        for _ in range(FLOOD // len(BLOCK)):
            digest.update(BLOCK)
        return digest.digest()


programs.run()
