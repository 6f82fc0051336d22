#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""asyncio's protocols on uvloop. Debian: python3-uvloop."""

import asyncio

import uvloop

import arguments


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


class Lines(asyncio.Protocol):
    """A line at a time, as asyncio leaves it to its users."""

    def connection_made(self, transport):
        self.transport = transport
        self.tail = b""

    def data_received(self, data):
        *lines, self.tail = (self.tail + data).split(b"\n")
        for line in lines:
            self.line_received(line)

    def line_received(self, line):
        self.transport.write(line + b"\n")


class Member(Lines):
    room = set()

    def connection_made(self, transport):
        super().connection_made(transport)
        self.room.add(self)

    def line_received(self, line):
        said = line + b"\n"
        for member in self.room:
            if member is not self:
                member.transport.write(said)

    def connection_lost(self, exc):
        self.room.discard(self)


class Datagrams(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.transport.sendto(data, addr)


async def main():
    mode, where = arguments.read(("echo", "line", "chat", "udp"))
    loop = asyncio.get_running_loop()
    if mode == "udp":
        await loop.create_datagram_endpoint(Datagrams, local_addr=("127.0.0.1", where))
    else:
        factory = {"echo": Echo, "line": Lines, "chat": Member}[mode]
        if isinstance(where, str):
            await loop.create_unix_server(factory, where, backlog=511)
        else:
            await loop.create_server(factory, "127.0.0.1", where, backlog=511)
    await asyncio.Event().wait()


uvloop.install()
asyncio.run(main())
