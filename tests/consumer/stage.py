# SPDX-License-Identifier: MIT
"""Installs what a build directory has, without building it. Arguments: the build directory, where to."""
import os
import shutil
import subprocess
import sys

build, stage = map(os.path.abspath, sys.argv[1:])
shutil.rmtree(stage, ignore_errors=True)
sys.exit(subprocess.call(
    ["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", stage]))
