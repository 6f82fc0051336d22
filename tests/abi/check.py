# SPDX-License-Identifier: MIT
"""What the shared library promises to programs that were built before, against what was recorded.

Arguments: the source tree, the shared library, the compiler's id and version; with --record the record
is written anew. It is of a build by GCC 12 for x86-64 with debug information; others are skipped.
"""
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile

arguments = [argument for argument in sys.argv[1:] if argument != "--record"]
source, library, compiler = pathlib.Path(arguments[0]), arguments[1], arguments[2]
record = source / "tests" / "abi" / "libhawser.abi"
RULE = """
Programs that were built against the recorded library may not run with this one. Either mend that, or:
  1. if the recorded version was released, give meson.build a new minor version (from 1.0 on: a new
     major one, and a new library_soversion);
  2. record the library anew:  ./dev abi --record
  3. tell users in CHANGELOG.md, under Changed or Removed.
docs/packaging.md has the rule in full."""


def skip(why):
    print(f"skipped: {why}")
    sys.exit(1 if "--record" in sys.argv else 77)


def has_debug_information(path):
    sections = subprocess.run(["readelf", "-SW", path], check=True, text=True,
                              stdout=subprocess.PIPE).stdout
    return ".debug_info" in sections


if not shutil.which("abidiff"):
    skip("no abidiff here, which the package abigail-tools has")
if platform.machine() != "x86_64" or not compiler.startswith("gcc 12."):
    skip(f"the record is of GCC 12 for x86-64, this is {compiler} for {platform.machine()}")
if not has_debug_information(library):
    skip("a build without debug information")



def run(*command):
    done = subprocess.run(list(map(str, command)), check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(done.stdout, end="")
    return done.returncode


def describe(path):
    """Writes what abidw finds to a file: of hawser's public headers alone, so that the compiler's own
    library may differ.
    """
    headers = [word for module in ("core", "reactor", "protocols", "runner")
               for word in ("--headers-dir", source / module / "include")]
    failed = run("abidw", *headers, "--suppressions", source / "tests" / "abi" / "std.suppr",
                 "--drop-private-types", "--exported-interfaces-only", "--no-corpus-path",
                 "--no-comp-dir-path", "--no-show-locs", "--no-elf-needed", "--no-parameter-names",
                 "--no-write-default-sizes", "--type-id-style", "hash", "--out-file", path, library)
    if failed:
        sys.exit("abidw failed")


if "--record" in sys.argv:
    describe(record)
    print(f"recorded {record}, {record.stat().st_size // 1024} KiB")
    sys.exit()

with tempfile.TemporaryDirectory() as folder:
    built = pathlib.Path(folder) / "libhawser.abi"
    describe(built)
    differs = run("abidiff", "--no-added-syms", "--no-show-locs", record, built)
if differs:
    print(RULE)
sys.exit(bool(differs))
