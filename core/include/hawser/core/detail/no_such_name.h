// SPDX-License-Identifier: MIT
/// \file
/// What to say of a word that is none of those it could be.
#pragma once

#include <hawser/core/export.h>

#include <string>
#include <string_view>
#include <vector>

namespace hawser::detail {

/// The one of \p names that \p word was meant to be, of three letters one being wrong; empty when
/// there is none.
HAWSER_API std::string_view nearest(std::string_view word,
                                    const std::vector<std::string_view>& names);

/// `no key "nodelya"; did you mean nodelay?` when one of \p names is near, else all there are:
/// `no key "bogus": there are host and port`.
HAWSER_API std::string no_such_name(std::string_view what, std::string_view word,
                                    const std::vector<std::string_view>& names);

/// `a, b and c`
HAWSER_API std::string listed(const std::vector<std::string_view>& names);

} // namespace hawser::detail
