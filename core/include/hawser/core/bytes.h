// SPDX-License-Identifier: MIT
/// \file
/// Bytes, a borrowed view of octets, and SharedBytes, an owned block that many may hold.
#pragma once

#include <hawser/core/export.h>

#include <cstddef>
#include <string_view>

namespace hawser {

/// Octets, not text: a borrowed view, valid for the call it is handed to. What C++ has for
/// Python's `bytes`: `find`, `substr` and literals all work on it.
using Bytes = std::string_view;

/// An immutable block of octets, shared by count: to send one payload to many peers without a
/// copy for each. Copying a SharedBytes copies a pointer.
///
/// Thread-safe: copies may be made and dropped on any thread.
class HAWSER_API SharedBytes {
public:
    SharedBytes() noexcept = default; ///< Empty.
    explicit SharedBytes(Bytes data); ///< Copies \p data, once.
    SharedBytes(const SharedBytes& other) noexcept;
    SharedBytes(SharedBytes&& other) noexcept;
    SharedBytes& operator=(SharedBytes other) noexcept;
    ~SharedBytes();

    /// The octets; valid while any copy of this block lives.
    [[nodiscard]] Bytes view() const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return view().size(); }
    [[nodiscard]] bool empty() const noexcept { return view().empty(); }

private:
    struct Block;
    Block* block_ = nullptr; // counted; null: empty
};

} // namespace hawser
