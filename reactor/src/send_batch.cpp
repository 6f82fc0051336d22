// SPDX-License-Identifier: MIT
#include "send_batch.h"

#include <cassert>
#include <cstring>

namespace hawser::detail {

SendBatch::SendBatch() {
    for (std::size_t i = 0; i < most; ++i) {
        headers_[i].msg_hdr.msg_iov = &pieces_[i];
        headers_[i].msg_hdr.msg_iovlen = 1;
    }
}

void SendBatch::add(Bytes data, const SocketAddress* to) noexcept {
    assert(has_room(data.size()));
    if (!data.empty()) {
        if (!copies_) {
            copies_ = std::make_unique_for_overwrite<char[]>(copies_size);
        }
        char* const copy = copies_.get() + copied_;
        std::memcpy(copy, data.data(), data.size());
        copied_ += data.size();
        data = Bytes(copy, data.size());
    }
    lend(data, to);
}

void SendBatch::lend(Bytes data, const SocketAddress* to) noexcept {
    if (to == nullptr) {
        pieces_[count_] = {const_cast<char*>(data.data()), data.size()};
        headers_[count_].msg_hdr.msg_name = nullptr;
        headers_[count_].msg_hdr.msg_namelen = 0;
        ++count_;
        return;
    }
    std::memcpy(&to_[count_].storage, &to->storage, to->length);
    to_[count_].length = to->length;
    lend_all(data, to_[count_]);
}

void SendBatch::lend_all(Bytes data, const SocketAddress& to) noexcept {
    assert(count_ < most);
    pieces_[count_] = {const_cast<char*>(data.data()), data.size()};
    headers_[count_].msg_hdr.msg_name = const_cast<sockaddr*>(to.get());
    headers_[count_].msg_hdr.msg_namelen = to.length;
    ++count_;
}

Address SendBatch::to(std::size_t index) const {
    const msghdr& header = headers_[index].msg_hdr;
    if (header.msg_name == nullptr) {
        return {};
    }
    return SocketAddress(static_cast<const sockaddr*>(header.msg_name), header.msg_namelen)
        .address();
}

} // namespace hawser::detail
