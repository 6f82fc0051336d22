// SPDX-License-Identifier: MIT
// hawser_bench_guards GUARD runs one of the guards; `versions` says what they were built with.
#include "guard.h"

#include <uv.h>

#include <gnu/libc-version.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <utility>

#ifdef __clang__
constexpr const char* compiler = "Clang " __clang_version__;
#else
constexpr const char* compiler = "GCC " __VERSION__;
#endif

extern "C" [[gnu::noinline]] void hawser_guard_measured(void (*work)(void*), void* argument) {
    work(argument);
    asm volatile("" : : : "memory"); // no tail call: callgrind sees the end by the return
}

void guards::require(bool condition, const char* what) {
    if (!condition) {
        std::fprintf(stderr, "hawser_bench_guards: %s\n", what);
        std::exit(1);
    }
}

int main(int argc, char** argv) try {
    constexpr std::array<std::pair<std::string_view, void (*)()>, 5> all{{
        {"echo", guards::echo},
        {"lines", guards::lines},
        {"room", guards::room},
        {"timers", guards::timers},
        {"awaits", guards::awaits},
    }};
    const std::string_view wanted = argc == 2 ? argv[1] : "";
    if (wanted == "versions") {
        std::printf("%s, glibc %s, libuv %s, %s\n", compiler, gnu_get_libc_version(),
                    uv_version_string(), BENCH_BUILD);
        return 0;
    }
    for (const auto& [name, run] : all) {
        if (name == wanted) {
            run();
            return 0;
        }
    }
    std::fputs("usage: hawser_bench_guards echo|lines|room|timers|awaits|versions\n", stderr);
    return 2;
} catch (const std::exception& error) {
    std::fprintf(stderr, "hawser_bench_guards: %s\n", error.what());
    return 1;
}
