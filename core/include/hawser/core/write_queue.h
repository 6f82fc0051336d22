// SPDX-License-Identifier: MIT
/// \file
/// WriteQueue, what a transport has still to send, and BlockPool, where its blocks come from.
#pragma once

#include <hawser/core/bytes.h>
#include <hawser/core/export.h>

#include <cstddef>
#include <cstring>
#include <span>

namespace hawser {

/// The blocks of the write queues of one loop, reused. Must outlive the queues.
class HAWSER_API BlockPool {
public:
    /// Bytes not yet sent, and where more may be put.
    struct Block;

    BlockPool() noexcept = default;
    BlockPool(const BlockPool&) = delete;
    BlockPool& operator=(const BlockPool&) = delete;
    ~BlockPool();

private:
    friend class WriteQueue;
    static constexpr std::size_t most_kept = 256; // 1 MiB: what a burst needed is given back
    static constexpr std::size_t most_references_kept = 4096; // 256 KiB

    Block* take();
    Block* take_reference(Bytes data);
    void give_back(Block* block) noexcept;

    Block* free_ = nullptr; // linked by Block::next
    std::size_t kept_ = 0;
    Block* free_references_ = nullptr; // blocks without room, for bytes that are elsewhere
    std::size_t references_kept_ = 0;
};

/// Bytes in order: appended in small writes to a common block, in large ones to a block of their
/// own, and by reference when they are shared. Empty, it owns nothing.
class HAWSER_API WriteQueue {
public:
    /// Bytes of a shared payload below which a copy is cheaper than counting, and what small writes
    /// behind it take of a block is then at most as much again as what is queued.
    static constexpr std::size_t share_from = 4096;

    explicit WriteQueue(BlockPool& pool) noexcept : pool_(pool) {}
    WriteQueue(const WriteQueue&) = delete;
    WriteQueue& operator=(const WriteQueue&) = delete;
    ~WriteQueue() { clear(); }

    void append(Bytes data) {          ///< Copies.
        if (data.size() - 1 < room_) { // and not empty
            std::memcpy(end_, data.data(), data.size());
            end_ += data.size();
            room_ -= data.size();
            size_ += data.size();
        } else {
            append_further(data);
        }
    }
    void append(std::span<const Bytes> pieces); ///< The same of each, in order.
    void append(const SharedBytes& data);       ///< Copies what is shorter than share_from.
    /// References \p data until the next keep_borrowed(). What adjoins() is one piece with it.
    void append_borrowed(Bytes data);
    void keep_borrowed(); ///< Copies what is still borrowed.

    /// Fills \p pieces with views of the first bytes, in order; returns how many views.
    std::size_t front(std::span<Bytes> pieces) const noexcept;
    void drop_front(std::size_t count) noexcept; ///< Precondition: count <= size().
    void clear() noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool one_piece() const noexcept { return head_ == tail_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    /// The last block has room for more: what is appended there costs no other.
    [[nodiscard]] bool has_room() const noexcept { return room_ > 0; }
    /// \p data begins where the last bytes of the queue end.
    [[nodiscard]] bool adjoins(Bytes data) const noexcept { return end_ == data.data(); }

private:
    using Block = BlockPool::Block;

    void append_further(Bytes data);
    void link(Block* block, std::size_t size, std::size_t room) noexcept;
    [[nodiscard]] std::size_t bytes_in(const Block& block) const noexcept;
    void release(Block* block) noexcept;

    BlockPool& pool_;
    Block* head_ = nullptr;
    Block* tail_ = nullptr; // null exactly when head_ is
    char* end_ = nullptr;   // of the bytes in tail_
    std::size_t room_ = 0;  // behind them, that may be filled
    std::size_t size_ = 0;
};

} // namespace hawser
