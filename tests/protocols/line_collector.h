// SPDX-License-Identifier: MIT
/// \file
/// LineCollector, a LineReceiver that notes what it is told, and a connection to try it on.
#pragma once

#include <hawser/core/transport.h>
#include <hawser/protocols/line_receiver.h>
#include <hawser/testing/memory_transport.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

using Lines = std::vector<std::string>;

/// Notes all it is told: a line as it is, raw data as "raw:...", an overflow as "over:...".
class LineCollector : public hawser::LineReceiver {
public:
    Lines seen;
    std::error_code reason;
    bool keeps_overflow = false;
    std::function<void(std::string_view)> on_line = [](std::string_view) {};
    std::function<void(hawser::Bytes)> on_raw = [](hawser::Bytes) {};
    std::function<void(hawser::Bytes)> on_overflow = [](hawser::Bytes) {};

    using LineReceiver::transport;

private:
    void line_received(std::string_view line) override {
        seen.emplace_back(line);
        on_line(line);
    }
    void raw_data_received(hawser::Bytes data) override {
        seen.emplace_back("raw:" + std::string(data));
        on_raw(data);
    }
    void line_length_exceeded(hawser::Bytes data) override {
        seen.emplace_back("over:" + std::string(data));
        on_overflow(data);
        if (!keeps_overflow) {
            LineReceiver::line_length_exceeded(data);
        }
    }
    void connection_lost(std::error_code error) override { reason = error; }
};

/// One that is connected.
struct LineConnection {
    hawser::testing::MemoryTransport transport;
    LineCollector& collector = transport.attach(std::make_unique<LineCollector>());

    const Lines& seen() {
        transport.turn();
        return collector.seen;
    }
};
