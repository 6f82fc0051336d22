# SPDX-License-Identifier: MIT
"""hawser for Conan 2. In a clone: conan create packaging/conan"""
import os
import re

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy, load
from conan.tools.gnu import PkgConfigDeps
from conan.tools.layout import basic_layout
from conan.tools.meson import Meson, MesonToolchain

required_conan_version = ">=2.0"


class Hawser(ConanFile):
    name = "hawser"
    description = "Event-driven networking framework: Twisted's model in modern C++"
    license = "MIT"
    topics = ("networking", "event-driven", "protocols", "libuv", "coroutines")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "fPIC": [True, False]}
    # A static libuv calls itself libuv-static, and Meson looks for libuv.
    default_options = {"shared": True, "fPIC": True, "libuv/*:shared": True}
    implements = ["auto_shared_fpic"]

    @property
    def _tree(self):
        return os.path.join(self.recipe_folder, "..", "..")

    def set_version(self):
        if not self.version:
            text = load(self, os.path.join(self._tree, "meson.build"))
            self.version = re.search(r"version: '([\d.]+)'", text)[1]

    def export_sources(self):
        for what in ("meson.build", "meson_options.txt", "libhawser.map", "LICENSE", "core/*",
                     "reactor/*", "protocols/*", "runner/*", "packaging/cmake/*"):
            copy(self, what, self._tree, self.export_sources_folder)

    def layout(self):
        basic_layout(self, src_folder=".")

    def requirements(self):
        self.requires("c-ares/[>=1.16 <2]")
        self.requires("fmt/[>=9]")
        self.requires("libuv/[>=1.44 <2]")

    def build_requirements(self):
        self.tool_requires("meson/[>=1.0 <2]")
        if not self.conf.get("tools.gnu:pkg_config", check_type=str):
            self.tool_requires("pkgconf/[>=1.8]")

    def validate(self):
        check_min_cppstd(self, 20)
        if self.settings.os != "Linux":
            raise ConanInvalidConfiguration("hawser is for Linux")

    def generate(self):
        toolchain = MesonToolchain(self)
        for part in ("tests", "examples", "runner"):
            toolchain.project_options[part] = "disabled"
        toolchain.generate()
        PkgConfigDeps(self).generate()

    def build(self):
        meson = Meson(self)
        meson.configure()
        meson.build()

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        Meson(self).install()

    def package_info(self):
        self.cpp_info.libs = ["hawser"]
        self.cpp_info.set_property("cmake_file_name", "hawser")
        self.cpp_info.set_property("cmake_target_name", "hawser::hawser")
        self.cpp_info.set_property("pkg_config_name", "hawser")
        self.cpp_info.system_libs = ["pthread"]
