# SPDX-License-Identifier: MIT
"""A bar chart as SVG: groups of horizontal bars, with a line at 1."""

from xml.sax.saxutils import escape

COLORS = ("#0b6e4f", "#8d99ae", "#bc6c25", "#dda15e", "#6d597a", "#457b9d", "#e5989b", "#b5838d")
LABELS, WIDTH, BAR, GAP = 190, 420, 9, 12
LONGEST = 4.0  # what is more is cut off there; its number says how much it is


def text(x, y, content, anchor="start", size=10):
    return (f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}">'
            f"{escape(content)}</text>")


def bar(y, value, color):
    length = min(value, LONGEST) / LONGEST * WIDTH
    return (f'<rect x="{LABELS}" y="{y}" width="{length:.1f}" height="{BAR - 1}" fill="{color}"/>'
            + text(LABELS + length + 3, y + BAR - 2, f"{value:.2f}", size=8))


def of(groups, title):
    """\\p groups: (label, {name: value or None}), every group with the same names."""
    names = list(groups[0][1])
    colors = dict(zip(names, COLORS))
    parts = [text(4, 14, title, size=12)]
    for place, name in enumerate(names):
        x = 4 + place * 78
        parts.append(f'<rect x="{x}" y="24" width="9" height="9" fill="{colors[name]}"/>')
        parts.append(text(x + 13, 32, name))
    top = y = 44
    for label, values in groups:
        present = [(name, value) for name, value in values.items() if value is not None]
        parts.append(text(LABELS - 6, y + len(present) * BAR / 2 + 4, label, "end"))
        for name, value in present:
            parts.append(bar(y, value, colors[name]))
            y += BAR
        y += GAP
    one = LABELS + WIDTH / LONGEST
    parts.append(f'<line x1="{one}" x2="{one}" y1="{top - 4}" y2="{y - GAP + 4}" stroke="#333"/>')
    size = f"{LABELS + WIDTH + 60} {y}"
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" '
            'font-family="sans-serif">\n<rect width="100%" height="100%" fill="#fff"/>\n'
            + "\n".join(parts) + "\n</svg>\n")
