#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Twisted. Debian: python3-twisted."""

from twisted.internet import protocol, reactor
from twisted.protocols import basic

import arguments


class Echo(protocol.Protocol):
    def connectionMade(self):
        self.transport.setTcpNoDelay(True)

    def dataReceived(self, data):
        self.transport.write(data)


class UnixEcho(Echo):
    def connectionMade(self):
        pass


class Lines(basic.LineOnlyReceiver):
    delimiter = b"\n"

    def lineReceived(self, line):
        self.sendLine(line)


class Member(Lines):
    room = set()

    def connectionMade(self):
        self.room.add(self)

    def lineReceived(self, line):
        for member in self.room:
            if member is not self:
                member.sendLine(line)

    def connectionLost(self, reason=protocol.connectionDone):
        self.room.discard(self)


class Datagrams(protocol.DatagramProtocol):
    def datagramReceived(self, datagram, addr):
        self.transport.write(datagram, addr)


def main():
    mode, where = arguments.read(("echo", "line", "chat", "udp"))
    unix = isinstance(where, str)
    if mode == "udp":
        reactor.listenUDP(where, Datagrams(), interface="127.0.0.1")
    else:
        kind = {"echo": UnixEcho if unix else Echo, "line": Lines, "chat": Member}[mode]
        factory = protocol.Factory.forProtocol(kind)
        factory.noisy = False
        if unix:
            reactor.listenUNIX(where, factory, backlog=511)
        else:
            reactor.listenTCP(where, factory, backlog=511, interface="127.0.0.1")
    reactor.run()


main()
