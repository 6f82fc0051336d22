// SPDX-License-Identifier: MIT
/// \file
/// Echo, the echo protocol of RFC 862.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/protocol.h>

namespace hawser {

/// Sends every byte back. A peer that has ended its direction is sent the rest, then both end.
class HAWSER_API Echo : public Protocol {
public:
    ~Echo() override;
    void data_received(Bytes data) override;
};

} // namespace hawser
