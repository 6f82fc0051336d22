// SPDX-License-Identifier: MIT
#include <hawser/core/detail/no_such_name.h>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>

namespace hawser::detail {

namespace {

bool same_letter(char a, char b) noexcept {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
}

/// How many letters are to be put in, taken out, replaced or swapped with the next to make \p a
/// from \p b (optimal string alignment), upper and lower case being the same.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last;
    std::vector<std::size_t> last(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::vector<std::size_t> row(b.size() + 1, i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (same_letter(a[i - 1], b[j - 1]) ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
                same_letter(a[i - 2], b[j - 1])) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
        before_last = std::exchange(last, std::move(row));
    }
    return last[b.size()];
}

} // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& names) {
    std::string_view best;
    std::size_t wrong = std::max<std::size_t>(word.size() / 3, 1) + 1;
    for (const std::string_view name : names) {
        const std::size_t shorter = std::min(word.size(), name.size());
        const std::size_t longer = std::max(word.size(), name.size());
        const bool possible = !word.empty() && longer - shorter < wrong;
        const std::size_t distance = possible ? edit_distance(word, name) : wrong;
        if (distance < wrong) {
            best = name;
            wrong = distance;
        }
    }
    return best;
}

std::string listed(const std::vector<std::string_view>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        text += i == 0 ? "" : i + 1 < names.size() ? ", " : " and ";
        text += names[i];
    }
    return text;
}

std::string no_such_name(std::string_view what, std::string_view word,
                         const std::vector<std::string_view>& names) {
    const std::string_view near = nearest(word, names);
    return near.empty() ? fmt::format("no {} \"{}\": there are {}", what, word, listed(names))
                        : fmt::format("no {} \"{}\"; did you mean {}?", what, word, near);
}

} // namespace hawser::detail
