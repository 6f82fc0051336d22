// SPDX-License-Identifier: MIT
/// \file
/// Scenario, one way to keep a server busy.
#pragma once

#include "options.h"
#include "socket.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace bench {

struct Tally {
    std::uint64_t operations = 0;
    std::uint64_t bytes = 0; ///< Received.
};

/// Opens its connections, sends, and checks what comes back; an exception tells of the first
/// wrong byte. The loop calls it: see run.h.
class Scenario {
public:
    virtual ~Scenario();

    /// Opens the connections and sends on them.
    virtual void start() = 0;

    /// The connection added to the poller as \p key is ready.
    virtual void ready(std::uint32_t key, std::uint32_t events) = 0;

    /// All connections that were ready have been told.
    virtual void turn_ended() {}

    /// From now on nothing new is sent; what is on its way still has to come back.
    virtual void finish() { finishing_ = true; }

    /// The connections that wait for an answer.
    [[nodiscard]] virtual std::size_t unanswered() const = 0;

    [[nodiscard]] const Tally& tally() const noexcept { return tally_; }

protected:
    [[nodiscard]] bool finishing() const noexcept { return finishing_; }

    Tally tally_;

private:
    bool finishing_ = false;
};

/// \p poller outlives the scenario.
[[nodiscard]] std::unique_ptr<Scenario> make_scenario(const Options& options, Poller& poller);

/// Opens \p count connections, slowly enough for a listen queue of ordinary length.
[[nodiscard]] std::vector<Socket> connect_all(const Where& where, std::size_t count);

} // namespace bench
