# SPDX-License-Identifier: MIT
"""The reference: a page for each public header, made from its declarations and their `///` comments.

The headers are written to be read, and clang-format has laid them out: a declaration begins on a line
of its own, a comment stands above it or behind it as `///<`, and speaks for those that follow without
an empty line. That is all this relies on.
"""
import dataclasses
import re


@dataclasses.dataclass
class Entry:
    """Declarations that share a comment, or a class (then with members), or a remark between them."""
    comment: list
    code: list
    members: list = None
    closed: bool = False  # what it says is of one declaration alone

    def name(self):
        text = re.sub(r"\btemplate <[^{}]*?>\n|\bextern \"C\" |\brequires\((.|\n)*?\)\n", "", self.code[0])
        if kind := re.match(r"\s*(class|struct|enum class|enum)\s+(\[\[\w+\]\] )?([\w:]+)", text):
            return f"{kind[1]} {kind[3]}"
        if alias := re.match(r"\s*using (\w+)", text):
            return alias[1]
        if pointer := re.search(r"\(\*(\w+)\)\(", text):
            return pointer[1]
        if function := re.search(r"(operator\s*(?:\(\)|[^\s(\w]+|\w+)|~?\w+)\(", text):
            return function[1]
        return re.search(r"(\w+)(?=\s*(?:=|\{|;|\[))", text)[1]


def bare(line):
    """The line as the compiler sees it: what is in comments and in quotes does not count."""
    line = re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])\'', '""', line)
    return line.split("//")[0].rstrip()


def statement(lines, at):
    """Where the declaration that begins at `at` ends: the index behind it."""
    depth = 0
    for end in range(at, len(lines)):
        code = bare(lines[end])
        depth += sum(code.count(each) for each in "({[") - sum(code.count(each) for each in ")}]")
        if depth == 0 and code.endswith((";", "}")):
            return end + 1
    raise ValueError(f"no end of: {lines[at]}")


def signature(text):
    """A function without its body and its initializers."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        begins = char == "{" or (char == ":" and text[at - 1] == " " and text[at + 1] in " \n")
        if depth == 0 and begins and ")" in text[:at]:
            return text[:at].rstrip() + ";"
    return text


def is_function(text):
    return ")" in text.split("{")[0] and not re.match(r"\s*(class|struct|enum|using)\b", text)


def read(lines, in_class=False, shown=True):
    """The entries of a namespace or a class."""
    entries, comment, near, at = [], [], False, 0
    while at < len(lines):
        line = lines[at]
        stripped = line.strip()
        if re.fullmatch(r"(public|protected|private):", stripped):
            shown, near, comment = stripped != "private:", False, []
        elif stripped.startswith("///<"):
            entries[-1].comment.append(stripped[5:])
        elif stripped.startswith("///"):
            comment.append(stripped[4:])
        elif stripped.startswith("//"):
            remark = [stripped[3:]]
            while lines[at + 1].strip().startswith("// "):
                at += 1
                remark.append(lines[at].strip()[3:])
            if in_class and shown and not remark[0].startswith("NOLINT"):
                entries.append(Entry(remark, []))
            near = False
        elif not stripped or stripped.startswith("#"):
            near = near and bool(stripped)
            while lines[at].endswith("\\"):
                at += 1
        else:
            end = statement(lines, at)
            take(entries, comment, lines[at:end], near, in_class) if shown else None
            comment, near, at = [], bool(entries), end - 1
        at += 1
    return entries


def take(entries, comment, lines, near, in_class):
    head = bare(lines[0])
    if space := re.match(r"namespace ([\w:]+) \{", head):
        if space[1].startswith("hawser"):
            entries += read(lines[1:-1])
        return
    text = "\n".join(re.sub(r"\s*///<.*", "", line) for line in lines)
    if text.startswith("HAWSER_API ") and "(" in lines[0]:  # what is aligned stays so
        text = text.replace("\n" + " " * len("HAWSER_API "), "\n")
    text = text.replace("HAWSER_API ", "")
    behind = [found[1] for line in lines if (found := re.search(r"///< ?(.*)", line))]
    plain = re.sub(r"\A\s*template <(.|\n)*?>\n", "", text)
    if re.match(r"\s*(class|struct) ([\w:]+;|std::)|\s*friend (class|struct|detail)", plain):
        return  # a name alone, a trait of the standard library, a friend
    top = next((at for at, line in enumerate(lines) if bare(line).endswith("{")), 0)
    if re.match(r"\s*(class|struct)\b", plain) and len(lines) > top + 1:
        open_from_start = bool(re.match(r"\s*struct", plain))
        members = read(lines[top + 1:-1], in_class=True, shown=open_from_start)
        head = "\n".join(bare(line) for line in text.splitlines()[:top + 1])
        entries.append(Entry(comment, [head.removesuffix(" {")], members))
    elif re.match(r"\s*enum\b", plain):
        entries.append(Entry(comment, ["\n".join(lines)]))
    elif not (is_function(plain) and "{" in plain and not in_class and not comment):
        # (else it defines what was declared, and explained, above)
        text = signature(text) if is_function(plain) else text
        last = entries[-1] if near and not comment and not behind else None
        if last and last.code and last.members is None and not last.closed:
            last.code.append(text)
        else:
            entries.append(Entry(comment + behind, [text], closed=bool(behind)))


def dedent(code):
    lines = "\n".join(code).splitlines()
    margin = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return "\n".join(line[margin:] for line in lines)


def prose(comment, links):
    """The comment as Markdown, with its code marked and its names linked."""
    def mark(found):
        name = found[0].split("::")[0].split("(")[0]
        return f"[`{found[0]}`]({links[name]})" if name in links else f"`{found[0]}`"

    def words(line):
        if line.startswith("    "):
            return line
        line = re.sub(r"\\p (\w+)", r"`\1`", line)
        parts = re.split(r"(`[^`]*`)", line)
        known = "|".join(links) or "(?!)"
        for at in range(0, len(parts), 2):
            parts[at] = parts[at].replace("<", "&lt;")
            parts[at] = re.sub(rf"\b(\w+(::~?\w+)+(\(\))?|\w+\(\)|({known})\b(?!&))", mark, parts[at])
        return "".join(parts)

    return "\n".join(map(words, comment))


def render(entries, links, level=2):
    parts = []
    for entry in entries:
        if not entry.code:
            parts.append(f"*{prose(entry.comment, links)}*")
            continue
        name = entry.name().replace("<", "&lt;").replace("*", r"\*")
        parts.append(f"{'#' * level} {name}")
        parts.append(f"```cpp\n{dedent(entry.code)}\n```")
        parts.append(prose(entry.comment, links))
        if entry.members:
            parts.append(render(entry.members, links, level + 1))
    return "\n\n".join(parts)


def write_pages(root, write):
    """Writes the pages with write(name, text), and returns their part of the navigation."""
    headers = {}  # by folder and name: what the header is for, and its entries
    places = {}  # of each class: its page, relative to that of another header
    for path in sorted(root.glob("*/include/hawser/*/*.h"), key=lambda path: path.parts[-2:]):
        text = path.read_text()
        begin = re.search(r"/// \\file\n((///.*\n)*)|\Z", text)
        about = [line[4:] for line in (begin[1] or "").splitlines()]
        entries = read(text[begin.end():].splitlines())
        folder = path.parent.name
        headers[folder, path.name] = about, entries
        for entry in entries:
            kind, _, name = entry.name().rpartition(" ")
            if kind and re.fullmatch(r"\w+", name) and name != "Time":
                anchor = f"{kind} {name}".lower().replace(" ", "-")
                places[name] = f"../{folder}/{path.name}.md#{anchor}"
    index = ["# The headers\n\nMade from the declarations and their comments. Include what you use."]
    nav = ["reference/index.md"]
    for folder in dict.fromkeys(folder for folder, _ in headers):
        rows, pages = [], []
        for (of, name), (about, entries) in headers.items():
            if of != folder or not entries:
                continue
            write(f"reference/{folder}/{name}.md",
                  f"# {folder}/{name}\n\n```cpp\n#include <hawser/{folder}/{name}>\n```\n\n"
                  f"{prose(about, places)}\n\n{render(entries, places)}\n")
            first = re.split(r"(?<=\.) ", " ".join(about))[0]
            rows.append(f"| [{name}]({folder}/{name}.md) | {prose([first], {})} |")
            pages.append({name: f"reference/{folder}/{name}.md"})
        index.append(f"\n## {folder}\n\n| header | what it is |\n| --- | --- |\n" + "\n".join(rows))
        nav.append({folder: pages})
    write("reference/index.md", "\n".join(index) + "\n")
    return nav
