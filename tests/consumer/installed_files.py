# SPDX-License-Identifier: MIT
"""What is installed besides the library: units for systemd, the man page, completions."""
import pathlib
import shutil
import subprocess
import unittest

import consumer

UNITS = ("lib/systemd/system/hawser@.service", "share/hawser/systemd/hawser.service",
         "share/hawser/systemd/hawser.socket")
OTHERS = {
    "share/man/man1/hawser.1": "runner/man/hawser.1",
    "share/bash-completion/completions/hawser": "runner/completions/hawser.bash",
    "share/zsh/site-functions/_hawser": "runner/completions/_hawser",
}


class Files(consumer.programs.Case):
    def test_man_page_and_completions_are_where_they_are_looked_for(self):
        for installed, source in OTHERS.items():
            self.assertEqual((consumer.INSTALLED / installed).read_text(),
                             (consumer.SOURCE / source).read_text(), installed)

    def test_units_start_the_hawser_that_is_installed(self):
        program = consumer.PREFIX / "bin" / "hawser"
        for name in UNITS[:2]:
            self.assertIn(f"ExecStart={program} ", (consumer.INSTALLED / name).read_text())
        self.assertTrue((consumer.INSTALLED / "bin" / "hawser").exists())

    @unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd-analyze here")
    def test_systemd_finds_nothing_wrong_with_the_units(self):
        for name in UNITS:
            unit = (consumer.INSTALLED / name).read_text()
            # systemd looks for the program, which is not there before the stage is /.
            unit = unit.replace(str(consumer.PREFIX / "bin" / "hawser"), shutil.which("true"))
            (self.folder / pathlib.Path(name).name).write_text(unit)
        verified = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", self.folder / "hawser@x.service",
             self.folder / "hawser.service", self.folder / "hawser.socket"],
            capture_output=True, text=True, check=False, timeout=consumer.programs.DEADLINE)
        told = [line for line in verified.stderr.splitlines() if str(self.folder) in line
                or line.startswith("hawser")]
        self.assertEqual((verified.returncode, told), (0, []), verified.stderr)


consumer.programs.run()
