// SPDX-License-Identifier: MIT
#include "receive_batch.h"

#include <algorithm>
#include <functional>

namespace hawser::detail {

ReceiveBatch::ReceiveBatch() : slab_(std::make_unique_for_overwrite<char[]>(slab_size)) {
    for (std::size_t i = 0; i < most; ++i) {
        headers_[i].msg_hdr.msg_name = from_[i].get();
        headers_[i].msg_hdr.msg_iov = &pieces_[i];
        headers_[i].msg_hdr.msg_iovlen = 1;
    }
}

void ReceiveBatch::lay_out(std::size_t limit) noexcept {
    const std::size_t stride = (limit + line - 1) / line * line + line;
    limit_ = limit;
    room_ = std::min(most, slab_size / stride);
    used_ = room_;
    for (std::size_t i = 0; i < room_; ++i) {
        pieces_[i] = {slab_.get() + i * stride, limit};
    }
}

int ReceiveBatch::receive(int fd, std::size_t limit, int family) noexcept {
    if (limit != limit_) {
        lay_out(limit);
    }
    for (std::size_t i = 0; i < used_; ++i) {
        headers_[i].msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    }
    const int count = ::recvmmsg(fd, headers_.data(), static_cast<unsigned>(room_), 0, nullptr);
    used_ = static_cast<std::size_t>(std::max(count, 0));
    for (std::size_t i = 0; i < used_; ++i) {
        from_[i].length = headers_[i].msg_hdr.msg_namelen;
        if (from_[i].length == 0) {
            from_[i].storage.ss_family = static_cast<sa_family_t>(family);
        }
    }
    return count;
}

Bytes ReceiveBatch::data(std::size_t index) const noexcept {
    return {static_cast<const char*>(pieces_[index].iov_base), headers_[index].msg_len};
}

bool ReceiveBatch::truncated(std::size_t index) const noexcept {
    return (headers_[index].msg_hdr.msg_flags & MSG_TRUNC) != 0;
}

bool ReceiveBatch::contains(Bytes data) const noexcept {
    const std::less_equal<const char*> not_after;
    return not_after(slab_.get(), data.data()) &&
           not_after(data.data() + data.size(), slab_.get() + slab_size);
}

} // namespace hawser::detail
