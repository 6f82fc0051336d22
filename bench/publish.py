# SPDX-License-Identifier: MIT
"""Writes what was measured into docs/: tables between two marks of performance.md, and a chart."""

import dataclasses
import datetime
import pathlib
import statistics

import cases
import chart
import servers
import system_calls
import tables

DOCS = pathlib.Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "performance.md"
CHART = DOCS / "performance.svg"
BEGIN = "<!-- figures: begin (bench/run.py --publish writes what is between) -->"
END = "<!-- figures: end -->"


@dataclasses.dataclass
class Figures:
    """Results by server; of `aims` and `calls` in the order of cases.AIMS, of `growth` of GROWTH."""
    aims: list
    growth: list = dataclasses.field(default_factory=list)
    timers: dict = dataclasses.field(default_factory=dict)
    calls: list = dataclasses.field(default_factory=list)


def value(case, results, name):
    """The median of a server's ratios, or of its bytes; None where it was not measured."""
    if not results.get(name):
        return None
    if case.name == "memory":
        return statistics.median(size for size, _ in results[name])
    return statistics.median(tables.ratios(results, name, servers.REFERENCE))


def spread(ratios, form="%.2f"):
    return f"{form % min(ratios)} to {form % max(ratios)}"


def as_shown(case, number):
    if number is None:
        return ""
    return "%.0f" % number if case.name == "memory" else "%.2f" % number


def aims(measured, names):
    for (what, case, aim), results in zip(cases.AIMS, measured):
        if case.name == "memory":
            aim_text = f"{aim}"
            around = spread([size for size, _ in results["hawser"]], "%.0f")
        else:
            aim_text = f"{aim:.2f}"
            around = spread(tables.ratios(results, "hawser", servers.REFERENCE))
        yield [what, aim_text, f"**{as_shown(case, value(case, results, 'hawser'))}**", around,
               *(as_shown(case, value(case, results, name)) for name in names)]


def cost(slices):
    return "%.0f" % statistics.median(ns for ns, _ in slices)


def growth(measured):
    for case, results in zip(cases.GROWTH, measured):
        ratios = tables.ratios(results, "hawser", servers.REFERENCE)
        what = "echo, connections" if case.name == "pingpong" else "a room, members"
        yield [f"{what}: {case.connections}", cost(results[servers.REFERENCE]),
               cost(results["hawser"]), "%.2f" % statistics.median(ratios), spread(ratios)]


def timers(results):
    for name in servers.TIMED if results else ():
        ratios = tables.ratios(results, name, "hawser")
        count = name.partition("-")[2]
        yield [f"echo with idle timeouts, other timers: {count}", cost(results["hawser"]),
               cost(results[name]), "%.2f" % statistics.median(ratios), spread(ratios)]


def calls(measured):
    for (what, _, _), table in zip(cases.AIMS, measured):
        for row in table[2] if table else []:
            yield [what, *row]


def table(head, rows):
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)


def write(figures, note, command):
    names = [name for name in figures.aims[0] if name not in (servers.REFERENCE, "hawser")]
    date = datetime.date.today().isoformat()
    text = "\n\n".join([
        BEGIN,
        f"On {date}; {note}. {servers.versions()}. `{command}`",
        table(["work", "aim", "hawser", "least to greatest", *names], aims(figures.aims, names)),
        f"![CPU per operation beside bare epoll]({CHART.name})",
        "How cost grows, in nanoseconds of server CPU an operation:",
        table(["work", "bare epoll", "hawser", "ratio", "least to greatest"],
              growth(figures.growth)),
        table(["work", "hawser without", "with", "ratio", "least to greatest"],
              timers(figures.timers)),
        "System calls per operation, from a short run under strace:",
        table(["work", *system_calls.HEAD], calls(figures.calls)),
        END,
    ])
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(before + text + after, encoding="utf-8")
    bars = [(what, {name: value(case, results, name) for name in ("hawser", *names)})
            for (what, case, _), results in zip(cases.AIMS, figures.aims) if case.name != "memory"]
    CHART.write_text(chart.of(bars, f"server CPU per operation; bare epoll is 1 ({date})"),
                     encoding="utf-8")
    print(f"wrote {PAGE} and {CHART}")
