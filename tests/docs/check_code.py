#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every C++ block of the manual must stand, line for line, in a file that is compiled and run.

Compiled is what the build names, and what that includes; tests are run, and examples where a test does.
Also: every link to a file of this tree must lead somewhere; a test case named behind one, as in
`[file](path): "case"`, must stand there; each row of sockets.md must name a test or an example; and
errors.md must have every error there is.
"""
import json
import pathlib
import re
import sys
import tomllib

root = pathlib.Path(sys.argv[1])
pages = [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("bench/*.md"),
         *root.glob("examples/**/*.md")]
languages = {"", "cmake", "cpp", "ini", "json", "meson", "python", "sh", "toml"}
programs = (root / "tests/programs/meson.build").read_text()  # what is run, and by which script
builders = "".join(path.read_text() for path in root.glob("tests/*/*.py"))  # some build a folder


def is_built(path):
    """Whether the build names it, in its folder or the one above."""
    return any(re.search(rf"'{path.stem}(\.cpp)?'", build.read_text())
               for build in (path.with_name("meson.build"), path.parent.parent / "meson.build")
               if build.exists())


def is_run(path):
    if "tests" in path.relative_to(root).parts or "doctest" in path.read_text():
        return True
    if re.search(rf"'(tutorial_)?{path.stem}'|depends: \[?{path.stem}\b", programs):
        return True
    folder = path.parent.name
    return f'"examples" / "{folder}"' in builders or f'"examples/{folder}"' in builders


def with_what_it_includes(path, found):
    if path not in found:
        found.add(path)
        for name in re.findall(r'^#include "(.+)"', path.read_text(), re.MULTILINE):
            for header in (path.parent / name, root / "tests" / name):
                if header.exists():
                    with_what_it_includes(header.resolve(), found)


faults = []
compiled = set()
for folder in "examples", "tests":
    for path in sorted((root / folder).rglob("*.cpp")):
        if path.parent.name == "rejected":
            continue
        if is_built(path) and is_run(path):
            with_what_it_includes(path.resolve(), compiled)
        elif folder == "examples":
            faults.append(f"{path.relative_to(root)}: no test builds and runs this example")
sources = [[line.strip() for line in path.read_text().splitlines()] for path in sorted(compiled)]


def stands_in_a_source(block):
    lines = [line.strip() for line in block.strip().splitlines()]
    return any(
        lines == source[at : at + len(lines)]
        for source in sources
        for at in range(len(source) - len(lines) + 1)
    )


def fault_of_data(language, block):
    try:
        tomllib.loads(block) if language == "toml" else [json.loads(line) for line in block.splitlines()]
    except ValueError as error:
        return error


def faults_of_code(text):
    """Each with the number of its line."""
    for match in re.finditer(r"^( *)(```+|~~~+)(.*)\n((?:.*\n)*?) *\2 *$", text, re.MULTILINE):
        line = text.count("\n", 0, match.start()) + 1
        language, block = match[3].strip(), match[4]
        if language not in languages:
            yield line, f"a block of code is one of {', '.join(sorted(languages - {''}))}, not {language}"
        elif language == "cpp" and not stands_in_a_source(block):
            yield line, "this code is in no example and no test that is compiled and run"
        elif language in ("toml", "json") and (fault := fault_of_data(language, block)):
            yield line, f"this {language} cannot be read: {fault}"
        elif language == "" and re.search(r"^#include|;$", block, re.MULTILINE):
            yield line, "this looks like C++: call it cpp"


blocks = 0
for page in pages:
    text = page.read_text()
    blocks += text.count("```cpp")
    faults += [f"{page.relative_to(root)}:{line}: {fault}" for line, fault in faults_of_code(text)]
    prose = re.sub(r"^```.*?^```", lambda block: "\n" * block.group().count("\n"), text,
                   flags=re.MULTILINE | re.DOTALL)
    for match in re.finditer(r"\]\(([^)#:]+)(#[^)]*)?\)", prose):
        where = f"{page.relative_to(root)}:{prose.count(chr(10), 0, match.start()) + 1}"
        if not (page.parent / match.group(1)).exists():
            faults.append(f"{where}: no file {match.group(1)}")
            continue
        case = re.match(r': "([^"]+)"', prose[match.end():])
        if case and f'"{case.group(1)}"' not in (page.parent / match.group(1)).read_text():
            faults.append(f"{where}: no case \"{case.group(1)}\" in {match.group(1)}")
    if page.name == "sockets.md":
        rows = [(number, line) for number, line in enumerate(prose.splitlines(), 1)
                if line.startswith("| ") and not line.startswith("| ---")]
        for number, line in rows:
            shown = line.rstrip("| ").rpartition(" | ")[2]
            if shown != "shown by" and not re.search(r"\]\(\.\./(tests|examples)/", shown):
                faults.append(f"docs/sockets.md:{number}: this row is shown by no test or example")
page = (root / "docs/errors.md").read_text()
errors = re.search(r"enum class Errc \{(.*?)\}", (root / "core/include/hawser/core/error.h").read_text(), re.DOTALL)
messages = dict(re.findall(r'case Errc::(\w+): return "(.*)";', (root / "core/src/error.cpp").read_text()))
for name in re.findall(r"^ +(\w+)", errors[1], re.MULTILINE):
    if f"| `{name}` | {messages[name]} |" not in page:
        faults.append(f"docs/errors.md: no row for Errc::{name}, whose message is: {messages[name]}")
for header in root.glob("*/include/hawser/*/*.h"):
    for name in re.findall(r"class HAWSER_API (\w+)(?: final)? : public (?:\w*Error|std::system_error)\b",
                           header.read_text()):
        if f"[`{name}`]" not in page:
            faults.append(f"docs/errors.md: no row for the class {name}")
if blocks == 0:
    faults.append("no C++ block found: is this the right folder?")
print("\n".join(faults) or f"{blocks} blocks of code and all links are good")
sys.exit(1 if faults else 0)
