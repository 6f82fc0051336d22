// SPDX-License-Identifier: MIT
#include "guard.h"

#include <hawser/protocols/line_receiver.h>
#include <hawser/testing/memory_transport.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace {

class Counter final : public hawser::LineReceiver {
public:
    std::size_t lines = 0;
    std::size_t bytes = 0;

private:
    void line_received(std::string_view line) override {
        ++lines;
        bytes += line.size();
    }
};

/// 100 reads of 500 lines of 32 bytes, each read ending in the middle of a line.
void parse(std::string_view delimiter) {
    constexpr std::size_t lines = 500;
    constexpr std::size_t reads = 100;
    std::string block;
    for (std::size_t i = 0; i < lines; ++i) {
        block.append(32, 'x').append(delimiter);
    }
    block = block.substr(10) + block.substr(0, 10);
    hawser::testing::MemoryTransport transport;
    auto& counter = transport.attach(std::make_unique<Counter>());
    counter.set_delimiter(delimiter);
    transport.deliver(block.substr(block.size() - 10)); // the head of the first line
    guards::measured([&] {
        for (std::size_t i = 0; i < reads; ++i) {
            transport.deliver(block);
        }
    });
    guards::require(counter.lines == lines * reads && counter.bytes == lines * reads * 32,
                    "lines are missing");
}

} // namespace

void guards::lines() {
    parse("\r\n");
    parse("\n");
}
