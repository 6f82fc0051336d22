// SPDX-License-Identifier: MIT
#include <hawser/core/producer.h>

namespace hawser {

Producer::Producer() noexcept = default;

Producer::~Producer() {
    leave_consumers();
}

bool Producer::held() const noexcept {
    return false;
}

void Producer::leave_consumers() noexcept {
    while (consumers_ != nullptr) {
        Consumer& consumer = *consumers_;
        consumer.unregister_producer();
        consumer.set_producer(nullptr); // if it did not do so itself
    }
}

Consumer::Consumer() noexcept = default;

Consumer::~Consumer() {
    set_producer(nullptr);
}

std::optional<std::size_t> Consumer::write_file(int, std::uint64_t, std::size_t) {
    return std::nullopt;
}

void Consumer::set_producer(Producer* producer) noexcept {
    if (producer_ != nullptr) {
        Consumer** at = &producer_->consumers_;
        while (*at != this) {
            at = &(*at)->next_;
        }
        *at = next_;
        next_ = nullptr;
    }
    producer_ = producer;
    if (producer_ != nullptr) {
        next_ = producer_->consumers_;
        producer_->consumers_ = this;
    }
}

} // namespace hawser
