# SPDX-License-Identifier: MIT
"""What mkdocs does besides for the manual.

The pages of docs/ are written to be read as they are, with links to files of the tree. On the site a
link to a public header leads to its page of the reference, and one to any other file to a page that
shows it; both are made here. A picture is put into its page, so that it follows the light and the dark.
"""
import json
import pathlib
import posixpath
import re
import sys
import tempfile

from mkdocs.structure.files import File

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import reference  # noqa: E402

root = pathlib.Path(__file__).resolve().parents[2]
fence = re.compile(r"^( *)(```|~~~).*?^\1\2", re.MULTILINE | re.DOTALL)
link = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^)#:\s]+)(#[^)]*)?\)")
language = {".h": "cpp", ".cpp": "cpp", ".py": "python", ".toml": "toml", ".build": "meson"}
made = None  # the folder in which they are written
shown = set()  # files of the tree that have a page of their own


def links_changed(text, change):
    """The Markdown `text`, with change(words, target, anchor) in the place of each link."""
    def in_prose(part):
        return link.sub(lambda found: change(found[1], found[2], found[3] or ""), part)

    end, parts = 0, []
    for block in fence.finditer(text):
        parts += [in_prose(text[end:block.start()]), block.group()]
        end = block.end()
    return "".join(parts) + in_prose(text[end:])


def page_of(path):
    """The site's page for a file of the tree, relative to docs/; None where it has none."""
    header = re.fullmatch(r"\w+/include/hawser(/.+)?", path)
    if header:
        name = header.group(1) or ""
        return f"reference{name}.md" if name.endswith(".h") else "reference/index.md"
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return f"source/{path}.md" if (root / path).is_file() else None


def moved(text, at):
    """The text of the page docs/`at`, with its links as the site has them."""
    here = posixpath.dirname(at)

    def change(words, target, anchor):
        path = posixpath.normpath(posixpath.join("docs", here, target))
        if path.startswith("docs/"):
            return f"[{words}]({target}{anchor})"
        page = page_of(path)
        if page is None:
            return words
        if page.startswith("source/"):
            shown.add(path)
        return f"[{words}]({posixpath.relpath(page, here or '.')}{anchor})"

    return links_changed(text, change)


def write(name, text):
    path = pathlib.Path(made.name, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def on_config(config):
    """The reference goes behind what docs/ has of it; a page that is not written yet is left out."""
    def there(entry):
        if isinstance(entry, str):
            return (root / "docs" / entry).exists()
        (title, inside), = entry.items()
        if isinstance(inside, list):
            inside[:] = [each for each in inside if there(each)]
            return bool(inside)
        return there(inside)

    global made
    made = tempfile.TemporaryDirectory(prefix="hawser-")
    config["nav"] = [entry for entry in config["nav"] if there(entry)]
    of_reference = next(entry["Reference"] for entry in config["nav"] if "Reference" in entry)
    of_reference += reference.write_pages(root, write)
    return config


def on_files(files, config):
    for file in [file for file in files if re.search(r"\.pyc?$", file.src_uri)]:
        files.remove(file)
    for page in files.documentation_pages():
        moved(pathlib.Path(page.abs_src_path).read_text(), page.src_uri)
    for path in sorted(shown):
        text = (root / path).read_text().rstrip()
        kind = language.get(posixpath.splitext(path)[1], "")
        write(f"source/{path}.md", f"# {path}\n\n~~~~{kind}\n{text}\n~~~~\n")
    for path in sorted(pathlib.Path(made.name).rglob("*.md")):
        name = path.relative_to(made.name).as_posix()
        files.append(File(name, made.name, config["site_dir"], config["use_directory_urls"]))
    return files


def on_page_markdown(markdown, page, **_):
    return moved(markdown, page.file.src_uri)


def on_page_content(html, page, **_):
    def put_in(found):
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page.file.src_uri), found[2]))
        svg = (root / "docs" / path).read_text()
        svg = svg[svg.index("<svg"):].replace("<svg", f'<svg role="img" aria-label="{found[1]}"', 1)
        return f'<div class="picture">{svg}</div>'

    html = re.sub(r'<p><img alt="([^"]*)" src="([^":]*\.svg)" ?/></p>', put_in, html)
    # A wide table is moved under the finger, not the page.
    return html.replace("<table>", '<div class="wide"><table>').replace("</table>", "</table></div>")


def on_post_page(output, **_):
    """Where a long name in a table may go on in the next line. Behind the search, which reads words."""
    def with_breaks(code):
        if len(code[1]) <= 16:
            return code[0]
        return re.sub(r"(::|[_/=]|\((?!\))|[a-z](?=[A-Z]))", r"\1<wbr>", code[0])

    def in_table(table):
        return re.sub(r"(?<=<code>)([^<]*)(?=</code>)", with_breaks, table[0])

    return re.sub(r'<div class="wide">.*?</table></div>', in_table, output, flags=re.DOTALL)


def on_post_build(config):
    """Who searches wants the manual, not the tests that it names."""
    path = pathlib.Path(config["site_dir"], "search", "search_index.json")
    index = json.loads(path.read_text())
    index["docs"] = [each for each in index["docs"] if not each["location"].startswith("source/")]
    path.write_text(json.dumps(index))
