// SPDX-License-Identifier: MIT
/// \file
/// threaded(), connections that are served by code that blocks, each on a thread.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/factory.h>
#include <hawser/reactor/blocking_stream.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hawser {

class Reactor;
class ThreadPool;

namespace detail {
class Loop;
}

struct ThreadedOptions {
    std::size_t threads = 64; ///< The most connections that are served at once.
    std::string refusal;      ///< What one more is told before it is closed.
    /// How long each wait of a handler may take; none: for ever.
    std::optional<std::chrono::milliseconds> timeout{60000};
    std::size_t input_mark = 64 * 1024;  ///< Above it, a peer is not read until its handler reads.
    std::size_t output_mark = 64 * 1024; ///< Above it, a handler's write() waits for the peer.
};

/// Called on a thread of its own for each connection, on several at once. Its return closes the
/// connection in good order; an exception aborts it alone, with a report that names the peer.
using ThreadedHandler = std::function<void(BlockingStream&)>;

/// What threaded() makes.
class HAWSER_API ThreadedFactory final : public Factory {
public:
    ThreadedFactory(Reactor& reactor, ThreadedHandler handler, ThreadedOptions options);
    ~ThreadedFactory() override;

    std::unique_ptr<Protocol> build_protocol(const Address& peer) override;

    /// Handlers at work. Thread-safe.
    [[nodiscard]] std::size_t serving() const noexcept { return *serving_; }
    /// Connections closed because all threads were busy.
    [[nodiscard]] std::size_t refused() const noexcept { return refused_; }

private:
    detail::Loop& loop_;
    std::shared_ptr<const ThreadedHandler> handler_; // shared with the calls under way
    ThreadedOptions options_;
    std::shared_ptr<ThreadPool> pool_; // shared with the reactor, which joins it at its end
    std::shared_ptr<std::atomic<std::size_t>> serving_; // shared with the calls under way
    std::size_t refused_ = 0;
};

/// A factory for Reactor::listen(): \p handler is ordinary code that reads and writes and waits,
/// while the reactor goes on. For a few dozens of connections at once; many are for a Protocol.
///
/// When the reactor stops, the connections end as all others do, and handlers see it where they
/// wait. Its destructor waits for the handlers: one that neither reads nor writes for long delays
/// it. Throws std::errc::invalid_argument for no threads.
[[nodiscard]] HAWSER_API std::shared_ptr<ThreadedFactory>
threaded(Reactor& reactor, ThreadedHandler handler, ThreadedOptions options = {});

} // namespace hawser
