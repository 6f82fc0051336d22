// SPDX-License-Identifier: MIT
/// \file
/// Manifest, what a plug-in says of itself without being loaded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::runner {

/// The file `NAME.plugin` beside the module `NAME.so`:
///
///     # The echo service of RFC 862.
///     name = echo
///     version = 1.0
///     summary = Sends back what it hears
///     provides = service, endpoint-kind discard
///     abi = 1
///
/// Each of these once, in any order. A line may be empty, or begin with `#`; what stands behind the
/// equals sign is taken to the end of the line, without the spaces around it. A key of another name
/// is left aside, for manifests of later versions, and logged for debugging.
struct Manifest {
    std::string name;                  ///< That of the file; see is_plugin_name().
    std::string version;               ///< As its author writes them.
    std::string summary;               ///< One line for `hawser --help`.
    std::vector<std::string> provides; ///< `service`, `endpoint-kind NAME`
    std::uint32_t abi = 0;             ///< What its descriptor is to begin with.
    std::string module;                ///< The path of the module.

    /// Reads the file at \p path, which ends in ".plugin". Throws Failure with ExitCode::config:
    /// `plugins/echo.plugin:3: "abi" is a number`.
    [[nodiscard]] static Manifest read(const std::string& path);
    /// The same for \p text that stands in such a file.
    [[nodiscard]] static Manifest parse(std::string_view text, const std::string& path);

    static constexpr std::size_t size_limit = 16 * 1024; ///< Of the file, in bytes.
};

/// A small letter, then small letters, digits, `_` and `-`; 64 bytes at most.
[[nodiscard]] bool is_plugin_name(std::string_view name) noexcept;

} // namespace hawser::runner
