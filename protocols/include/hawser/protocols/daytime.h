// SPDX-License-Identifier: MIT
/// \file
/// Daytime, the daytime protocol of RFC 867.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/protocol.h>

#include <chrono>

namespace hawser {

/// Says what time it is, then ends: `2026-11-27T11:10:00Z` and "\r\n". RFC 867 wants one line that
/// people can read and leaves its form open; this one is RFC 3339's, in UTC. What the peer sends
/// is not looked at.
class HAWSER_API Daytime : public Protocol {
public:
    using Now = std::chrono::system_clock::time_point (*)();

    /// \p now tells the time of day.
    explicit Daytime(Now now = std::chrono::system_clock::now) noexcept;
    ~Daytime() override;
    void connection_made() override;

private:
    Now now_;
};

} // namespace hawser
