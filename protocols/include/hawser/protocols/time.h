// SPDX-License-Identifier: MIT
/// \file
/// Time, the time protocol of RFC 868.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/protocol.h>

#include <chrono>

namespace hawser {

/// Sends the seconds since 1900-01-01 00:00 UTC as 32 bits, the highest first, then ends. At
/// 2036-02-07 06:28:16 UTC the count is over 32 bits and begins again at 0: who reads it must know
/// in which of these ages he lives. What the peer sends is not looked at.
class HAWSER_API Time : public Protocol {
public:
    using Now = std::chrono::system_clock::time_point (*)();

    /// \p now tells the time of day.
    explicit Time(Now now = std::chrono::system_clock::now) noexcept;
    ~Time() override;
    void connection_made() override;

private:
    Now now_;
};

} // namespace hawser
