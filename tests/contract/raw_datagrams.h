// SPDX-License-Identifier: MIT
/// \file
/// RawDatagrams, a plain datagram socket, read and written by the test.
#pragma once

#include "raw_peer.h"

#include <hawser/core/address.h>
#include <hawser/core/bytes.h>

#include <string>
#include <vector>

namespace contract {

using Texts = std::vector<std::string>;

class RawDatagrams {
public:
    explicit RawDatagrams(const hawser::Address& at); ///< A port of 0: any.
    [[nodiscard]] const hawser::Address& address() const noexcept { return address_; }
    void send(hawser::Bytes data, const hawser::Address& to) const;
    [[nodiscard]] const Texts& seen(); ///< So far.
    [[nodiscard]] int descriptor() const noexcept { return fd_.get(); }

private:
    Fd fd_;
    hawser::Address address_;
    Texts seen_;
};

} // namespace contract
