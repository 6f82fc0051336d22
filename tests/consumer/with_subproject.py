# SPDX-License-Identifier: MIT
"""hawser as a subproject of another Meson project, by a wrap.

A last argument `link`: the library is compiled too, without optimization, and the program runs.
Otherwise only what is the project's own is compiled.
"""
import json
import sys

import consumer


LINK = "link" in sys.argv[4:]
SOON = ("-Dunity=on", "-Dunity_size=20") if LINK else ()


class Subproject(consumer.Case):
    def setUp(self):
        super().setUp()
        (self.copy / "subprojects" / "hawser").symlink_to(consumer.SOURCE)
        self.run_tool("meson", "setup", "--force-fallback-for=hawser", "-Doptimization=0",
                      "-Ddebug=false", "-Dhawser:default_library=static", *SOON,
                      self.build, self.copy)

    def introspect(self, what):
        return json.loads(self.run_tool("meson", "introspect", self.build, what))

    def test_only_the_library_is_built(self):
        targets = {(target["name"], target["type"]) for target in self.introspect("--targets")}
        self.assertIn(("hawser", "static library"), targets)
        programs = {name for name, kind in targets if kind == "executable"}
        self.assertEqual(programs, {"greeter"}, targets)

    def test_the_project_compiles_against_it(self):
        if LINK:
            self.skipTest("it is linked")
        self.run_tool("ninja", "-C", self.build, "greeter.p/greeter.cpp.o")

    def test_the_program_greets(self):
        if not LINK:
            self.skipTest("too long without a compiler cache")
        self.run_tool("ninja", "-C", self.build, "greeter")
        self.assert_it_greets(self.build / "greeter", needs_hawser=False)


consumer.need("meson", "ninja", "readelf")
consumer.programs.run()
