// SPDX-License-Identifier: MIT
/// \file
/// What the help is made of, for a terminal of 80 columns.
#pragma once

#include "option_group.h"

#include <span>
#include <string>
#include <string_view>

namespace hawser::runner {

/// `  name   text`, the text wrapped in a column of its own.
[[nodiscard]] std::string help_row(std::string_view name, std::string_view text);

/// The title and a row for each option, with its default.
[[nodiscard]] std::string help_group(const OptionGroup& group);

} // namespace hawser::runner
