# SPDX-License-Identifier: MIT
"""What the tests of an installed hawser share: the installation, and a project that uses it.

Arguments of each script: the source tree, the staged installation, the prefix in it.
"""
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "programs"))
import programs

SOURCE = pathlib.Path(sys.argv[1])
for ours in "CXXFLAGS", "LDFLAGS":
    os.environ.pop(ours, None)  # how hawser is built is not how its users build
PREFIX = pathlib.Path(sys.argv[3])
INSTALLED = pathlib.Path(sys.argv[2]).resolve() / str(PREFIX).lstrip("/")


def need(*tools):
    """Ends the script where one of them is not to be had."""
    for tool in tools:
        if shutil.which(tool) is None:
            programs.skip(f"no {tool} here")


def need_static():
    """Ends the script where the installation has no static library."""
    if not list(INSTALLED.rglob("libhawser.a")):
        programs.skip("no static library was built")


class Case(programs.Case):
    project = "tests/consumer/project"  # what is copied to be built

    def setUp(self):
        super().setUp()
        self.copy = self.folder / "project"
        shutil.copytree(SOURCE / self.project, self.copy)
        self.build = self.folder / "build"
        self.use(INSTALLED)

    def use(self, installed):
        """From here on it is this installation that is found; nothing that the system has."""
        (pc_file,) = installed.rglob("hawser.pc")
        self.library_dir = pc_file.parents[1]
        self.env = {
            **os.environ,
            "PKG_CONFIG_PATH": str(pc_file.parent),
            "CMAKE_PREFIX_PATH": str(installed),
            "LD_LIBRARY_PATH": str(self.library_dir),
        }
        self.env.pop("HAWSER_PLUGIN_PATH", None)

    def moved(self):
        """A copy of the installation under another prefix; of links only, where that can be."""
        place = self.folder / "elsewhere"

        def link(source, target):
            try:
                os.link(source, target)
            except OSError:
                shutil.copyfile(source, target)
                shutil.copymode(source, target)

        shutil.copytree(INSTALLED, place, symlinks=True, copy_function=link)
        return place

    def run_tool(self, *command, env=None):
        done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, cwd=self.copy,
                              env=env or self.env)
        self.assertEqual(done.returncode, 0, f"{command}: {done.stdout}")
        return done.stdout

    def assert_it_greets(self, greeter, needs_hawser=True):
        needed = self.run_tool("readelf", "-d", greeter)
        self.assertEqual("libhawser.so.0" in needed, needs_hawser, needed)
        server, (address,) = self.start_echo(greeter, env=self.env)
        client = self.connect(address)
        client.sendall(b"Ada\r\n")
        self.assertEqual(programs.receive_all(client), b"What is your name?\r\nHello, Ada!\r\n")
        self.assert_good_end(server)
