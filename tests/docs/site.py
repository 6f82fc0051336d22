# SPDX-License-Identifier: MIT
"""The manual as a web site: it is made without a warning, no link is broken, nothing is fetched.

Argument: the root of the tree.
"""
import html.parser
import json
import os
import pathlib
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

ROOT = pathlib.Path(sys.argv[1])
SKIPPED = 77

themes = shutil.which("mkdocs") and subprocess.run(
    ["mkdocs", "build", "--help"], stdout=subprocess.PIPE, check=True
).stdout
if not themes or b"material" not in themes:
    print("skipped: there is no mkdocs-material")
    sys.exit(SKIPPED)


class Page(html.parser.HTMLParser):
    """What a page leads to, what it fetches, and the places in it."""

    def __init__(self, path):
        super().__init__()
        self.links, self.fetched, self.ids = [], [], set()
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        of = dict(attributes)
        self.ids.add(of.get("id"))
        if tag == "a" and "href" in of:
            self.links.append(of["href"])
        elif tag in ("script", "img", "iframe", "source") and "src" in of:
            self.fetched.append(of["src"])
        elif tag == "link" and of.get("rel") not in ("canonical", "next", "prev"):
            self.fetched.append(of["href"])


class Site(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="hawser-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.site = pathlib.Path(cls.folder.name, "site")
        subprocess.run([ROOT / "dev", "docs", "--site-dir", cls.site], check=True,
                       env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
        cls.pages = {path.relative_to(cls.site).as_posix(): Page(path)
                     for path in cls.site.rglob("*.html")}

    def broken(self, at, link):
        """What is wrong with the link of a page, or nothing."""
        parts = urllib.parse.urlsplit(link)
        if parts.scheme or parts.netloc or at == "404.html":
            return None
        path = urllib.parse.unquote(parts.path)
        to = posixpath.normpath(posixpath.join(posixpath.dirname(at), path)) if path else at
        if (self.site / to).is_dir():
            to = posixpath.normpath(f"{to}/index.html")
        if not (self.site / to).is_file():
            return "no such page"
        if parts.fragment and to in self.pages and parts.fragment not in self.pages[to].ids:
            return "no such place in the page"
        return None

    def test_no_link_is_broken(self):
        faults = [f"{at}: {link}: {fault}" for at, page in self.pages.items()
                  for link in page.links + page.fetched if (fault := self.broken(at, link))]
        self.assertEqual(faults, [])

    def test_nothing_is_fetched_from_elsewhere(self):
        for at, page in self.pages.items():
            for link in page.fetched:
                self.assertNotRegex(link, "^(https?:)?//", at)
        for style in self.site.rglob("*.css"):
            self.assertNotRegex(style.read_text(), r"url\([\"']?(https?:)?//", style)

    def test_every_page_of_the_manual_is_in_the_navigation(self):
        linked = set(self.pages["index.html"].links)
        pages = {path.relative_to(ROOT / "docs").with_suffix(".html").as_posix()
                 for path in (ROOT / "docs").rglob("*.md")}
        self.assertEqual(pages - linked, set())

    def test_every_public_header_and_class_is_in_the_reference(self):
        for header in ROOT.glob("*/include/hawser/*/*.h"):
            if header.name == "export.h":
                continue
            page = self.pages[f"reference/{header.parent.name}/{header.name}.html"]
            text = re.sub(r"namespace detail \{.*?\} // namespace detail", "", header.read_text(),
                          flags=re.DOTALL)
            for kind, _, name in re.findall(
                r"^(class|struct) (HAWSER_API |\[\[nodiscard\]\] )?(\w+)(?: final)?(?: : [^;]*)? \{", text, re.M
            ):
                self.assertIn(f"{kind}-{name.lower()}", page.ids, header)

    def test_the_search_knows_the_manual_and_the_reference(self):
        index = json.loads((self.site / "search" / "search_index.json").read_text())
        places = [each["location"] for each in index["docs"]]
        self.assertIn("reference/core/transport.h.html#lose_connection", places)
        self.assertIn("reference/core/deferred.h.html#then", places)
        self.assertIn("model.html#the-order-of-callbacks", places)
        self.assertEqual([each for each in places if each.startswith("source/")], [])


unittest.main(argv=sys.argv[:1], verbosity=2)
