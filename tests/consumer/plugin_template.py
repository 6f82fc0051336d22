# SPDX-License-Identifier: MIT
"""The template of a plug-in, built against an installed hawser by Meson and by CMake, and run.

It is installed beside hawser's own plug-ins, so hawser is a copy for each test.
"""
import shutil
import unittest

import consumer
import programs


class Template(consumer.Case):
    project = "examples/plugin"

    def setUp(self):
        super().setUp()
        self.root = self.moved()
        self.use(self.root)
        self.hawser = self.root / "bin" / "hawser"

    def assert_it_greets(self, folder):
        listed = self.run_tool(self.hawser, "list", "--plugin-path", folder)
        self.assertRegex(listed, "(?m)^  greeter +Greets who comes by name$")
        shown = self.run_tool(self.hawser, "greeter", "--plugin-path", folder, "--help")
        self.assertIn("--greeting TEXT", shown)
        server, (address,) = self.start_hawser(
            self.hawser, "greeter", "--plugin-path", folder, "--listen", "tcp:127.0.0.1:0",
            "--greeting", "Good day", env=self.env,
        )
        client = self.connect(address)
        client.sendall(b"Ada\r\n")
        self.assertEqual(programs.receive_all(client), b"What is your name?\r\nGood day, Ada!\r\n")
        self.stop(server)

    def installed_folder(self):
        (module,) = self.root.rglob("greeter.so")
        self.assertTrue((module.parent / "echo.so").exists())
        self.assertTrue((module.parent / "greeter.plugin").exists())
        return module.parent

    def test_with_meson(self):
        self.run_tool("meson", "setup", self.build, self.copy)
        self.run_tool("meson", "compile", "-C", self.build)
        self.assert_it_greets(self.build)
        self.run_tool("meson", "install", "-C", self.build)
        self.assert_it_greets(self.installed_folder())

    @unittest.skipUnless(shutil.which("cmake"), "no cmake here")
    def test_with_cmake(self):
        self.run_tool("cmake", "-S", self.copy, "-B", self.build)
        self.run_tool("cmake", "--build", self.build)
        self.assert_it_greets(self.build)
        self.run_tool("cmake", "--install", self.build)
        self.assert_it_greets(self.installed_folder())


if shutil.which("meson") is None:
    programs.skip("no meson here")
programs.run()
