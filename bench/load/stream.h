// SPDX-License-Identifier: MIT
/// \file
/// Stream: every connection keeps a number of bytes on their way, and reads them all back.
#pragma once

#include "scenario.h"

#include <string>

namespace bench {

/// One operation is 64 KiB that came back.
class Stream final : public Scenario {
public:
    Stream(Options options, Poller& poller);

    void start() override;
    void ready(std::uint32_t key, std::uint32_t events) override;
    void finish() override;
    [[nodiscard]] std::size_t unanswered() const override;

private:
    struct Connection {
        Socket socket;
        std::uint64_t sent = 0;
        std::uint64_t received = 0;
        bool blocked = false; // waits for room to send
    };

    void send_more(std::uint32_t key);
    void receive(std::uint32_t key);
    [[nodiscard]] std::string_view pattern_at(std::uint32_t key, std::uint64_t position,
                                              std::size_t size) const noexcept;

    Options options_;
    Poller& poller_;
    std::string pattern_;
    std::vector<Connection> connections_;
};

} // namespace bench
