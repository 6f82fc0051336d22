// SPDX-License-Identifier: MIT
/// \file
/// Fanout: the members of one chat room, of whom some speak and all others must hear it.
#pragma once

#include "scenario.h"

#include <string>

namespace bench {

/// One member in ten speaks, a line at a time: the next one when everybody has heard the last.
/// One operation is a line that reached one member.
class Fanout final : public Scenario {
public:
    Fanout(const Options& options, Poller& poller);

    void start() override;
    void ready(std::uint32_t key, std::uint32_t events) override;
    void turn_ended() override;
    [[nodiscard]] std::size_t unanswered() const override;

private:
    struct Member {
        Socket socket;
        std::string partial;              // a line of which more is to come
        std::vector<std::uint64_t> heard; // of each speaker, the last line
    };
    struct Speaker {
        std::uint32_t member = 0;
        std::uint64_t spoken = 0; // lines
        std::size_t missing = 0;  // members who have not heard the last
        std::string line;
    };

    void speak(std::uint32_t speaker);
    void hear(std::uint32_t key, std::string_view line);

    Options options_;
    Poller& poller_;
    std::string letters_;
    std::vector<Member> members_;
    std::vector<Speaker> speakers_;
    std::vector<std::uint32_t> heard_by_all_; // speakers whose turn it is again
    bool everybody_joined_ = false;
};

} // namespace bench
