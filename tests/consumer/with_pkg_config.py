# SPDX-License-Identifier: MIT
"""An installed hawser, used by a plain call of the compiler with what pkg-config says."""
import os
import shlex

import consumer


class PkgConfig(consumer.Case):
    def setUp(self):
        super().setUp()
        self.greeter = self.copy / "greeter"

    def pkg_config(self, *options):
        return shlex.split(self.run_tool("pkg-config", *options))

    def compile(self, *arguments):
        compiler = shlex.split(os.environ["CXX"])
        self.run_tool(*compiler, "-std=c++20", *arguments, "-o", self.greeter)

    def test_shared(self):
        self.compile("greeter.cpp", *self.pkg_config("--cflags", "--libs", "hawser"))
        self.assert_it_greets(self.greeter)

    def test_static_and_moved(self):
        consumer.need_static()
        moved = self.moved()
        self.use(moved)
        flags = self.pkg_config("--static", "--cflags", "--libs", "hawser")
        self.assertTrue(str(moved.resolve()) in os.path.realpath(flags[0][2:]), flags)
        self.compile("greeter.cpp", *("-l:libhawser.a" if flag == "-lhawser" else flag
                                      for flag in flags))
        self.assert_it_greets(self.greeter, needs_hawser=False)


consumer.need("pkg-config", "readelf")
consumer.programs.run()
