// SPDX-License-Identifier: MIT
#include <hawser/core/detail/tape.h>

#include <cstring>

namespace hawser::detail {

namespace {

constexpr std::size_t tape_size = 64 * 1024; // what is told beyond that in a turn is copied

} // namespace

Bytes Tape::put_another(const SharedBytes& payload, Bytes bytes) {
    if (!tape_) {
        tape_ = std::make_unique_for_overwrite<char[]>(tape_size);
    }
    if (bytes.size() > tape_size - used_) {
        return {};
    }
    char* const at = tape_.get() + used_;
    std::memcpy(at, bytes.data(), bytes.size());
    used_ += bytes.size();
    last_ = Bytes(at, bytes.size());
    last_bytes_ = bytes.data();
    last_payload_ = payload;
    return last_;
}

void Tape::rewind() noexcept {
    used_ = 0;
    last_ = {};
    last_bytes_ = nullptr;
    last_payload_ = {};
}

} // namespace hawser::detail
