// SPDX-License-Identifier: MIT
/// \file
/// Text from strangers, made fit for one line of a log or an error.
#pragma once

#include <string>
#include <string_view>

namespace hawser {

/// \p text with its control octets written as `\x1b`.
std::string printable_line(std::string_view text);

/// \p text with all but printable ASCII written so: each octet shown takes one column.
std::string printable_ascii(std::string_view text);

} // namespace hawser
