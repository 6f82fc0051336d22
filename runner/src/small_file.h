// SPDX-License-Identifier: MIT
/// \file
/// read_small_file(), for files that people write.
#pragma once

#include <cstddef>
#include <string>

namespace hawser::runner {

/// All of the file at \p path. Throws Failure with ExitCode::config when it cannot be read, is no
/// file (a pipe would keep us waiting), or has more than \p limit bytes:
///
///     cannot read /etc/x.toml: permission denied
///     cannot read /etc/x.toml: it has more than 16384 bytes
[[nodiscard]] std::string read_small_file(const std::string& path, std::size_t limit);

} // namespace hawser::runner
