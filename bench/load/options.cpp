// SPDX-License-Identifier: MIT
#include "options.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace bench {
namespace {

constexpr const char* usage =
    "usage: hawser_bench_load SCENARIO WHERE [options]\n"
    "\n"
    "Loads a server, checks every byte that comes back, and prints one line of JSON.\n"
    "\n"
    "  WHERE     a port on 127.0.0.1, or the path of a Unix socket, starting with /\n"
    "  SCENARIO  what the server must do, the defaults, and what one operation is:\n"
    "    pingpong  echo, line  50 connections, 64 bytes    a message sent and back\n"
    "    pipeline  echo, line  50 connections, 32 bytes    a line, of a burst of 100\n"
    "    stream    echo         8 connections, 256 KiB     64 KiB back, so much always on its way\n"
    "    fanout    chat       100 members,     64 bytes    a line that reached one member\n"
    "    churn     echo, line  16 connections, 32 bytes    connect, one line there and back, "
    "close\n"
    "    udp       udp         64 on their way, 64 bytes   a datagram there and back\n"
    "    idle      echo, line  1000 connections            none: one line each, then held open\n"
    "                                                      until the standard input ends\n"
    "\n"
    "  --connections N   connections open at once; of udp, datagrams on their way\n"
    "  --size S          bytes of a message, of a line with its \\n, or on their way\n"
    "  --seconds T       how long to measure (2)\n"
    "  --settle T        how long to load the server before that (0.2)\n"
    "  --server-pid PID  report the CPU time this process used while measured\n"
    "  --help            print this\n"
    "\n"
    "Prints 'start' and 'end' as the measured time begins and ends. Exits with 1 if a byte was\n"
    "wrong or missing, with 2 if the command line was.\n";

struct Defaults {
    std::string_view scenario;
    std::size_t connections;
    std::size_t size;
    std::size_t smallest_size;
    std::size_t largest_size;
};

constexpr std::size_t any = 16 * 1024 * 1024;
constexpr std::array defaults{
    Defaults{"pingpong", 50, 64, 1, any},      Defaults{"pipeline", 50, 32, 1, 16 * 1024},
    Defaults{"stream", 8, 256 * 1024, 1, any}, Defaults{"fanout", 100, 64, 20, 4096},
    Defaults{"churn", 16, 32, 1, 4096},        Defaults{"idle", 1000, 32, 1, 4096},
    Defaults{"udp", 64, 64, 8, 2048},
};

const Defaults& defaults_of(std::string_view scenario) {
    for (const Defaults& candidate : defaults) {
        if (candidate.scenario == scenario) {
            return candidate;
        }
    }
    throw std::invalid_argument("'" + std::string(scenario) + "' is no scenario (see --help)");
}

template <typename Number>
Number parse_number(std::string_view option, std::string_view text, Number least, Number most) {
    Number value{};
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end || !(value >= least && value <= most)) {
        throw std::invalid_argument(std::string(option) + " does not take '" + std::string(text) +
                                    "'");
    }
    return value;
}

std::chrono::nanoseconds parse_seconds(std::string_view option, std::string_view text) {
    const std::chrono::duration<double> seconds(parse_number(option, text, 0.0, 3600.0));
    return std::chrono::duration_cast<std::chrono::nanoseconds>(seconds);
}

Options parse(int argc, char** argv) {
    Options options;
    options.scenario = argv[1];
    const Defaults& preset = defaults_of(options.scenario);
    options.connections = preset.connections;
    options.size = preset.size;
    options.where = parse_where(argv[2]);
    for (int i = 3; i < argc; i += 2) {
        const std::string_view option = argv[i];
        const std::string_view value = i + 1 < argc ? argv[i + 1] : "";
        if (option == "--connections") {
            options.connections = parse_number<std::size_t>(option, value, 1, 1'000'000);
        } else if (option == "--size") {
            options.size = parse_number(option, value, preset.smallest_size, preset.largest_size);
        } else if (option == "--seconds") {
            options.measured = parse_seconds(option, value);
        } else if (option == "--settle") {
            options.settle = parse_seconds(option, value);
        } else if (option == "--server-pid") {
            options.server = parse_number<pid_t>(option, value, 1, 1 << 30);
        } else {
            throw std::invalid_argument("unknown option '" + std::string(option) + "'");
        }
    }
    if (options.scenario == "fanout" && options.connections < 2) {
        throw std::invalid_argument("a room needs two connections to talk");
    }
    return options;
}

} // namespace

Options read_options(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        if (std::string_view(argv[i]) == "--help" || std::string_view(argv[i]) == "-h") {
            std::fputs(usage, stdout);
            std::exit(0);
        }
    }
    if (argc < 3) {
        std::fputs(usage, stderr);
        std::exit(2);
    }
    try {
        return parse(argc, argv);
    } catch (const std::invalid_argument& error) {
        std::fprintf(stderr, "hawser_bench_load: %s\n", error.what());
        std::exit(2);
    }
}

} // namespace bench
