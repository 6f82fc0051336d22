// SPDX-License-Identifier: MIT
#include "descriptor_queue.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace hawser::detail {

bool DescriptorQueue::add(Descriptor descriptor, std::size_t queued) {
    if (descriptors_.size() == most) {
        return false;
    }
    positions_.reserve(descriptors_.size() + 1);
    descriptors_.push_back(std::move(descriptor));
    positions_.push_back(sent_ + queued);
    return true;
}

std::span<const Descriptor> DescriptorQueue::due() const noexcept {
    const auto end = std::upper_bound(positions_.begin(), positions_.end(), sent_);
    return {descriptors_.data(), static_cast<std::size_t>(end - positions_.begin())};
}

std::size_t DescriptorQueue::bytes_to_next() const noexcept {
    const auto next = std::upper_bound(positions_.begin(), positions_.end(), sent_);
    return next == positions_.end() ? std::numeric_limits<std::size_t>::max() : *next - sent_;
}

void DescriptorQueue::sent(std::size_t bytes) noexcept {
    if (bytes > 0) {
        const auto gone = static_cast<std::ptrdiff_t>(due().size());
        descriptors_.erase(descriptors_.begin(), descriptors_.begin() + gone);
        positions_.erase(positions_.begin(), positions_.begin() + gone);
        sent_ += bytes;
    }
}

} // namespace hawser::detail
