// SPDX-License-Identifier: MIT
/// \file
/// Discard, the discard protocol of RFC 863.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/protocol.h>

namespace hawser {

/// Reads all that comes and throws it away, until the peer has ended.
class HAWSER_API Discard : public Protocol {
public:
    ~Discard() override;
    void data_received(Bytes data) override;
};

} // namespace hawser
