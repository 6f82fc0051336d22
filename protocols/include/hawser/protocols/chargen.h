// SPDX-License-Identifier: MIT
/// \file
/// Chargen, the character generator protocol of RFC 864.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/producer.h>
#include <hawser/core/protocol.h>

namespace hawser {

/// Sends characters until the peer has ended or the network stops: lines of 72, each beginning
/// one further in the 95 that can be printed, as the RFC suggests. It sends as fast as the peer
/// reads, a round of 95 lines (7030 bytes) at a time. What the peer sends is not looked at.
class HAWSER_API Chargen : public Protocol, private Producer {
public:
    ~Chargen() override;
    void connection_made() override;
    bool read_connection_lost() override;
    bool stop_requested() override;

private:
    void pause_producing() override;
    void resume_producing() override;
    void stop_producing() override;
};

} // namespace hawser
