# SPDX-License-Identifier: MIT
"""The tables of a benchmark: medians, spread and ratios, as text and as Markdown."""

import statistics

def spread(values, form):
    return [form % value for value in (statistics.median(values), min(values), max(values))]


def ratios(results, name, reference):
    """To the reference, of each round that \p name was in."""
    return [cost / base for (cost, _), (base, _) in zip(results[name], results[reference])]


def cpu_table(case, results, reference):
    head = ["server", "ns/op", "min", "max", "ratio", "min", "max", "op/s"]
    rows = []
    for name, slices in results.items():
        costs = [cost for cost, _ in slices]
        rate = statistics.median(rate for _, rate in slices)
        rows.append([name, *spread(costs, "%.0f"), *spread(ratios(results, name, reference), "%.3f"), "%.0f" % rate])
    return f"server CPU per operation ({case.scenario.operation})", head, rows


def memory_table(results):
    head = ["server", "bytes", "min", "max"]
    rows = [[name, *spread([size for size, _ in slices], "%.0f")]
            for name, slices in results.items()]
    return "private memory of the server per idle connection", head, rows


def of(case, results, reference):
    """What the slices of a case come to: caption, head and rows of its table."""
    if case.name == "memory":
        return memory_table(results)
    return cpu_table(case, results, reference)


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
