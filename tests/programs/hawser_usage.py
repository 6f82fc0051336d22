# SPDX-License-Identifier: MIT
"""What hawser says to whoever types it: help, lists, and what is wrong. Argument: hawser."""
import os
import pathlib
import re
import shutil
import sys

import programs

HAWSER = sys.argv[1]
PLUGINS = pathlib.Path(os.environ["HAWSER_PLUGIN_PATH"])

USAGE, NO_USER, NO_HOST, SOFTWARE, NO_PERMISSION, CONFIG = 64, 67, 68, 70, 77, 78


class Usage(programs.Case):
    def run_hawser(self, *arguments, code=0, **options):
        """Standard output and standard error."""
        process = self.start(HAWSER, *arguments, **options)
        process.end_input()
        self.assertEqual(process.wait(), code, f"{arguments}: {process}")
        return process.transcript, process.errors()

    def assert_says(self, arguments, errors, code=USAGE):
        """`errors` stands for all of standard error, but for where to find help."""
        out, said = self.run_hawser(*arguments, code=code)
        self.assertEqual(out, "")
        if code == USAGE:
            said, see, help_of = said.rpartition("See ")
            self.assertTrue(see, said)
            self.assertRegex(help_of, r"^hawser( [a-z]+)? --help\n$")
            self.run_hawser(*help_of.split()[1:])
        self.assertEqual(said, errors + "\n")

    def test_bad_usage_names_what_is_wrong(self):
        listen = ["--listen", "tcp:127.0.0.1:0"]
        for arguments, errors in (
            ([], "hawser: a plug-in or a command is missing"),
            (["--nope"], 'hawser: no option "--nope" before a plug-in or a command'),
            (["-z"], 'hawser: no option "-z" before a plug-in or a command'),
            (["--listen", "tcp:1", "echo"],
             'hawser: no option "--listen" before a plug-in or a command'),
            (["ehco"], 'hawser: no command or plug-in "ehco"; did you mean echo?'),
            (["lits"], 'hawser: no command or plug-in "lits"; did you mean list?'),
            (["echo"], "hawser echo: --listen is missing: where to listen, like tcp:8000"),
            (["echo", "--listen"], "hawser echo: --listen: needs a value"),
            (["echo", "--listen", "--check"],
             "hawser echo: --listen: needs a value, --check is an option"),
            (["echo", *listen, "--nope"], 'hawser echo: no option "--nope"'),
            (["echo", *listen, "--log-fiel", "x"],
             'hawser echo: no option "--log-fiel"; did you mean --log-file?'),
            (["echo", "--list", "tcp:1"], 'hawser echo: no option "--list"; did you mean --listen?'),
            (["echo", *listen, "-z"], 'hawser echo: no option "-z"'),
            (["echo", *listen, "--check=1"], 'hawser echo: --check: takes no value, "1" is one'),
            (["echo", *listen, "list"], "hawser echo: no argument is expected here: list"),
            (["echo", *listen, "--rules", "x"], 'hawser echo: no option "--rules"'),
            (["echo", *listen, "--workers", "abc"],
             'hawser echo: --workers: "abc" is not a number from 0 to 1024'),
            (["echo", *listen, "--workers", "1", "--workers", "2"],
             "hawser echo: --workers: given twice"),
            (["echo", *listen, "--drain-timeout", "10"],
             'hawser echo: --drain-timeout: "10" is not a time: 250ms, 30s, 5m, 1h, or 0 for none'),
            (["echo", *listen, "--log-format", "xml"],
             'hawser echo: --log-format: "xml" is neither text nor json'),
            (["echo", *listen, "--log-level", "chat=loud"],
             'hawser echo: bad log level "chat=loud": a level is debug, info, warning, error or '
             "critical"),
            (["echo", *listen, "--group", "daemon"], "hawser echo: --group: only with --user"),
            (["echo", *listen, "--pidfile", "x.pid"],
             'hawser echo: --pidfile: "x.pid" is no absolute path'),
            (["chat", *listen, "--rate", "many"],
             'hawser chat: --rate: "many" is not a number from 0 to 10000'),
            (["line", *listen], "hawser line: --rules: give this or --command, and not both"),
            (["portforward", *listen],
             "hawser portforward: --to: missing: where to pass connections on to"),
            (["list", "--workers", "2"], 'hawser list: no option "--workers"'),
            (["list", "echo"], "hawser list: no argument is expected here: echo"),
            (["connect"], "hawser connect: ENDPOINT is missing"),
            (["connect", "tcp:1", "x"], "hawser connect: no argument is expected here: x"),
        ):
            with self.subTest(arguments):
                self.assert_says(arguments, errors)

    def test_a_bad_endpoint_is_shown_with_a_caret(self):
        why = "a port is a number from 0 to 65535"
        for arguments, text, column in (
            (["echo", "--listen", "tcp:http"], "tcp:http", 5),
            (["connect", "tcp:"], "tcp:", 5),
            (["portforward", "--listen", "tcp:127.0.0.1:0", "--to", "tcp:h:x"], "tcp:h:x", 7),
        ):
            with self.subTest(arguments):
                self.assert_says(
                    arguments,
                    f'hawser {arguments[0]}: bad endpoint "{text}", column {column}: {why}\n'
                    f"{text}\n{' ' * (column - 1)}^",
                )

    def test_a_kind_of_endpoint_that_nobody_knows_is_shown_with_a_caret(self):
        listen = ["--listen", "tcp:127.0.0.1:0"]
        for arguments, text, column in (
            (["echo", "--listen", "tpc:80"], "tpc:80", 1),
            (["echo", "--listen", "haproxy:tpc:80"], "haproxy:tpc:80", 9),
            (["connect", "tpc:localhost:80"], "tpc:localhost:80", 1),
            (["portforward", *listen, "--to", "tpc:80", "--check"], "tpc:80", 1),
            (["portforward", *listen, "--to", "tpc:80"], "tpc:80", 1),
        ):
            with self.subTest(arguments):
                self.assert_says(
                    arguments,
                    f'hawser {arguments[0]}: bad endpoint "{text}", column {column}: no endpoint '
                    f'kind "tpc"; did you mean tcp?\n{text}\n{" " * (column - 1)}^',
                )

    def test_what_cannot_be_connected_to(self):
        # RFC 7686: nobody is asked for such a name.
        for arguments, errors, code in (
            (["connect", "tcp:nobody.onion:80"],
             "hawser connect: cannot connect to tcp:nobody.onion:80: cannot look up nobody.onion: host "
             "not found\n", NO_HOST),
            (["connect", "haproxy:tcp:80"], "hawser connect: cannot connect to haproxy:tcp:80: not "
             "with this kind of endpoint\n", USAGE),
        ):
            with self.subTest(arguments):
                self.assertIn(errors, self.run_hawser(*arguments, code=code)[1])

    def test_what_the_system_forbids_has_a_code_of_its_own(self):
        """Nobody, not even root, makes a file among the terminals."""
        _, errors = self.run_hawser("echo", "--listen", "unix:/dev/pts/hawser", code=NO_PERMISSION)
        self.assertIn("hawser echo: cannot listen on unix:/dev/pts/hawser: ", errors)

    def test_help_is_for_80_columns_and_shows_every_option(self):
        for arguments in (["--help"], ["list", "--help"], ["connect", "--help"],
                          *([name, "--help"] for name in self.names())):
            with self.subTest(arguments):
                out, errors = self.run_hawser(*arguments)
                self.assertEqual(errors, "")
                self.assertTrue(out.startswith("usage: hawser"))
                self.assertLess(max(map(len, out.splitlines())), 80)
                self.assertNotRegex(out, r" \n")
        self.assertIn("--rules FILE", self.run_hawser("line", "--help")[0])
        self.assertIn("--max-per-peer N", self.run_hawser("line", "--help")[0])
        self.assertIn("Examples:\n", self.run_hawser("--help")[0])

    def test_help_wins_over_what_is_missing(self):
        self.run_hawser("portforward", "--help", "--listen", "tcp:x")

    def names(self):
        return re.findall(r"^  (\S+)", self.run_hawser("list")[0], re.MULTILINE)

    def test_the_list_loads_no_code(self):
        folder = self.folder / "plugins"
        folder.mkdir()
        for manifest in PLUGINS.glob("*.plugin"):
            shutil.copy(manifest, folder)
            (folder / f"{manifest.stem}.so").write_text("this cannot be loaded" * 1000)
        out, errors = self.run_hawser("list", env={"HAWSER_PLUGIN_PATH": str(folder)})
        self.assertEqual(
            re.findall(r"^  (\S+)", out, re.MULTILINE),
            ["chargen", "chat", "daytime", "discard", "echo", "line", "portforward", "time"],
        )
        self.assertEqual(errors, "")
        _, errors = self.run_hawser("echo", "--help", code=SOFTWARE,
                                    env={"HAWSER_PLUGIN_PATH": str(folder)})
        self.assertEqual(
            errors,
            f"hawser echo: cannot load plug-in echo, {folder}/echo.so: invalid ELF header\n",
        )

    def test_a_broken_plugin_is_one_line_and_the_others_are_there(self):
        folder = self.folder / "plugins"
        folder.mkdir()
        (folder / "broken.plugin").write_text("name = other\n")
        for suffix in "plugin", "so":
            shutil.copy(PLUGINS / f"echo.{suffix}", folder)
        env = {"HAWSER_PLUGIN_PATH": str(folder)}
        out, errors = self.run_hawser("list", env=env)
        self.assertTrue(out.startswith("  echo "), out)
        self.assertRegex(errors, rf"^hawser list: {folder}/broken\.plugin.*\n$")
        self.assertEqual(errors.count("\n"), 1)
        server, _ = self.start_hawser(HAWSER, "echo", "--listen", "tcp:127.0.0.1:0", env=env)
        self.stop(server)

    def test_a_folder_that_is_not_there_is_skipped(self):
        out, errors = self.run_hawser("list", "--plugin-path", "/nowhere", "--plugin-path",
                                      "/proc/1/fd")
        self.assertIn("  echo ", out)
        self.assertNotIn("echo", errors)

    def test_a_folder_given_first_counts_first(self):
        for suffix in "plugin", "so":
            shutil.copy(PLUGINS / f"echo.{suffix}", self.folder)
        manifest = self.folder / "echo.plugin"
        manifest.write_text(manifest.read_text().replace("Sends back", "Gives back"))
        for arguments in (["--plugin-path", self.folder], [f"--plugin-path={self.folder}"]):
            self.assertIn("Gives back every byte", self.run_hawser("list", *arguments)[0])

    def test_check_says_what_is_wrong_and_opens_nothing(self):
        log, pid = self.folder / "log", self.folder / "pid"
        files = ["--log-file", log, "--pidfile", pid]
        path = self.folder / "echo.sock"
        out, errors = self.run_hawser("echo", "--listen", f"unix:{path}", *files, "--check")
        self.assertEqual((out, errors), ("", ""))
        self.assertEqual(list(self.folder.iterdir()), [])
        for arguments, errors, code in (
            (["echo", "--listen", "udp:53"],
             "hawser echo: cannot listen on udp:53: not with this kind of endpoint", USAGE),
            (["echo", "--listen", "haproxy:udp:53"],
             "hawser echo: cannot listen on udp:53: not with this kind of endpoint", USAGE),
            (["echo", "--listen", "tcp:example.org:80"],
             "hawser echo: cannot listen on tcp:example.org:80: an interface is an IP address, "
             '"example.org" is none: bad address', USAGE),
            (["echo", "--listen", "nosuch:1"], None, USAGE),
            (["echo", "--listen", "haproxy:nosuch:1"], None, USAGE),
            (["echo", "--listen", "tcp:1", "--user", "nosuchuser"],
             'hawser echo: no user "nosuchuser"', NO_USER),
            (["line", "--listen", "tcp:1", "--rules", "/nowhere"],
             "hawser line: cannot read /nowhere: no such file or directory", CONFIG),
            (["line", "--listen", "tcp:1", "--rules", "/dev/null", "--command", "x"], None, USAGE),
        ):
            with self.subTest(arguments):
                process = self.start(HAWSER, *arguments, "--check")
                self.assertNotEqual(process.wait(), 0)
                if code is not None:
                    self.assertEqual(process.wait(), code, str(process))
                if errors is not None:
                    self.assertEqual(process.errors().splitlines()[0], errors)

    def test_the_version(self):
        self.assertRegex(self.run_hawser("--version")[0], r"^hawser \d+\.\d+\.\d+\n$")


programs.run()
