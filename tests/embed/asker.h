// SPDX-License-Identifier: MIT
/// \file
/// Asker, a peer on a thread of its own: nothing but what it sends wakes the loop under test.
#pragma once

#include "reactor_fixture.h"

#include <poll.h>

#include <string>
#include <thread>
#include <utility>

namespace embed_test {

using namespace reactor_test; // NOLINT(google-build-using-namespace): these tests are of its kind

/// Connects to an echo server, sends \p text, waits for as much and goes.
class Asker {
public:
    Asker(const hawser::Address& server, std::string text)
        : text_(std::move(text)), peer_(RawPeer::connect(server)), thread_([this] { ask(); }) {}
    Asker(const Asker&) = delete;
    Asker& operator=(const Asker&) = delete;
    ~Asker() {
        if (thread_.joinable()) {
            thread_.join();
        }
    }

    /// What came, once it has gone.
    std::string answer() {
        thread_.join();
        return answer_;
    }

private:
    void ask() {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        peer_.send(text_);
        while (peer_.open() && !peer_.saw_end() && peer_.seen().size() < text_.size() &&
               std::chrono::steady_clock::now() < deadline) {
            peer_.pump();
            pollfd news{peer_.fd(), POLLIN, 0};
            ::poll(&news, 1, 10); // it may have more to send
        }
        answer_ = peer_.seen();
        peer_ = RawPeer();
    }

    std::string text_;
    RawPeer peer_;
    std::string answer_;
    std::thread thread_;
};

} // namespace embed_test
