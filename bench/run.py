#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Server CPU per operation, as a ratio to a bare epoll server in the same round.

See README.md beside this file for what the numbers mean and what spoils them.
"""

import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys

import tables
from processes import PATIENCE, BenchError, private_bytes, running_server, start

REFERENCE = "epoll"
BINARIES = {
    "epoll": "bench_epoll_server",
    "hawser": "hawser_bench_server",
    "libuv": "bench_libuv_server",
}
LOAD = "hawser_bench_load"

# What the server does, and the connections and the size if the command line leaves them open.
SCENARIOS = {
    "pingpong": ("echo", 50, 64),
    "pipeline": ("line", 50, 32),
    "stream": ("echo", 8, 256 * 1024),
    "fanout": ("chat", 100, 64),
    "churn": ("line", 16, 32),
    "memory": ("echo", 1000, 32),
}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build-dir", type=pathlib.Path, default="build", metavar="DIR")
    parser.add_argument(
        "--scenario", default=",".join(SCENARIOS), metavar="A,B",
        help=f"which to run, of {', '.join(SCENARIOS)} (all)",
    )
    parser.add_argument(
        "--servers", default=",".join(BINARIES), metavar="A,B",
        help=f"of {', '.join(BINARIES)}, or NAME=PROGRAM for any other that takes MODE WHERE",
    )
    parser.add_argument("--connections", type=int, metavar="N", help="by scenario if not given")
    parser.add_argument("--size", type=int, metavar="BYTES", help="by scenario if not given")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--seconds", type=float, default=0.7, metavar="T", help="of a slice")
    parser.add_argument("--settle", type=float, default=0.2, metavar="T", help="before a slice")
    parser.add_argument(
        "--cpus", choices=("same", "two"), default="same",
        help="server and load on one CPU (default) or on one each",
    )
    parser.add_argument("--unix", action="store_true", help="a Unix socket in place of TCP")
    parser.add_argument("--markdown", type=pathlib.Path, metavar="FILE", help="write tables there")
    arguments = parser.parse_args()
    arguments.scenario = arguments.scenario.split(",")
    for name in arguments.scenario:
        if name not in SCENARIOS:
            parser.error(f"'{name}' is no scenario: {', '.join(SCENARIOS)}")
    if arguments.rounds < 1:
        parser.error("--rounds takes 1 or more")
    return arguments


def find_program(build_dir, name):
    for folder in (build_dir / "bench", build_dir):
        program = folder / name
        if os.access(program, os.X_OK):
            return program.resolve()
    return None


def find_servers(arguments):
    """Name to program, the reference first; a missing one is told and left out."""
    wanted = arguments.servers.split(",")
    if REFERENCE not in wanted:
        wanted.insert(0, REFERENCE)
    servers = {}
    for entry in wanted:
        name, _, path = entry.partition("=")
        if not path and name not in BINARIES:
            raise BenchError(f"'{name}' is no server: {', '.join(BINARIES)}, or NAME=PROGRAM")
        file = path or BINARIES[name]
        program = pathlib.Path(path).resolve() if path else find_program(arguments.build_dir, file)
        if program is None or not os.access(program, os.X_OK):
            print(f"{name}: skipped, there is no {file}" + ("" if path else
                  f" in {arguments.build_dir}"))
        else:
            servers[name] = program
    if REFERENCE not in servers:
        raise BenchError("nothing to compare with: the epoll server is missing")
    return servers


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
        self.servers = find_servers(arguments)
        self.load = find_program(arguments.build_dir, LOAD)
        if self.load is None:
            raise BenchError(f"there is no {LOAD} in {arguments.build_dir}")
        self.server_cpu, self.load_cpu = choose_cpus(arguments.cpus)

    def load_command(self, scenario, where):
        command = [self.load, "idle" if scenario == "memory" else scenario, where]
        command += ["--connections", str(self.connections(scenario))]
        return command + ["--size", str(self.size(scenario))]

    def connections(self, scenario):
        return self.arguments.connections or SCENARIOS[scenario][1]

    def size(self, scenario):
        return self.arguments.size or SCENARIOS[scenario][2]

    def cpu_slice(self, name, scenario):
        """One short run of one server: (ns of server CPU per operation, operations a second)."""
        with self.server(name, scenario) as (process, where):
            command = self.load_command(scenario, where)
            command += ["--seconds", str(self.arguments.seconds)]
            command += ["--settle", str(self.arguments.settle)]
            command += ["--server-pid", str(process.pid)]
            load = start(command, self.load_cpu, stdout=subprocess.PIPE, text=True)
            output, _ = self.output_of(load, name)
            result = read_result(output, load, name)
        operations = result["operations"]
        return result["server_cpu_ns"] / operations, operations / result["seconds"]

    def memory_slice(self, name, scenario):
        """Bytes by which the server grows with each connection: (bytes, None)."""
        with self.server(name, scenario) as (process, where):
            # One connection first: what a server allocates once is not the price of the others.
            one = start([self.load, "idle", where, "--connections", "1"], self.load_cpu,
                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            self.output_of(one, name)
            before = private_bytes(process.pid)
            load = start(self.load_command(scenario, where), self.load_cpu,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            load.stdout.readline()  # "start": all are open, and each has been answered
            after = private_bytes(process.pid)
            output, _ = self.output_of(load, name)  # which ends its input
            result = read_result(output, load, name)
        return (after - before) / result["connections"], None

    def server(self, name, scenario):
        mode = SCENARIOS[scenario][0]
        return running_server(name, self.servers[name], mode, self.server_cpu,
                              self.arguments.unix)

    def output_of(self, load, name):
        try:
            return load.communicate(timeout=self.arguments.seconds + PATIENCE)
        except subprocess.TimeoutExpired:
            load.kill()
            load.wait()
            raise BenchError(f"the load of the {name} server does not end") from None

    def run(self, scenario):
        """Per server, the results of its slices, round by round."""
        one_slice = self.memory_slice if scenario == "memory" else self.cpu_slice
        results = {name: [] for name in self.servers}
        for number in range(self.arguments.rounds):
            order = list(self.servers)
            if number % 2 == 1:
                order.reverse()
            for name in order:
                progress(f"{scenario}: round {number + 1} of {self.arguments.rounds}, {name}")
                results[name].append(one_slice(name, scenario))
        progress("")
        return results

    def title(self, scenario):
        parts = [f"{self.connections(scenario)} connections", f"{self.size(scenario)} bytes"]
        parts.append("Unix socket" if self.arguments.unix else "TCP")
        parts.append("one CPU" if self.arguments.cpus == "same" else "two CPUs")
        parts.append(f"{self.arguments.rounds} rounds")
        return f"{scenario}: {', '.join(parts)}"


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def main():
    arguments = parse_arguments()
    raise_file_limit()
    bench = Bench(arguments)
    sections = []
    for scenario in arguments.scenario:
        results = bench.run(scenario)
        table = tables.of(scenario, results, REFERENCE)
        print(tables.as_text(bench.title(scenario), *table), end="\n\n", flush=True)
        sections.append(tables.as_markdown(bench.title(scenario), *table))
        if arguments.markdown:  # after each scenario: a run that is broken off leaves what it has
            arguments.markdown.write_text("\n\n".join(sections) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except BenchError as error:
        sys.exit(f"run.py: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
