// SPDX-License-Identifier: MIT
#include <hawser/testing/memory_loop.h>

#include <stdexcept>

namespace hawser::testing {

namespace {

constexpr std::size_t most_turns = 100'000;

} // namespace

MemoryLoop::~MemoryLoop() = default;

void MemoryLoop::turn_until_quiet(std::size_t waiting) {
    if (inside_) { // a callback that looks at its own transport: the loop goes on after it
        return;
    }
    from_loop([&] {
        for (std::size_t turns = 0; turns < most_turns + waiting; ++turns) {
            const bool more = turn.run();
            if (!deliver_next() && !more && !tell_end()) {
                return;
            }
        }
        throw std::logic_error("the protocol does not come to rest");
    });
}

} // namespace hawser::testing
