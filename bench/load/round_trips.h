// SPDX-License-Identifier: MIT
/// \file
/// RoundTrips: every connection sends some lines, waits until all came back, and again.
#pragma once

#include "scenario.h"
#include "text.h"

namespace bench {

/// `pingpong` with one line, `pipeline` with many, `idle` if finished as soon as it started.
class RoundTrips final : public Scenario {
public:
    RoundTrips(const Options& options, Poller& poller, std::size_t lines);

    void start() override;
    void ready(std::uint32_t key, std::uint32_t events) override;
    [[nodiscard]] std::size_t unanswered() const override { return unanswered_; }

private:
    struct Connection {
        Socket socket;
        std::uint64_t turn = 0;
        std::size_t sent = 0;     // of this turn
        std::size_t received = 0; // of this turn
        bool blocked = false;     // waits for room to send
    };

    void begin_turn(std::uint32_t key);
    void send_more(std::uint32_t key);
    void receive(std::uint32_t key);

    Options options_;
    Poller& poller_;
    std::size_t lines_;
    Text text_;
    std::vector<Connection> connections_;
    std::size_t unanswered_ = 0;
};

} // namespace bench
