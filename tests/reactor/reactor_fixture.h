// SPDX-License-Identifier: MIT
/// \file
/// What the reactor's tests share: loops with a deadline, and protocols that tell their story.
#pragma once

#include "raw_peer.h"

#include <hawser/core/factory.h>
#include <hawser/core/protocol.h>
#include <hawser/reactor/reactor.h>

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace reactor_test {

using contract::Fd;
using contract::RawListener;
using contract::RawPeer;
using contract::TemporaryDirectory;

/// How long a test waits for what must come; it then fails.
inline constexpr std::chrono::seconds patience{20};

/// Options of a reactor that leaves the test program's signals alone.
hawser::ReactorOptions no_signals();

/// Turns \p reactor until \p done; false when patience ends first.
template <class Done>
[[nodiscard]] bool turn_until(hawser::Reactor& reactor, Done done) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!done()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        // Raw peers are not watched: look at them every millisecond.
        const auto tick = reactor.call_later(std::chrono::milliseconds(1), [] {});
        reactor.run_once(hawser::Reactor::Wait::yes);
    }
    return true;
}

/// A few turns without waiting, for what must not happen.
void turn_a_little(hawser::Reactor& reactor);

/// Reactor::run(); false when only the end of patience ended it.
[[nodiscard]] bool runs(hawser::Reactor& reactor);

/// Calls a function every millisecond, as long as it lives.
class Every {
public:
    Every(hawser::Reactor& reactor, std::function<void()> call);

private:
    void schedule();
    hawser::Reactor& reactor_;
    std::function<void()> call_;
    hawser::Timer timer_;
};

std::size_t open_descriptors();

/// What happened to one factory and its connections. They may outlive it, untold.
struct Story {
    Story() = default;
    Story(const Story&) = delete;
    Story& operator=(const Story&) = delete;
    ~Story() { *told_to = nullptr; }

    /// The names of the callbacks, in order; "gone" when the factory is destroyed.
    std::vector<std::string> events;
    std::string data;
    std::optional<std::error_code> reason;  ///< of the connection that was lost last
    hawser::Transport* transport = nullptr; ///< of the one made last, while it lives
    std::size_t living = 0;                 ///< protocols
    /// Called inside each callback, with its name.
    std::function<void(std::string_view)> during;
    bool refuse = false; ///< build_protocol() gives null
    bool stays = false;  ///< what read_connection_lost() returns
    bool echo = false;   ///< sends back what comes

    [[nodiscard]] std::size_t count(std::string_view event) const;
    [[nodiscard]] bool saw(std::string_view event) const { return count(event) > 0; }
    void happened(std::string_view event);

    std::shared_ptr<Story*> told_to = std::make_shared<Story*>(this); ///< null: it is over
};

/// A factory of protocols that tell \p story.
std::shared_ptr<hawser::Factory> telling(Story& story);

/// The text a Deferred failed with; empty when it did not. Takes its result.
std::string failure_of(hawser::Deferred<hawser::Protocol*> result);

} // namespace reactor_test
