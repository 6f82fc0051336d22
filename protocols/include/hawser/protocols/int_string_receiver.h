// SPDX-License-Identifier: MIT
/// \file
/// Int8StringReceiver, Int16StringReceiver and Int32StringReceiver, for strings behind a binary
/// length.
#pragma once

#include <hawser/core/export.h>
#include <hawser/protocols/string_receiver.h>

#include <cstddef>
#include <optional>

namespace hawser {

/// Strings behind their length in 1, 2 or 4 octets, the highest first. Derive from one of those
/// below.
class HAWSER_API IntStringReceiver : public StringReceiver {
public:
    ~IntStringReceiver() override;
    void send_string(Bytes string) override;

protected:
    explicit IntStringReceiver(std::size_t length_octets) noexcept;

private:
    std::optional<Found> find_string(Bytes input) override;

    std::size_t octets_; // of the length
};

class HAWSER_API Int8StringReceiver : public IntStringReceiver {
public:
    Int8StringReceiver() noexcept;
    ~Int8StringReceiver() override;
};

class HAWSER_API Int16StringReceiver : public IntStringReceiver {
public:
    Int16StringReceiver() noexcept;
    ~Int16StringReceiver() override;
};

class HAWSER_API Int32StringReceiver : public IntStringReceiver {
public:
    Int32StringReceiver() noexcept;
    ~Int32StringReceiver() override;
};

} // namespace hawser
