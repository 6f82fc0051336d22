# SPDX-License-Identifier: MIT
"""What the library asks of the process it is in, by its symbols. Argument: libhawser.so."""
import re
import shutil
import subprocess
import sys

import programs

LIBRARY = sys.argv[1]

# To end the process, or have something done at its end; to change what all of it shares; to
# print. What it may: `_exit`, in a child between fork and exec; `stderr`, for the log of a program
# without a sink; `unsetenv`, of LISTEN_FDS when a `systemd:` endpoint has taken it.
REFUSED = r"""exit quick_exit _Exit atexit on_exit at_quick_exit
    setlocale uselocale newlocale bindtextdomain
    signal bsd_signal sigset sigvec siginterrupt
    mallopt malloc_trim __malloc_hook __free_hook __realloc_hook __memalign_hook
    setenv putenv clearenv srand srandom tzset
    printf vprintf __printf_chk __vprintf_chk puts putchar perror stdout syslog openlog
    _ZSt4cout _ZSt4cerr _ZSt4clog _ZNSt6locale6globalERKS_""".split()

# All there is of it that is not constant: the program's log sink; what a signal did before it was
# watched, as a process has that once; whether c-ares is ready; each thread's coroutine frames.
STATE = {"current_sink", "kept", "mutex", "initialized", "store", "closing"}
# These are, as it happens, no constants for the linker.
CONSTANT = {"built_in_kinds", "keys", "category", "round", "all", "unsafe", "invisible"}


def lines_of(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()


class Symbols(programs.Case):
    def setUp(self):
        super().setUp()
        if shutil.which("nm") is None or shutil.which("objdump") is None:
            self.skipTest("there are no nm and objdump, which the package binutils has")
        self.asked = {line.split()[-1].partition("@")[0]
                      for line in lines_of("nm", "-D", "--undefined-only", LIBRARY)}
        if any(name.startswith(("__asan_", "__ubsan_", "__tsan_")) for name in self.asked):
            self.skipTest("a sanitizer is in it")

    def test_it_ends_prints_and_sets_nothing(self):
        self.assertIn("uv_run", self.asked)  # it is the right file
        self.assertEqual(self.asked.intersection(REFUSED), set())

    def test_it_replaces_no_allocator(self):
        defined = {line.split()[-1].partition("@")[0]
                   for line in lines_of("nm", "-D", "--defined-only", LIBRARY)}
        of_allocators = re.compile(r"_Zn[wa]m(?!Pv)|_Zd[la]Pv(?!S_)|(m|c|re)alloc$|free$")
        self.assertEqual({name for name in defined if of_allocators.match(name)}, set())

    def test_its_global_state_is_what_is_known(self):
        found = set()
        for line in lines_of("objdump", "-tC", LIBRARY):
            match = re.search(r"\s\.(?:data|bss|tdata|tbss)\s+[0-9a-f]+\s+(?:\.hidden )?(.*)$", line)
            name = match and re.match(r"hawser::(?:.*::)?(\w+)$", match.group(1))
            if name:
                found.add(name.group(1))
        if not found:
            self.skipTest("the library was stripped")
        self.assertIn("current_sink", found)
        self.assertEqual(found - STATE - CONSTANT, set())


programs.run()
