// SPDX-License-Identifier: MIT
/// \file
/// Tape, where small payloads that many are told in one turn stand once, one behind the other.
#pragma once

#include <hawser/core/bytes.h>
#include <hawser/core/export.h>

#include <cstddef>
#include <memory>

namespace hawser::detail {

/// A room of a hundred that is told ten lines in a turn would copy a thousand; so each line is
/// copied here, and what a queue gets is a view of it. The next line adjoins it, so ten of them
/// are one piece of a queue, and what is sent to all comes from the same few cache lines.
///
/// The views are valid until the last user lets go: a queue then has sent the bytes, or copied
/// them.
class HAWSER_API Tape {
public:
    /// Where \p payload stands on the tape; \p bytes are its view. Empty when there is no room: it
    /// has 64 KiB until the last user lets go.
    [[nodiscard]] Bytes put(const SharedBytes& payload, Bytes bytes) {
        return bytes.data() == last_bytes_ ? last_ : put_another(payload, bytes);
    }

    /// A queue becomes a user: once, with its first view, and before anybody else lets go.
    void hold() noexcept { ++users_; }
    void let_go() noexcept {
        if (--users_ == 0) {
            rewind();
        }
    }

private:
    Bytes put_another(const SharedBytes& payload, Bytes bytes);
    void rewind() noexcept;

    std::unique_ptr<char[]> tape_; // null until first used
    std::size_t used_ = 0;
    std::size_t users_ = 0;
    Bytes last_;                       // that was put
    const char* last_bytes_ = nullptr; // where it is in last_payload_
    SharedBytes last_payload_;         // held: else another could have its address
};

} // namespace hawser::detail
