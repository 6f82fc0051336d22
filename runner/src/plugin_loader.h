// SPDX-License-Identifier: MIT
/// \file
/// load_plugin(), which brings the code of a plug-in into the program.
#pragma once

#include "manifest.h"

#include <hawser/runner/plugin.h>

namespace hawser::runner {

/// Loads the module of \p manifest, for good: a module is never unloaded, and a second time it is
/// the same one. Throws Failure with ExitCode::software when it is not that plug-in, or not for
/// this program: `cannot load plug-in chat, /x/chat.so: built for plug-in ABI 7, this is 1`. A
/// manifest that says as much spares the loading.
[[nodiscard]] const Plugin& load_plugin(const Manifest& manifest);

} // namespace hawser::runner
