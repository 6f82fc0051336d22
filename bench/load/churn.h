// SPDX-License-Identifier: MIT
/// \file
/// Churn: connect, send one line, read it back, close, and again.
#pragma once

#include "scenario.h"
#include "text.h"

namespace bench {

/// One operation is one connection, from its beginning to its end.
class Churn final : public Scenario {
public:
    Churn(const Options& options, Poller& poller);

    void start() override;
    void ready(std::uint32_t key, std::uint32_t events) override;
    [[nodiscard]] std::size_t unanswered() const override { return unanswered_; }

private:
    struct Slot {
        Socket socket;
        std::string_view line;
        std::size_t received = 0;
    };

    void open(std::uint32_t key);

    Options options_;
    Poller& poller_;
    Text text_;
    std::vector<Slot> slots_;
    std::size_t unanswered_ = 0;
    std::uint32_t opened_ = 0;
};

} // namespace bench
