// SPDX-License-Identifier: MIT
/// \file
/// Which plug-ins there are, and where they are looked for.
#pragma once

#include "manifest.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::runner {

/// The directories to look in, first to last: those \p given on the command line, those of the
/// variable HAWSER_PLUGIN_PATH, \p search_path, between its colons, then where plug-ins are
/// \p installed. An empty place is none: it does not stand for the working directory.
[[nodiscard]] std::vector<std::string> plugin_directories(std::span<const std::string> given,
                                                          std::string_view search_path,
                                                          std::string_view installed);

/// Where plug-ins are installed: \p plugin_dir, or, for a program whose installation was moved,
/// what is to \p executable as \p plugin_dir is to \p bin_dir, where it was to be installed.
[[nodiscard]] std::string installed_plugins(const std::string& executable,
                                            const std::string& bin_dir,
                                            const std::string& plugin_dir);

struct PluginSearch {
    std::vector<Manifest> found;     ///< By name.
    std::vector<std::string> broken; ///< What is wrong with the others, a line each.
};

/// Reads the manifests in \p directories; loads nothing. Of two plug-ins of one name that of the
/// earlier directory counts. One that is broken, or has no module beside it, does not keep the
/// others from being found. A directory that cannot be read, or is not there, is skipped, and
/// logged.
[[nodiscard]] PluginSearch find_plugins(std::span<const std::string> directories);

} // namespace hawser::runner
