// SPDX-License-Identifier: MIT
/// \file
/// A chat server in memory, and the people who come to it.
#pragma once

#include <hawser/protocols/chat.h>
#include <hawser/testing/manual_clock.h>
#include <hawser/testing/memory_transport.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

inline const std::string name_question = "What is your name?\n";

struct ChatServer {
    hawser::testing::ManualClock clock;
    hawser::ChatFactory factory;

    explicit ChatServer(const hawser::ChatOptions& options = {}) : factory(clock, options) {}

    /// Nobody types for so long that every bucket is full again.
    void rest() { clock.advance(std::chrono::seconds(10)); }
};

/// Somebody with nc.
struct ChatPerson {
    hawser::testing::MemoryTransport transport;

    explicit ChatPerson(ChatServer& server) {
        transport.attach(server.factory.build_protocol(transport.peer()));
    }
    ChatPerson(ChatServer& server, const std::string& name) : ChatPerson(server) { ask(name); }

    /// Types \p line; what is on the screen since the last time.
    std::string ask(const std::string& line) {
        transport.deliver(line + "\n");
        return screen();
    }
    std::string screen() { return transport.take_sent(); }
};

inline std::size_t count(std::string_view text, std::string_view what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) {
        ++found;
    }
    return found;
}
