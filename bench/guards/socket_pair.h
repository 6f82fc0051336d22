// SPDX-License-Identifier: MIT
/// \file
/// A connection of a reactor whose other end the guard plays itself.
#pragma once

#include "guard.h"

#include <hawser/core/factory.h>
#include <hawser/reactor/reactor.h>

#include <array>
#include <memory>
#include <string>
#include <utility>

#include <sys/socket.h>

namespace guards {

/// Gives \p reactor one end, with a protocol of \p factory whose connection_made() has been called;
/// returns the other. It blocks.
inline int connect_pair(hawser::Reactor& reactor, std::shared_ptr<hawser::Factory> factory) {
    std::array<int, 2> ends{};
    require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0, "no socket pair");
    bool connected = false;
    const auto attempt = reactor.connect("fd:" + std::to_string(ends[1]), std::move(factory))
                             .then([&](hawser::Protocol*) { connected = true; });
    while (!connected) {
        reactor.run_once();
    }
    return ends[0];
}

} // namespace guards
