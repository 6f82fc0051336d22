# SPDX-License-Identifier: MIT
"""The man page and the completions know what hawser knows. Arguments: hawser, its source folder."""
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

import programs

HAWSER = pathlib.Path(sys.argv[1])
RUNNER = pathlib.Path(sys.argv[2])


def output_of(*command, **options):
    return subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, text=True, check=True,
                          timeout=programs.DEADLINE, **options).stdout


def options_of(text):
    return set(re.findall(r"^  (--[a-z-]+)", text, re.MULTILINE))


class ManPage(programs.Case):
    page = RUNNER / "man" / "hawser.1"

    def test_it_has_every_option_and_no_other(self):
        options = options_of(output_of(HAWSER, "echo", "--help"))
        options |= options_of(output_of(HAWSER, "--help"))
        entries = re.findall(r"^\.It Fl -([a-z-]+)", self.page.read_text(), re.MULTILINE)
        self.assertEqual({f"--{entry}" for entry in entries}, options)
        self.assertEqual(len(entries), len(set(entries)))

    def test_so_has_the_manual(self):
        page = (RUNNER.parent / "docs" / "hawser.md").read_text()
        rows = re.findall(r"^\| `(--[a-z-]+)", page.partition("## Options")[2], re.MULTILINE)
        self.assertEqual(set(rows), options_of(output_of(HAWSER, "echo", "--help")))

    def test_it_has_every_command(self):
        rows = output_of(HAWSER, "--help").partition("Commands:\n")[2].partition("\n\n")[0]
        for command in re.findall(r"^  (\S+)", rows, re.MULTILINE):
            self.assertRegex(self.page.read_text(), rf"(?m)^\.It Cm {command}\b")

    @unittest.skipUnless(shutil.which("groff"), "no groff here")
    def test_it_is_formatted_without_a_warning(self):
        done = subprocess.run(["groff", "-mdoc", "-ww", "-z", "-Tutf8", self.page],
                              stderr=subprocess.PIPE, text=True, check=True)
        self.assertEqual(done.stderr, "")


class Bash(programs.Case):
    def complete(self, *words):
        """What is offered for the last of `words`."""
        script = """
            source "$1"; shift
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
            _hawser "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
        """
        return output_of("bash", "-c", script, "bash", RUNNER / "completions" / "hawser.bash",
                         HAWSER, *words).split()

    def test_it_completes_plugins_and_commands(self):
        self.assertEqual(self.complete("ch"), ["chargen", "chat"])
        self.assertEqual(self.complete("li"), ["list", "line"])
        self.assertEqual(self.complete("--v"), ["--version"])
        self.assertTrue({"connect", "echo", "time"} < set(self.complete("")))

    def test_it_completes_the_options_of_a_plugin(self):
        self.assertEqual(self.complete("line", "--ru"), ["--rules"])
        self.assertEqual(self.complete("echo", "--ru"), [])
        self.assertEqual(self.complete("echo", "--listen", "tcp:1", "--ma"),
                         ["--max-connections", "--max-per-peer"])
        self.assertEqual(set(self.complete("chat", "--")),
                         options_of(output_of(HAWSER, "chat", "--help")))

    def test_it_completes_values(self):
        self.assertEqual(self.complete("echo", "--log-format", ""), ["text", "json"])
        self.assertEqual(self.complete("echo", "--log-level", "d"), ["debug"])
        self.assertEqual(self.complete("echo", "--log-level", "=", "d"), ["debug"])
        self.assertEqual(self.complete("echo", "--log-level", "="),
                         ["debug", "info", "warning", "error", "critical"])
        self.assertEqual(self.complete("echo", "--listen", "un"), ["unix:"])
        self.assertEqual(self.complete("connect", "t"), ["tcp:"])
        self.assertIn("root", self.complete("echo", "--user", "ro"))
        (self.folder / "some.rules").touch()
        self.assertEqual(self.complete("line", "--rules", f"{self.folder}/so"),
                         [f"{self.folder}/some.rules"])


@unittest.skipUnless(shutil.which("zsh"), "no zsh here")
class Zsh(programs.Case):
    """What zsh offers is what _describe and the others are called with."""

    def complete(self, *words):
        script = """
            _call_program() { shift; "$@" }
            _describe() { print -l -- ${(P)2} }
            _values() { shift; print -l -- "$@" }
            compadd() { while [[ $1 != -- ]] { shift }; shift; print -l -- "$@" }
            file=$1; shift
            words=("$@"); CURRENT=$#
            source $file
        """
        said = output_of("zsh", "-f", "-c", script, "zsh", RUNNER / "completions" / "_hawser",
                         HAWSER, *words)
        return dict(line.partition(":")[::2] for line in said.splitlines())

    def test_it_completes_plugins_and_commands(self):
        offered = self.complete("")
        self.assertEqual(offered["echo"], "Sends back every byte (RFC 862)")
        self.assertEqual(offered["connect"], "talk to a server from this terminal")
        self.assertIn("--version", offered)
        self.assertNotIn("hawser", offered)

    def test_it_completes_the_options_of_a_plugin(self):
        offered = self.complete("line", "--")
        self.assertEqual(set(offered), options_of(output_of(HAWSER, "line", "--help")))
        self.assertEqual(offered["--rules"], "answer by the rules in this file")

    def test_it_completes_values(self):
        self.assertIn("json", self.complete("echo", "--log-format", ""))
        self.assertIn("unix", self.complete("echo", "--listen", ""))


programs.run()
