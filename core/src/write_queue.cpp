// SPDX-License-Identifier: MIT
#include <hawser/core/write_queue.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

namespace hawser {

namespace {

enum class Kind : unsigned char {
    pooled,   // bytes behind the header, as many as a pooled block has
    own,      // bytes behind the header, as many as it was made for
    shared,   // bytes of a SharedBytes
    borrowed, // bytes of somebody else, for a moment
};

constexpr std::size_t share_from = 1024; // below it copying is cheaper than counting

} // namespace

struct BlockPool::Block {
    Block* next = nullptr;
    const char* data = nullptr; // the first byte not yet sent
    std::size_t size = 0;       // bytes not yet sent
    std::size_t room = 0;       // bytes that may be appended behind them
    SharedBytes shared;
    Kind kind;

    explicit Block(Kind k) noexcept : kind(k) {}

    static constexpr std::size_t pooled_bytes = 4096;
    static constexpr std::size_t header_bytes = 64;

    char* storage() noexcept { return reinterpret_cast<char*>(this) + header_bytes; }

    static Block* make(Kind kind, std::size_t bytes) {
        void* memory = ::operator new(header_bytes + bytes);
        Block* block = new (memory) Block(kind);
        block->data = block->storage();
        block->room = bytes;
        return block;
    }

    static void destroy(Block* block) noexcept {
        std::destroy_at(block);
        ::operator delete(block);
    }
};

BlockPool::~BlockPool() {
    while (free_ != nullptr) {
        Block::destroy(std::exchange(free_, free_->next));
    }
}

BlockPool::Block* BlockPool::take() {
    static_assert(sizeof(Block) <= Block::header_bytes);
    constexpr std::size_t room = Block::pooled_bytes - Block::header_bytes;
    if (free_ == nullptr) {
        return Block::make(Kind::pooled, room);
    }
    --kept_;
    Block* block = std::exchange(free_, free_->next);
    block->next = nullptr;
    block->data = block->storage();
    block->size = 0;
    block->room = room;
    return block;
}

void BlockPool::give_back(Block* block) noexcept {
    if (kept_ == most_kept) {
        Block::destroy(block);
        return;
    }
    ++kept_;
    block->next = std::exchange(free_, block);
}

void WriteQueue::append(Bytes data) {
    size_ += data.size();
    if (tail_ != nullptr && tail_->room > 0 && !data.empty()) {
        const std::size_t fits = std::min(tail_->room, data.size());
        std::memcpy(const_cast<char*>(tail_->data) + tail_->size, data.data(), fits);
        tail_->size += fits;
        tail_->room -= fits;
        data.remove_prefix(fits);
    }
    if (data.empty()) {
        return;
    }
    constexpr std::size_t pooled_room = Block::pooled_bytes - Block::header_bytes;
    Block* block =
        data.size() <= pooled_room ? pool_.take() : Block::make(Kind::own, data.size());
    std::memcpy(block->storage(), data.data(), data.size());
    block->size = data.size();
    block->room -= data.size();
    link(block);
}

void WriteQueue::append(const SharedBytes& data) {
    const Bytes view = data.view();
    if (view.size() < share_from) {
        append(view);
        return;
    }
    Block* block = Block::make(Kind::shared, 0);
    block->shared = data;
    block->data = view.data();
    block->size = view.size();
    size_ += view.size();
    link(block);
}

void WriteQueue::append_borrowed(Bytes data) {
    if (data.empty()) {
        return;
    }
    Block* block = Block::make(Kind::borrowed, 0);
    block->data = data.data();
    block->size = data.size();
    size_ += data.size();
    link(block);
}

void WriteQueue::keep_borrowed() {
    for (Block** at = &head_; *at != nullptr; at = &(*at)->next) {
        Block* block = *at;
        if (block->kind != Kind::borrowed) {
            continue;
        }
        Block* copy = Block::make(Kind::own, block->size);
        std::memcpy(copy->storage(), block->data, block->size);
        copy->size = block->size;
        copy->room = 0;
        copy->next = block->next;
        if (tail_ == block) {
            tail_ = copy;
        }
        *at = copy;
        Block::destroy(block);
    }
}

std::size_t WriteQueue::front(std::span<Bytes> pieces) const noexcept {
    std::size_t count = 0;
    for (const Block* block = head_; block != nullptr && count < pieces.size();
         block = block->next) {
        pieces[count++] = Bytes(block->data, block->size);
    }
    return count;
}

void WriteQueue::drop_front(std::size_t count) noexcept {
    assert(count <= size_);
    size_ -= count;
    while (head_ != nullptr && count >= head_->size) {
        count -= head_->size;
        Block* sent = std::exchange(head_, head_->next);
        release(sent);
    }
    if (head_ == nullptr) {
        tail_ = nullptr;
        return;
    }
    head_->data += count;
    head_->size -= count;
}

void WriteQueue::clear() noexcept {
    drop_front(size_);
}

void WriteQueue::link(Block* block) noexcept {
    if (tail_ == nullptr) {
        head_ = block;
    } else {
        tail_->next = block;
    }
    tail_ = block;
}

void WriteQueue::release(Block* block) noexcept {
    if (block->kind == Kind::pooled) {
        pool_.give_back(block);
    } else {
        Block::destroy(block);
    }
}

} // namespace hawser
