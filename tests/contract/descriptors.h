// SPDX-License-Identifier: MIT
/// \file
/// Descriptors of pipes and files that go with their owner.
#pragma once

#include <hawser/core/descriptor.h>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace contract {

/// A pipe neither end of which ever blocks.
struct DescriptorPipe {
    DescriptorPipe() {
        std::array<int, 2> ends{};
        REQUIRE(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0);
        out = hawser::Descriptor(ends[0]);
        in = hawser::Descriptor(ends[1]);
    }
    /// Nobody has the writing end any more.
    [[nodiscard]] bool ended() const {
        char octet = 0;
        return ::read(out.get(), &octet, 1) == 0;
    }
    /// What was written since.
    [[nodiscard]] std::string text() const {
        std::array<char, 64> buffer;
        const ssize_t count = ::read(out.get(), buffer.data(), buffer.size());
        return {buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
    }

    hawser::Descriptor out;
    hawser::Descriptor in;
};

/// A file that holds \p text; its position is at its end.
inline hawser::Descriptor file_of(const std::string& text) {
    hawser::Descriptor file(::memfd_create("hawser-test", MFD_CLOEXEC));
    REQUIRE(::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    return file;
}

} // namespace contract
