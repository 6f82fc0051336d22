// SPDX-License-Identifier: MIT
#include <hawser/core/bytes.h>

#include <atomic>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

namespace hawser {

struct SharedBytes::Block {
    std::atomic<std::size_t> references{1};
    std::size_t size;

    explicit Block(std::size_t bytes) noexcept : size(bytes) {}
    char* storage() noexcept { return reinterpret_cast<char*>(this + 1); }
};

SharedBytes::SharedBytes(Bytes data) {
    if (!data.empty()) {
        void* memory = ::operator new(sizeof(Block) + data.size());
        block_ = new (memory) Block(data.size());
        std::memcpy(block_->storage(), data.data(), data.size());
    }
}

SharedBytes::SharedBytes(const SharedBytes& other) noexcept : block_(other.block_) {
    if (block_ != nullptr) {
        block_->references.fetch_add(1, std::memory_order_relaxed);
    }
}

SharedBytes::SharedBytes(SharedBytes&& other) noexcept
    : block_(std::exchange(other.block_, nullptr)) {}

SharedBytes& SharedBytes::operator=(SharedBytes other) noexcept {
    std::swap(block_, other.block_);
    return *this;
}

SharedBytes::~SharedBytes() {
    if (block_ != nullptr && block_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        std::destroy_at(block_);
        ::operator delete(block_);
    }
}

Bytes SharedBytes::view() const noexcept {
    return block_ == nullptr ? Bytes() : Bytes(block_->storage(), block_->size);
}

} // namespace hawser
