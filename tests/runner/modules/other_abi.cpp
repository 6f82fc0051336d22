// SPDX-License-Identifier: MIT
// Built for a hawser whose descriptor is another: all that can be trusted is its first number.
#include <cstdint>

namespace hawser {
struct Plugin {
    std::uint32_t abi;
};
} // namespace hawser

extern "C" [[gnu::visibility("default")]] const hawser::Plugin* hawser_plugin() {
    static const hawser::Plugin other{4711};
    return &other;
}
