# SPDX-License-Identifier: MIT
"""What is measured: a scenario, with how many connections, of what size, over what."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Scenario:
    mode: str          # of the server
    operation: str     # what is counted
    connections: tuple  # the first is the usual one, the others are of --full
    sizes: tuple
    load: str = ""     # its name for the load generator, where it is another
    unix: bool = False


ROUND_TRIP = "a message there and back"
SCENARIOS = {
    "pingpong": Scenario("echo", ROUND_TRIP, (50, 1, 1000), (64, 1024, 16384)),
    "unix": Scenario("echo", ROUND_TRIP, (50, 1, 1000), (64, 1024, 16384), "pingpong", True),
    "pipeline": Scenario("line", "a line of a burst of 100", (50,), (32,)),
    "stream": Scenario("echo", "64 KiB there and back", (8, 1), (256 * 1024,)),
    "fanout": Scenario("chat", "a line delivered to a member", (100, 10, 1000), (64,)),
    "churn": Scenario("line", "connect, one line, close", (16,), (32,)),
    "udp": Scenario("udp", "a datagram there and back", (64, 1), (64,)),
    "memory": Scenario("echo", "", (1000, 10_000), (32,), "idle"),
}


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    connections: int
    size: int
    unix: bool
    cpus: str

    @property
    def scenario(self):
        return SCENARIOS[self.name]

    @property
    def load(self):
        return self.scenario.load or self.name

    def title(self):
        what = "on their way" if self.name == "udp" else "connections"
        over = "UDP" if self.name == "udp" else "Unix socket" if self.unix else "TCP"
        where = "one CPU" if self.cpus == "same" else "two CPUs"
        return f"{self.name}: {self.connections} {what}, {self.size} bytes, {over}, {where}"


def chosen(arguments):
    """The cases of a command line: those named, or of each scenario the usual one, or with --full
    every number of connections at the usual size and every size at the usual number."""
    cases = []
    for name in arguments.scenario:
        scenario = SCENARIOS[name]
        if arguments.connections or arguments.size or not arguments.full:
            pairs = [(connections, size)
                     for connections in arguments.connections or scenario.connections[:1]
                     for size in arguments.size or scenario.sizes[:1]]
        else:
            pairs = [(connections, scenario.sizes[0]) for connections in scenario.connections]
            pairs += [(scenario.connections[0], size) for size in scenario.sizes[1:]]
        unix = arguments.unix or scenario.unix
        cases += [Case(name, *pair, unix, cpus) for pair in pairs for cpus in arguments.cpus]
    return cases


# How cost grows: with connections, and with the members of a room.
GROWTH = [Case("pingpong", count, 64, False, "same") for count in (1, 10, 100, 1000, 10_000)]
GROWTH += [Case("fanout", count, 64, False, "same") for count in (10, 100, 1000)]
# And with timers: servers.TIMED beside hawser, at this.
TIMERS = Case("pingpong", 100, 64, False, "same")

# The table of aims: what hawser is to cost, relative to the reference (bytes for memory).
AIMS = [
    ("echo, 50 connections", Case("pingpong", 50, 64, False, "same"), 1.05),
    ("echo, 1000 connections", Case("pingpong", 1000, 64, False, "same"), 1.08),
    ("Unix echo, 50", Case("unix", 50, 64, True, "same"), 1.05),
    ("lines, pipelined, 50", Case("pipeline", 50, 32, False, "same"), 1.10),
    ("bulk echo", Case("stream", 8, 256 * 1024, False, "same"), 1.00),
    ("chat room of 100", Case("fanout", 100, 64, False, "same"), 0.95),
    ("connect, one line, close", Case("churn", 16, 32, False, "same"), 1.10),
    ("UDP echo, window 64", Case("udp", 64, 64, False, "same"), 1.04),
    ("bytes of memory per idle connection", Case("memory", 10_000, 32, False, "same"), 500),
]
