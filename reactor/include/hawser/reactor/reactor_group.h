// SPDX-License-Identifier: MIT
/// \file
/// ReactorGroup, one server on several threads, each with a reactor of its own.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/descriptor.h>
#include <hawser/core/endpoint.h>
#include <hawser/core/export.h>
#include <hawser/core/factory.h>
#include <hawser/core/unique_function.h>
#include <hawser/reactor/reactor_thread.h>
#include <hawser/reactor/workers.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace hawser {

/// Several reactors, each on a thread of its own, that accept for the same endpoints: for more load
/// than one processor takes, where connections have something to share. A connection belongs to the
/// reactor that accepted it, for all its life: its protocol, its timers and its factory are touched
/// on that thread alone, and need no locks. What one reactor has for another is posted.
///
///     hawser::ReactorGroup group; // one reactor a processor
///     group.listen("tcp:8000", [](hawser::Reactor&, std::size_t) {
///         return hawser::factory_for<hawser::Echo>();
///     });
///
/// Where connections have nothing to share, run_workers() isolates better: see docs/threads.md.
///
/// It is used by one thread, which is none of its own; post() may be called from any. What lives on
/// a reactor ends there: see ReactorThread.
class HAWSER_API ReactorGroup {
public:
    /// Makes the factory of the reactor with that index, below size(), on its thread; never null.
    using FactoryMaker =
        std::function<std::shared_ptr<Factory>(Reactor& reactor, std::size_t index)>;

    /// Who accepts.
    enum class Accept : unsigned char {
        /// Each has a socket of its own on the port (SO_REUSEPORT), and the kernel gives it its
        /// share of the connections, by a hash of the addresses: even when there are many. Only for
        /// TCP; elsewhere it is as `first`.
        each,
        /// The first reactor, which hands them out in turn: even when there are few, for the price
        /// of a post for each connection.
        first,
    };

    /// Returns when all \p reactors run; 0: as many as there are processors(). Signals are the
    /// program's own affair: ReactorOptions::handle_signals is of no use here. Throws what making
    /// one throws.
    explicit ReactorGroup(std::size_t reactors = 0, const ReactorOptions& options = {});
    ReactorGroup(const ReactorGroup&) = delete;
    ReactorGroup& operator=(const ReactorGroup&) = delete;
    /// stop(), and waits until all have come to their end: ReactorOptions::drain_timeout at most,
    /// for all together.
    ~ReactorGroup();

    /// Listens on \p endpoint until stop(), and gives its address. \p make is called once for each
    /// reactor; when it or the system says no, the exception comes out and nobody listens.
    /// `haproxy:` may stand before the endpoint, other added kinds not. Throws Error naming the
    /// endpoint, and after stop() Errc::not_running. A reactor that is stopped by itself drops what
    /// is handed to it.
    Address listen(const Endpoint& endpoint, const FactoryMaker& make,
                   Accept accept = Accept::each);

    /// Has the reactor with that index call \p call on its thread, and does not wait; calls of one
    /// thread come in their order. Thread-safe until the destructor begins; from the group's own
    /// threads also then, and it does nothing.
    void post(std::size_t index, UniqueFunction<void(Reactor&)> call);

    /// The same of every reactor, a copy of `call(Reactor&, std::size_t index)` each.
    template <class F>
    void post_to_all(const F& call);

    /// Has the reactor with that index call `call(Reactor&)`, and waits: see ReactorThread::call().
    template <class F>
    auto call(std::size_t index, F call);

    /// All reactors accept no more, and begin Reactor::stop().
    void stop();

    [[nodiscard]] std::size_t size() const noexcept { return seats_.size(); }

private:
    struct Place; // where all listen
    struct Seat;  // what belongs to one thread

    [[nodiscard]] ReactorThread& thread(std::size_t index) noexcept;
    void begin(std::size_t index, Place& place, const FactoryMaker& make);
    void hand_on(Reactor& first, Place& place, Descriptor socket, const Address& peer);

    std::vector<std::unique_ptr<Place>> places_;
    std::vector<std::unique_ptr<Seat>> seats_;
    bool stopped_ = false;
};

template <class F>
void ReactorGroup::post_to_all(const F& call) {
    for (std::size_t index = 0; index < size(); ++index) {
        post(index, [call, index](Reactor& reactor) { call(reactor, index); });
    }
}

template <class F>
auto ReactorGroup::call(std::size_t index, F call) {
    return thread(index).call(std::move(call));
}

} // namespace hawser
