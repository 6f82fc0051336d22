// SPDX-License-Identifier: MIT
/// \file
/// throttle(), how fast the connections of a factory may be, together.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/export.h>
#include <hawser/core/factory.h>

#include <cstddef>
#include <memory>

namespace hawser {

/// Bytes per second, of all connections together; as many may come at once after a rest. Zero: as
/// fast as it goes.
struct ThrottleRates {
    std::size_t read_rate = 0;
    std::size_t write_rate = 0;
};

/// Makes the protocols of \p factory, and holds their connections back when they are over a rate.
/// Nothing is buffered and nothing lost: over the reading rate a connection is not read, and over
/// the writing rate its producer is paused, its full() is true, its protocol is told
/// write_paused(), and it is not read either, so that what answers all it reads slows down too.
/// Those that wait go on one after the other.
///
/// Over any long time the rates are kept to the byte. At a time a connection may be over them by
/// what it moves at once, a read or a write(): a protocol that writes on though it was told to
/// pause is not held.
[[nodiscard]] HAWSER_API std::shared_ptr<Factory> throttle(Clock& clock, const ThrottleRates& rates,
                                                           std::shared_ptr<Factory> factory);

} // namespace hawser
