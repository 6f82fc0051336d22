// SPDX-License-Identifier: MIT
/// \file
/// NetstringReceiver, for protocols that speak in netstrings: `5:hello,`.
#pragma once

#include <hawser/core/export.h>
#include <hawser/protocols/string_receiver.h>

#include <optional>

namespace hawser {

/// Strings as D. J. Bernstein's netstrings: the length in decimal digits, without leading zeros, a
/// colon, the bytes, a comma. A peer that sends anything else ends with Errc::protocol_error.
class HAWSER_API NetstringReceiver : public StringReceiver {
public:
    ~NetstringReceiver() override;
    void send_string(Bytes string) override;

private:
    std::optional<Found> find_string(Bytes input) override;
};

} // namespace hawser
