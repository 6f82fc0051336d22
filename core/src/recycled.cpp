// SPDX-License-Identifier: MIT
#include <hawser/core/detail/recycled.h>

#include <array>

namespace hawser::detail {

namespace {

constexpr std::size_t step = 32; // bytes; sizes are rounded up to a multiple
constexpr std::size_t steps = 16;
#ifdef HAWSER_SANITIZED
constexpr unsigned most = 0;
#else
constexpr unsigned most = 16; // of a size: 68 KiB for a thread, if it has had so many of each
#endif

struct FreeBlock {
    FreeBlock* next;
};

/// The free blocks of one size.
struct Shelf {
    FreeBlock* first = nullptr;
    unsigned room = 0;
};

/// Of one thread. It has no destructor, so it can be used to the very end of the thread.
struct Store {
    std::array<Shelf, steps> shelves;
    bool opened = false;
};
[[gnu::tls_model("initial-exec")]] constinit thread_local Store store{}; // no call to find it

/// As a thread ends, its free blocks go back to the heap; what comes free after that does too.
struct Closing {
    Closing() noexcept {
        for (Shelf& shelf : store.shelves) {
            shelf.room = most;
        }
    }
    ~Closing() {
        for (Shelf& shelf : store.shelves) {
            shelf.room = 0;
            while (FreeBlock* block = shelf.first) {
                shelf.first = block->next;
                ::operator delete(block);
            }
        }
    }
};

void open() {
    if (!store.opened) {
        store.opened = true;
        static thread_local const Closing closing;
    }
}

} // namespace

void* Recycled::operator new(std::size_t size) {
    const std::size_t index = (size - 1) / step;
    if (index >= steps) {
        return ::operator new(size);
    }
    Shelf& shelf = store.shelves[index];
    if (FreeBlock* block = shelf.first) {
        shelf.first = block->next;
        ++shelf.room;
        return block;
    }
    return ::operator new((index + 1) * step);
}

void Recycled::operator delete(void* block, std::size_t size) noexcept {
    const std::size_t index = (size - 1) / step;
    if (index < steps) {
        Shelf& shelf = store.shelves[index];
        if (shelf.room == 0) {
            open(); // the first block of this thread
        }
        if (shelf.room > 0) {
            --shelf.room;
            shelf.first = new (block) FreeBlock{shelf.first};
            return;
        }
    }
    ::operator delete(block);
}

} // namespace hawser::detail
