# SPDX-License-Identifier: MIT
"""The files for packagers say the version of this tree, and are well formed as far as can be seen here.

Arguments: the source tree, its version, the soversion of its library.
"""
import ast
import json
import pathlib
import re
import sys

SOURCE, VERSION, SOVERSION = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
faults = []


def expect(true, fault):
    if not true:
        faults.append(fault)


def text_of(path):
    return (SOURCE / path).read_text()


# Debian: the version and the packages' names.
newest = re.match(r"hawser \(([\d.]+)\)", text_of("debian/changelog"))
expect(newest and newest[1] == VERSION, f"debian/changelog begins with another version than {VERSION}")
packages = re.findall(r"(?m)^Package: (.*)$", text_of("debian/control"))
expect(packages == [f"libhawser{SOVERSION}", "libhawser-dev", "hawser"],
       f"debian/control has other packages than those of soname {SOVERSION}: {packages}")
minor = re.match(r"\d+\.\d+", VERSION)[0]
expect(f"(>= {minor})" in text_of("debian/rules"), f"debian/rules: shlibs are not those of {minor}")

# Conan: Python that parses, and a recipe that has what Conan asks for.
recipe = ast.parse(text_of("packaging/conan/conanfile.py"))
ast.parse(text_of("packaging/conan/test_package/conanfile.py"))
(kind,) = [node for node in recipe.body if isinstance(node, ast.ClassDef)]
names = {target.id for node in kind.body if isinstance(node, ast.Assign) for target in node.targets}
names |= {node.name for node in kind.body if isinstance(node, ast.FunctionDef)}
for name in ("name", "license", "settings", "set_version", "export_sources", "generate", "build",
             "package", "package_info"):
    expect(name in names, f"the recipe for Conan has no {name}")

# vcpkg: the shape of a manifest.
manifest = json.loads(text_of("packaging/vcpkg/ports/hawser/vcpkg.json"))
expect(manifest.get("name") == "hawser", "vcpkg.json has another name")
expect(manifest.get("version") == VERSION, f"vcpkg.json has another version than {VERSION}")
for wanted in manifest.get("dependencies", []):
    name = wanted if isinstance(wanted, str) else wanted.get("name", "")
    expect(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name), f"vcpkg.json: no name of a port: {name}")
port = text_of("packaging/vcpkg/ports/hawser/portfile.cmake")
for step in ("vcpkg_configure_meson(", "vcpkg_install_meson(", "vcpkg_install_copyright("):
    expect(step in port, f"portfile.cmake has no {step})")

print("\n".join(faults) or f"all files for packagers are of {VERSION}")
sys.exit(bool(faults))
