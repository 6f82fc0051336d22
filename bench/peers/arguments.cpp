// SPDX-License-Identifier: MIT
#include "arguments.h"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace bench {
namespace {

constexpr const char* usage =
    "usage: %s MODE WHERE\n"
    "\n"
    "A server for the benchmark; it runs in the foreground until SIGTERM.\n"
    "\n"
    "  MODE   echo: every byte goes back\n"
    "         line: every line, ended by \\n, goes back\n"
    "         chat: every line goes to everybody else\n"
    "         udp: every datagram goes back\n"
    "  WHERE  a port on 127.0.0.1, or the path of a Unix socket, starting with /\n";

Mode parse_mode(std::string_view text) {
    if (text == "echo") {
        return Mode::echo;
    }
    if (text == "line") {
        return Mode::line;
    }
    if (text == "chat") {
        return Mode::chat;
    }
    if (text == "udp") {
        return Mode::udp;
    }
    throw std::invalid_argument("'" + std::string(text) + "' is no mode: echo, line, chat or udp");
}

} // namespace

Arguments read_arguments(int argc, char** argv) {
    if (argc == 2 && (std::string_view(argv[1]) == "--help" || std::string_view(argv[1]) == "-h")) {
        std::printf(usage, argv[0]);
        std::exit(0);
    }
    if (argc != 3) {
        std::fprintf(stderr, usage, argv[0]);
        std::exit(2);
    }
    try {
        return {parse_mode(argv[1]), parse_where(argv[2])};
    } catch (const std::invalid_argument& error) {
        std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
        std::exit(2);
    }
}

} // namespace bench
