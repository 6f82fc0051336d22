// SPDX-License-Identifier: MIT
/// \file
/// OptionGroup, options that stand together in the help.
#pragma once

#include <hawser/runner/option_values.h>

#include <span>
#include <string>

namespace hawser::runner {

struct OptionGroup {
    std::string title;
    std::span<const PluginOption> options;
};

} // namespace hawser::runner
