# SPDX-License-Identifier: MIT
"""Peers that send without end and never read cost an echo server no memory, and the others no
time. Argument: echo_server.
"""
import multiprocessing
import selectors
import socket
import sys
import time

import programs

ECHO_SERVER = sys.argv[1]
PEERS = 4
EACH = 150 << 20  # bytes that a peer wants to send
MOST_GROWTH = 16 * 1024  # KiB, for all peers together
WORST_ANSWER = 0.5  # seconds; tens of microseconds where nothing else runs
STILL = 1  # second in which no peer can send a byte: they are all held back


def flood(address, sent):
    """What the peers do: each sends as fast as it is taken, and reads nothing."""
    selector = selectors.DefaultSelector()
    for _ in range(PEERS):
        peer = socket.create_connection(address)
        peer.setblocking(False)
        selector.register(peer, selectors.EVENT_WRITE, [EACH])
    block = bytes(1 << 20)
    while selector.get_map():
        for key, _ in selector.select():
            count = key.fileobj.send(block[: key.data[0]])
            key.data[0] -= count
            sent.value += count
            if key.data[0] == 0:
                selector.unregister(key.fileobj)
    selector.select()  # stays connected


class BackPressure(programs.Case):
    def test_peers_that_never_read(self):
        server, (address,) = self.start_echo(ECHO_SERVER)
        host, _, port = address.rpartition(":")
        other = self.connect(address)
        other.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(1000):
            self.assertEqual(programs.ask(other, b"x" * 64), b"x" * 64)
        before = server.status("VmRSS")

        fork = multiprocessing.get_context("fork")
        sent = fork.Value("Q", 0)
        peers = fork.Process(target=flood, args=((host, int(port)), sent), daemon=True)
        peers.start()
        try:
            answers = self.answers_until_all_are_held_back(other, sent)
            growth = server.status("VmHWM") - before
        finally:
            peers.kill()
            peers.join()

        worst = max(answers)
        usual = sorted(answers)[len(answers) // 2]
        print(f"{sent.value >> 20} MiB sent by {PEERS} peers, {growth} KiB more memory; "
              f"{len(answers)} answers to another: median {usual * 1e6:.0f} us, "
              f"worst {worst * 1e3:.1f} ms")
        self.assertGreater(sent.value, 4 * 65536)
        self.assertLess(growth, MOST_GROWTH)
        self.assertLess(worst, WORST_ANSWER)
        self.assertEqual(programs.ask(other, b"still there"), b"still there")
        self.stop(server)

    def answers_until_all_are_held_back(self, other, sent):
        """How long each answer took, in seconds."""
        answers = []
        last_sent, moved = 0, time.monotonic()
        deadline = moved + programs.DEADLINE
        while (began := time.monotonic()) < deadline:
            self.assertEqual(programs.ask(other, b"y" * 64), b"y" * 64)
            answers.append(time.monotonic() - began)
            if sent.value != last_sent or last_sent == 0:
                last_sent, moved = sent.value, time.monotonic()
            elif time.monotonic() - moved > STILL:
                return answers
        self.fail(f"after {programs.DEADLINE} s the peers are still sending")


programs.run()
