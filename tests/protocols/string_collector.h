// SPDX-License-Identifier: MIT
/// \file
/// StringCollector, a receiver of strings that notes what it is told, and a connection to try it
/// on.
#pragma once

#include <hawser/core/transport.h>
#include <hawser/testing/memory_transport.h>

#include <functional>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

using Strings = std::vector<std::string>;

/// Notes a string as it is, and one over the limit as "over:5".
template <class Receiver>
class StringCollector final : public Receiver {
public:
    Strings seen;
    std::error_code reason;
    std::function<void(hawser::Bytes)> on_string = [](hawser::Bytes) {};
    bool keeps_overflow = false;

    using Receiver::transport;

private:
    void string_received(hawser::Bytes string) override {
        seen.emplace_back(string);
        on_string(string);
    }
    void length_limit_exceeded(std::size_t length) override {
        seen.push_back("over:" + std::to_string(length));
        if (!keeps_overflow) {
            Receiver::length_limit_exceeded(length);
        }
    }
    void connection_lost(std::error_code error) override { reason = error; }
};

/// One that is connected.
template <class Receiver>
struct StringConnection {
    hawser::testing::MemoryTransport transport;
    StringCollector<Receiver>& collector =
        transport.attach(std::make_unique<StringCollector<Receiver>>());
};
