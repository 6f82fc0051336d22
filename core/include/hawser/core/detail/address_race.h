// SPDX-License-Identifier: MIT
/// \file
/// AddressRace, the order and the pace in which the addresses of a host are tried.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/clock.h>
#include <hawser/core/export.h>
#include <hawser/core/unique_function.h>

#include <chrono>
#include <cstddef>
#include <deque>
#include <system_error>
#include <vector>

namespace hawser::detail {

/// Happy Eyeballs, RFC 8305, section 5: the next address is tried when the last attempt has had
/// 250 ms, or at once when one fails; those under way go on. The first to connect wins, which is
/// for the owner to see: it then drops the race.
class HAWSER_API AddressRace {
public:
    static constexpr std::chrono::milliseconds attempt_delay{250};

    /// Begins an attempt; the error of one that failed at once. Not to drop the race.
    using Begin = UniqueFunction<std::error_code(const Address&)>;
    /// All have failed, the last with that error. May drop the race.
    using AllFailed = UniqueFunction<void(std::error_code)>;

    AddressRace(Clock& clock, Begin begin, AllFailed all_failed);

    /// Call once. Without addresses all have failed, with Errc::host_not_found.
    void start(std::vector<Address> addresses);

    /// An attempt that was under way failed. May drop the race.
    void failed(std::error_code error);

private:
    void next();

    Clock& clock_;
    Begin begin_;
    AllFailed all_failed_;
    std::deque<Address> candidates_; // still to be tried
    std::size_t under_way_ = 0;
    std::error_code last_error_;
    Timer delay_;
};

/// Section 4: the families take turns, beginning with that of the first; each keeps its order.
HAWSER_API std::deque<Address> interleave_families(std::vector<Address> addresses);

} // namespace hawser::detail
