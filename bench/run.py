#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Server CPU per operation, as a ratio to a bare epoll server in the same round.

See README.md beside this file for how to use it, and docs/performance.md for what the numbers
mean and what spoils them.
"""

import argparse
import json
import os
import pathlib
import resource
import shlex
import subprocess
import sys

import cases
import publish
import servers
import system_calls
import tables
from processes import PATIENCE, BenchError, private_bytes, running_server, start

LOAD = "hawser_bench_load"


def numbers(text):
    return [int(number) for number in text.split(",")]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build-dir", type=pathlib.Path, default="build", metavar="DIR")
    parser.add_argument(
        "--scenario", default=",".join(cases.SCENARIOS), metavar="A,B",
        help=f"which to run, of {', '.join(cases.SCENARIOS)} (all)",
    )
    parser.add_argument(
        "--servers", default=",".join(servers.USUAL), metavar="A,B",
        help=f"of {', '.join([*servers.USUAL, *servers.TIMED])}, or NAME=PROGRAM for any other "
             "that takes MODE WHERE",
    )
    parser.add_argument("--connections", type=numbers, metavar="N,M", help="by scenario if not given")
    parser.add_argument("--size", type=numbers, metavar="N,M", help="bytes; by scenario if not given")
    parser.add_argument("--full", action="store_true", help="all that a scenario has of both")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--peer-rounds", type=int, metavar="N",
                        help="of servers that are neither epoll nor hawser; fewer, to save time")
    parser.add_argument("--seconds", type=float, default=0.7, metavar="T", help="of a slice")
    parser.add_argument("--settle", type=float, default=0.2, metavar="T", help="before a slice")
    parser.add_argument(
        "--cpus", choices=("same", "two", "both"), default="same",
        help="server and load on one CPU (default), on one each, or first so and then so",
    )
    parser.add_argument("--unix", action="store_true", help="a Unix socket in place of TCP")
    parser.add_argument("--no-strace", action="store_true", help="leave out the system calls")
    parser.add_argument("--markdown", type=pathlib.Path, metavar="FILE", help="write tables there")
    parser.add_argument(
        "--publish", metavar="NOTE",
        help="measure the table of aims, and write it into docs/ with a chart, the date, the "
             "versions, the command and NOTE: what else the machine did",
    )
    arguments = parser.parse_args()
    arguments.scenario = arguments.scenario.split(",")
    arguments.servers = arguments.servers.split(",")
    arguments.cpus = ["same", "two"] if arguments.cpus == "both" else [arguments.cpus]
    for name in arguments.scenario:
        if name not in cases.SCENARIOS:
            parser.error(f"'{name}' is no scenario: {', '.join(cases.SCENARIOS)}")
    if arguments.rounds < 1:
        parser.error("--rounds takes 1 or more")
    return arguments


def choose_cpus(how):
    """The CPUs of the server and of the load. The first CPU gets most of the interrupts."""
    usable = sorted(os.sched_getaffinity(0))
    if how == "same":
        return usable[-1], usable[-1]
    if len(usable) < 2:
        raise BenchError("--cpus two needs two CPUs, and there is one")
    return usable[-1], usable[-2]


def raise_file_limit():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def read_result(output, process, name):
    """The JSON that ends the output of a load; a mismatch ends the run."""
    if process.returncode != 0:
        raise BenchError(f"the load found fault with the {name} server (see above)")
    result = json.loads(output.splitlines()[-1])
    if result["operations"] == 0:
        raise BenchError(f"the {name} server answered nothing")
    return result


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        more = [] if arguments.publish is None else list(servers.TIMED)
        self.servers = servers.find_all([*arguments.servers, *more], arguments.build_dir)
        self.load = servers.find_program(arguments.build_dir, LOAD)
        if self.load is None:
            raise BenchError(f"there is no {LOAD} in {arguments.build_dir}")

    def load_command(self, case, where, *options):
        return [self.load, case.load, where, "--connections", str(case.connections),
                "--size", str(case.size), *options]

    def timed_load(self, case, where, seconds, settle, *options):
        command = self.load_command(case, where, "--seconds", str(seconds),
                                    "--settle", str(settle), *options)
        return start(command, choose_cpus(case.cpus)[1], stdout=subprocess.PIPE, text=True)

    def cpu_slice(self, name, case):
        """One short run of one server: (ns of server CPU per operation, operations a second)."""
        with self.server(name, case) as (process, where):
            load = self.timed_load(case, where, self.arguments.seconds, self.arguments.settle,
                                   "--server-pid", str(process.pid))
            output, _ = self.output_of(load, name)
            result = read_result(output, load, name)
        operations = result["operations"]
        return result["server_cpu_ns"] / operations, operations / result["seconds"]

    def memory_slice(self, name, case):
        """Bytes by which the server grows with each connection: (bytes, None)."""
        cpu = choose_cpus(case.cpus)[1]
        with self.server(name, case) as (process, where):
            # One connection first: what a server allocates once is not the price of the others.
            one = start([self.load, "idle", where, "--connections", "1"], cpu,
                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            self.output_of(one, name)
            before = private_bytes(process.pid)
            load = start(self.load_command(case, where), cpu,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            load.stdout.readline()  # "start": all are open, and each has been answered
            after = private_bytes(process.pid)
            output, _ = self.output_of(load, name)  # which ends its input
            result = read_result(output, load, name)
        return (after - before) / result["connections"], None

    def calls_of(self, name, case, seconds):
        """The system calls of a run, and its operations."""
        with system_calls.folder() as folder:
            summary = f"{folder}/calls"
            with self.server(name, case, system_calls.command(summary)) as (_, where):
                load = self.timed_load(case, where, seconds, 0)
                output, _ = self.output_of(load, name)
                result = read_result(output, load, name)
            return system_calls.counts(summary), result["operations"]

    def server(self, name, case, tracer=()):
        return running_server(name, self.servers[name], case.scenario.mode,
                              choose_cpus(case.cpus)[0], case.unix, tracer)

    def output_of(self, load, name):
        try:
            return load.communicate(timeout=self.arguments.seconds + PATIENCE)
        except subprocess.TimeoutExpired:
            load.kill()
            load.wait()
            raise BenchError(f"the load of the {name} server does not end") from None

    def able(self, case):
        """The servers of the command line that know what the case asks of them."""
        return [name for name, server in self.servers.items()
                if case.scenario.mode in server.modes
                and (name in self.arguments.servers or name not in servers.TIMED)]

    def rounds_of(self, name):
        few = self.arguments.peer_rounds or self.arguments.rounds
        peer = name not in (servers.REFERENCE, "hawser", *servers.TIMED)
        return few if peer else self.arguments.rounds

    def run(self, case, names=None):
        """Per server, the results of its slices, round by round."""
        one_slice = self.memory_slice if case.name == "memory" else self.cpu_slice
        results = {name: [] for name in names or self.able(case)}
        for number in range(self.arguments.rounds):
            order = [name for name in results if number < self.rounds_of(name)]
            if number % 2 == 1:
                order.reverse()
            for name in order:
                progress(f"{case.title()}: round {number + 1} of {self.arguments.rounds}, {name}")
                results[name].append(one_slice(name, case))
        progress("")
        return results

    def count_calls(self, case, names=None):
        """The table of the system calls, None where they cannot be counted."""
        if self.arguments.no_strace or case.name == "memory" or not system_calls.available():
            return None
        rows = [system_calls.row(name, self.calls_of(name, case, system_calls.SHORT),
                                 self.calls_of(name, case, system_calls.LONG))
                for name in names or self.able(case)]
        return "system calls per operation", system_calls.HEAD, rows


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def report(bench, case, sections):
    """Measures a case, prints its tables, and adds them to those in Markdown."""
    results = bench.run(case)
    title = f"{case.title()}, {bench.arguments.rounds} rounds"
    calls = bench.count_calls(case) if bench.arguments.publish is None else None
    for table in (tables.of(case, results, servers.REFERENCE), calls):
        if table:
            print(tables.as_text(title, *table), end="\n\n", flush=True)
            sections.append(tables.as_markdown(title, *table))
    return results


def main():
    arguments = parse_arguments()
    raise_file_limit()
    bench = Bench(arguments)
    sections = []
    if arguments.publish is not None:
        command = shlex.join(["bench/run.py", *sys.argv[1:]])
        figures = publish.Figures([report(bench, case, sections) for _, case, _ in cases.AIMS])
        publish.write(figures, arguments.publish, command)  # a run that is broken off leaves that
        figures.growth = [bench.run(case, ["epoll", "hawser"]) for case in cases.GROWTH]
        figures.timers = bench.run(cases.TIMERS, ["hawser", *servers.TIMED])
        publish.write(figures, arguments.publish, command)
        figures.calls = [bench.count_calls(case, ["epoll", "hawser"]) for _, case, _ in cases.AIMS]
        publish.write(figures, arguments.publish, command)
        return
    for case in cases.chosen(arguments):
        report(bench, case, sections)
        if arguments.markdown:  # after each one: a run that is broken off leaves what it has
            arguments.markdown.write_text("\n\n".join(sections) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except BenchError as error:
        sys.exit(f"run.py: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
