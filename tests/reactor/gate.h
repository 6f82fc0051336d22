// SPDX-License-Identifier: MIT
/// \file
/// Gate, where one thread of a test waits for another.
#pragma once

#include "reactor_fixture.h"

#include <condition_variable>
#include <mutex>

namespace reactor_test {

class Gate {
public:
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        news_.notify_all();
    }

    /// False when patience ends first.
    bool wait() {
        std::unique_lock lock(mutex_);
        return news_.wait_for(lock, patience, [&] { return open_; });
    }

    [[nodiscard]] bool opened() {
        const std::lock_guard lock(mutex_);
        return open_;
    }

private:
    std::mutex mutex_;
    std::condition_variable news_;
    bool open_ = false;
};

/// Opens \p gate when it is destroyed: for what must not wait for a test that has failed.
class OpenAtEnd {
public:
    explicit OpenAtEnd(Gate& gate) : gate_(gate) {}
    OpenAtEnd(const OpenAtEnd&) = delete;
    OpenAtEnd& operator=(const OpenAtEnd&) = delete;
    ~OpenAtEnd() { gate_.open(); }

private:
    Gate& gate_;
};

} // namespace reactor_test
