// SPDX-License-Identifier: MIT
#include "text.h"

#include <algorithm>
#include <random>
#include <stdexcept>

namespace bench {

// Few variants, so that the text stays in the cache the load generator shares with the server.
// A prime, so that all of them are met.
Text::Text(std::size_t size, std::size_t lines)
    : size_(size), piece_size_(size * lines), variants_(size < 64 * 1024 ? 61 : 3),
      letters_(random_letters(piece_size_ + size * (variants_ - 1))) {
    for (std::size_t end = size; end <= letters_.size(); end += size) {
        letters_[end - 1] = '\n';
    }
}

std::string_view Text::piece(std::size_t sender, std::uint64_t turn) const noexcept {
    const std::size_t variant = (sender * 7 + turn * 17) % variants_;
    return std::string_view(letters_).substr(variant * size_, piece_size_);
}

std::string random_letters(std::size_t count) {
    std::minstd_rand random(1);
    std::string letters(count, '\0');
    std::generate(letters.begin(), letters.end(),
                  [&random] { return static_cast<char>('a' + (random() >> 8) % 26); });
    return letters;
}

void check_same(std::string_view received, std::string_view expected, std::size_t connection) {
    if (received == expected) {
        return;
    }
    const std::size_t common = std::min(received.size(), expected.size());
    const auto differ = std::mismatch(
        received.begin(), received.begin() + static_cast<std::ptrdiff_t>(common), expected.begin());
    throw std::runtime_error("connection " + std::to_string(connection) +
                             ": wrong data, from byte " +
                             std::to_string(differ.first - received.begin()) + " of " +
                             std::to_string(received.size()) + " received together");
}

} // namespace bench
