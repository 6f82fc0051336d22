// SPDX-License-Identifier: MIT
/// \file
/// Recycled, the base of what is made and gone again all the time. For deferred.h alone.
#pragma once

#include <hawser/core/export.h>

#include <cstddef>
#include <new>

namespace hawser::detail {

/// Each thread keeps a few of the blocks that come free in it for the next objects of about their
/// size: less than half the price of the heap. Which thread an object was made in does not matter.
/// Builds with a sanitizer keep none, so that what is used too late is found.
struct HAWSER_API Recycled {
    static void* operator new(std::size_t size);
    static void operator delete(void* block, std::size_t size) noexcept;

    static void* operator new(std::size_t size, std::align_val_t alignment) {
        return ::operator new(size, alignment);
    }
    static void operator delete(void* block, std::size_t, std::align_val_t alignment) noexcept {
        ::operator delete(block, alignment);
    }
};

} // namespace hawser::detail
