// SPDX-License-Identifier: MIT
/// \file
/// Datagrams: one UDP socket that keeps a window of datagrams on their way.
#pragma once

#include "scenario.h"
#include "text.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace bench {

/// Each `connection` is one datagram that is sent, waited for, and sent anew. All that came back
/// at once is answered at once, so the server has a window to take in one go. A lost one is an
/// error: on the loopback none need be.
class Datagrams final : public Scenario {
public:
    Datagrams(const Options& options, Poller& poller);

    void start() override;
    void ready(std::uint32_t key, std::uint32_t events) override;
    [[nodiscard]] std::size_t unanswered() const override { return unanswered_; }

private:
    static constexpr std::size_t batch = 64;
    static constexpr std::size_t longest = 2048;

    void receive();
    void check(std::string_view data);
    void queue(std::uint32_t slot);
    void send_queued();

    Options options_;
    Poller& poller_;
    Text text_;
    Socket socket_;
    std::vector<std::uint64_t> turns_; // of each slot
    std::vector<bool> waiting_;        // for its answer
    std::size_t unanswered_ = 0;

    std::unique_ptr<char[]> received_ = std::make_unique<char[]>(batch * longest);
    std::unique_ptr<char[]> queued_ = std::make_unique<char[]>(batch * longest);
    std::array<mmsghdr, batch> in_{};
    std::array<mmsghdr, batch> out_{};
    std::array<iovec, batch> in_pieces_{};
    std::array<iovec, batch> out_pieces_{};
    std::size_t queued_count_ = 0;
};

} // namespace bench
