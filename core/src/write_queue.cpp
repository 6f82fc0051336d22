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

enum class BlockKind : unsigned char {
    pooled,   // bytes behind the header, as many as a pooled block has
    own,      // bytes behind the header, as many as it was made for
    shared,   // bytes of a SharedBytes
    borrowed, // bytes of somebody else, for a moment
};

} // namespace

struct BlockPool::Block {
    Block* next = nullptr;
    char* data;           // the first byte not yet sent
    std::size_t size = 0; // bytes not yet sent; of the last block, WriteQueue::end_ tells
    SharedBytes shared;
    BlockKind kind;

    Block(BlockKind k, char* first) noexcept : data(first), kind(k) {}

    static constexpr std::size_t pooled_bytes = 4096;
    static constexpr std::size_t header_bytes = 64;
    static constexpr std::size_t pooled_room = pooled_bytes - header_bytes;

    char* storage() noexcept { return reinterpret_cast<char*>(this) + header_bytes; }

    static Block* make(BlockKind kind, std::size_t bytes) {
        void* memory = ::operator new(header_bytes + bytes);
        return new (memory) Block(kind, static_cast<char*>(memory) + header_bytes);
    }

    static Block* refer(BlockKind kind, Bytes data) {
        Block* block = make(kind, 0);
        block->data = const_cast<char*>(data.data()); // never written: it has no room
        return block;
    }

    static void destroy(Block* block) noexcept {
        std::destroy_at(block);
        ::operator delete(block);
    }
};

BlockPool::~BlockPool() {
    for (Block** list : {&free_, &free_references_}) {
        while (*list != nullptr) {
            Block::destroy(std::exchange(*list, (*list)->next));
        }
    }
}

BlockPool::Block* BlockPool::take() {
    static_assert(sizeof(Block) <= Block::header_bytes);
    if (free_ == nullptr) {
        return Block::make(BlockKind::pooled, Block::pooled_room);
    }
    --kept_;
    Block* block = std::exchange(free_, free_->next);
    block->next = nullptr;
    block->data = block->storage();
    return block;
}

BlockPool::Block* BlockPool::take_reference(Bytes data) {
    if (free_references_ == nullptr) {
        return Block::refer(BlockKind::borrowed, data);
    }
    --references_kept_;
    Block* block = std::exchange(free_references_, free_references_->next);
    block->next = nullptr;
    block->data = const_cast<char*>(data.data());
    return block;
}

void BlockPool::give_back(Block* block) noexcept {
    const bool borrowed = block->kind == BlockKind::borrowed;
    std::size_t& kept = borrowed ? references_kept_ : kept_;
    Block*& list = borrowed ? free_references_ : free_;
    if (kept == (borrowed ? most_references_kept : most_kept)) {
        Block::destroy(block);
        return;
    }
    ++kept;
    block->next = std::exchange(list, block);
}

void WriteQueue::append_further(Bytes data) {
    if (data.empty()) {
        return;
    }
    if (room_ > 0) {
        const Bytes fitting = data.substr(0, room_);
        append(fitting);
        data.remove_prefix(fitting.size());
    }
    if (data.empty()) {
        return;
    }
    const bool small = data.size() <= Block::pooled_room;
    Block* block = small ? pool_.take() : Block::make(BlockKind::own, data.size());
    std::memcpy(block->data, data.data(), data.size());
    link(block, data.size(), small ? Block::pooled_room - data.size() : 0);
}

void WriteQueue::append(std::span<const Bytes> pieces) {
    for (const Bytes piece : pieces) {
        append(piece);
    }
}

void WriteQueue::append(const SharedBytes& data) {
    const Bytes view = data.view();
    if (view.size() < share_from) {
        append(view);
        return;
    }
    Block* block = Block::refer(BlockKind::shared, view);
    block->shared = data;
    link(block, view.size(), 0);
}

void WriteQueue::append_borrowed(Bytes data) {
    if (tail_ != nullptr && adjoins(data) && tail_->kind == BlockKind::borrowed) {
        end_ += data.size();
        size_ += data.size();
    } else if (!data.empty()) {
        link(pool_.take_reference(data), data.size(), 0);
    }
}

void WriteQueue::keep_borrowed() {
    for (Block** at = &head_; *at != nullptr; at = &(*at)->next) {
        Block* block = *at;
        if (block->kind != BlockKind::borrowed) {
            continue;
        }
        const std::size_t size = bytes_in(*block);
        Block* copy = Block::make(BlockKind::own, size);
        std::memcpy(copy->data, block->data, size);
        copy->size = size;
        copy->next = block->next;
        if (tail_ == block) {
            tail_ = copy;
            end_ = copy->data + size;
        }
        *at = copy;
        release(block);
    }
}

std::size_t WriteQueue::front(std::span<Bytes> pieces) const noexcept {
    std::size_t count = 0;
    for (const Block* block = head_; block != nullptr && count < pieces.size();
         block = block->next) {
        pieces[count++] = Bytes(block->data, bytes_in(*block));
    }
    return count;
}

void WriteQueue::drop_front(std::size_t count) noexcept {
    assert(count <= size_);
    size_ -= count;
    while (head_ != nullptr && count >= bytes_in(*head_)) {
        count -= bytes_in(*head_);
        release(std::exchange(head_, head_->next));
    }
    if (head_ == nullptr) {
        tail_ = nullptr;
        end_ = nullptr;
        room_ = 0;
        return;
    }
    head_->data += count;
    head_->size -= count; // means nothing in the last block, and harms nothing
}

void WriteQueue::clear() noexcept {
    drop_front(size_);
}

void WriteQueue::link(Block* block, std::size_t size, std::size_t room) noexcept {
    if (tail_ == nullptr) {
        head_ = block;
    } else {
        tail_->size = bytes_in(*tail_);
        tail_->next = block;
    }
    tail_ = block;
    end_ = block->data + size;
    room_ = room;
    size_ += size;
}

std::size_t WriteQueue::bytes_in(const Block& block) const noexcept {
    return &block == tail_ ? static_cast<std::size_t>(end_ - block.data) : block.size;
}

void WriteQueue::release(Block* block) noexcept {
    if (block->kind == BlockKind::pooled || block->kind == BlockKind::borrowed) {
        pool_.give_back(block);
    } else {
        Block::destroy(block);
    }
}

} // namespace hawser
