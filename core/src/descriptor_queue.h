// SPDX-License-Identifier: MIT
/// \file
/// DescriptorQueue, the descriptors that wait in a write queue, each for its byte.
#pragma once

#include <hawser/core/descriptor.h>

#include <cstddef>
#include <span>
#include <vector>

namespace hawser::detail {

class DescriptorQueue {
public:
    static constexpr std::size_t most = 253; // what Linux carries in one message

    /// \p descriptor goes with the byte that comes behind the \p queued ones. False: too many.
    bool add(Descriptor descriptor, std::size_t queued);

    /// Those that go with the next byte.
    [[nodiscard]] std::span<const Descriptor> due() const noexcept;
    /// How many bytes may leave before another one is due.
    [[nodiscard]] std::size_t bytes_to_next() const noexcept;
    /// So many bytes have left, and with the first of them what was due.
    void sent(std::size_t bytes) noexcept;

    [[nodiscard]] bool empty() const noexcept { return descriptors_.empty(); }

private:
    std::vector<Descriptor> descriptors_;
    std::vector<std::size_t> positions_; // of the byte that each goes with, never falling
    std::size_t sent_ = 0;               // the position of the next byte
};

} // namespace hawser::detail
