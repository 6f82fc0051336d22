// SPDX-License-Identifier: MIT
// What a line costs in a LineReceiver, from a read that is in memory already to line_received(),
// beside the loop of the hand-written servers.
#include "../peers/lines.h"
#include "micro.h"

#include <hawser/protocols/line_receiver.h>
#include <hawser/testing/memory_transport.h>

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

using micro::keep;
using micro::operations;

namespace {

class Receiver final : public hawser::LineReceiver {
public:
    std::size_t bytes = 0;

private:
    void line_received(std::string_view line) override { bytes += line.size(); }
};

double received(std::string_view delimiter, const std::string& block) {
    hawser::testing::MemoryTransport transport;
    auto& receiver = transport.attach(std::make_unique<Receiver>());
    receiver.set_delimiter(delimiter);
    return micro::measure([&] {
        transport.deliver(block);
        keep(receiver.bytes);
    });
}

double split(const std::string& block) {
    std::size_t bytes = 0;
    std::string tail;
    return micro::measure([&] {
        bench::split_lines(block, tail, [&bytes](std::string_view line) { bytes += line.size(); });
        keep(bytes);
    });
}

} // namespace

int main() {
    for (const std::size_t size : {8U, 32U, 128U}) {
        std::string unix_block;
        std::string network_block;
        for (int i = 0; i < operations; ++i) {
            unix_block.append(size, 'x').append("\n");
            network_block.append(size, 'x').append("\r\n");
        }
        std::printf("a line of %zu bytes\n", size);
        micro::print("  LineReceiver, ends with CR LF", received("\r\n", network_block));
        micro::print("  LineReceiver, ends with LF", received("\n", unix_block));
        micro::print("  memchr by hand", split(unix_block));
    }
}
