# SPDX-License-Identifier: MIT
"""An installed hawser, used by Meson's dependency()."""
import consumer


class Meson(consumer.Case):
    def test_dependency(self):
        self.run_tool("meson", "setup", "--wrap-mode=nofallback", self.build, self.copy)
        self.run_tool("meson", "compile", "-C", self.build)
        self.assert_it_greets(self.build / "greeter")


consumer.need("meson", "pkg-config", "readelf")
consumer.programs.run()
