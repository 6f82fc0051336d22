# SPDX-License-Identifier: MIT
"""The tables of a benchmark: medians, spread and ratios, as text and as Markdown."""

import statistics

OPERATIONS = {
    "pingpong": "a message there and back",
    "pipeline": "a line of a burst of 100",
    "stream": "64 KiB there and back",
    "fanout": "a line delivered to a member",
    "churn": "connect, one line, close",
}


def spread(values, form):
    return [form % value for value in (statistics.median(values), min(values), max(values))]


def cpu_table(scenario, results, reference):
    head = ["server", "ns/op", "min", "max", "ratio", "min", "max", "op/s"]
    rows = []
    for name, slices in results.items():
        costs = [cost for cost, _ in slices]
        ratios = [cost / base for cost, (base, _) in zip(costs, results[reference])]
        rate = statistics.median(rate for _, rate in slices)
        rows.append([name, *spread(costs, "%.0f"), *spread(ratios, "%.3f"), "%.0f" % rate])
    return f"server CPU per operation ({OPERATIONS[scenario]})", head, rows


def memory_table(results):
    head = ["server", "bytes", "min", "max"]
    rows = [[name, *spread([size for size, _ in slices], "%.0f")]
            for name, slices in results.items()]
    return "private memory of the server per idle connection", head, rows


def of(scenario, results, reference):
    """What the slices of a scenario come to: caption, head and rows of its table."""
    if scenario == "memory":
        return memory_table(results)
    return cpu_table(scenario, results, reference)


def as_text(title, caption, head, rows):
    widths = [max(12, max(len(row[0]) for row in rows))] + [10] * (len(head) - 1)
    lines = [title, caption]
    for row in [head, *rows]:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        lines.append("  " + "".join(cells))
    return "\n".join(lines)


def as_markdown(title, caption, head, rows):
    lines = [f"**{title}**; {caption}", ""]
    lines += ["| " + " | ".join(row) + " |" for row in
              (head, ["---"] + ["---:"] * (len(head) - 1), *rows)]
    return "\n".join(lines)
