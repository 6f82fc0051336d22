// SPDX-License-Identifier: MIT
/// \file
/// SocketWire: the contract's cases over real sockets, with a raw peer.
#pragma once

#include "memory_wire.h"
#include "raw_peer.h"
#include "script.h"

#include <hawser/core/limits.h>
#include <hawser/reactor/reactor.h>

#include <memory>
#include <string>

namespace contract {

struct Tcp {
    static constexpr bool shows_resets = true;
    [[nodiscard]] hawser::Address address() const;
};

struct Unix {
    static constexpr bool shows_resets = false; // a Unix socket only ends
    TemporaryDirectory directory;
    [[nodiscard]] hawser::Address address() const;
};

/// See MemoryWire for what the functions mean.
template <class Family>
class SocketWire {
public:
    static constexpr bool shows_resets = Family::shows_resets;

    explicit SocketWire(End end = End::accepted, hawser::TransportLimits limits = {});
    ~SocketWire();

    void open(Script script);

    Journal journal;
    hawser::Transport& transport() { return *journal.transport; }

    void peer_sends(hawser::Bytes data);
    void peer_ends();
    void peer_resets();
    void peer_takes_nothing();
    void peer_takes_all();

    std::string peer_saw();
    bool peer_saw_end();
    bool peer_saw_reset();

    /// Several turns, none of which waits: enough for what the kernel has already.
    void settle();

    template <class Condition>
    bool until(Condition condition) {
        for (int turns = 0; turns < most_turns; ++turns) {
            if (condition()) {
                return true;
            }
            turn_or_tick();
        }
        return false;
    }
    bool until_lost() {
        return until([&] { return journal.lost(); });
    }

private:
    static constexpr int most_turns = 5000;

    void turn(hawser::Reactor::Wait wait);
    void turn_or_tick(); // one turn, or a millisecond in which the loop sleeps
    void open_accepted(std::shared_ptr<hawser::Factory> factory);
    void open_connected(std::shared_ptr<hawser::Factory> factory);

    Family family_;
    End end_;
    RawPeer peer_;
    hawser::Reactor reactor_;
    hawser::Deferred<hawser::Protocol*> connecting_;
};

extern template class SocketWire<Tcp>;
extern template class SocketWire<Unix>;

} // namespace contract
