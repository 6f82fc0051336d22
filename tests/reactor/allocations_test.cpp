// SPDX-License-Identifier: MIT
// What a turn of the loop allocates: a program of its own, because it replaces operator new.
#include "reactor_fixture.h"

#include <hawser/protocols/echo.h>
#include <hawser/protocols/line_receiver.h>

#include <malloc.h>

#include <cstdlib>
#include <new>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Reactor;

namespace {

bool counting = false;
std::size_t allocations = 0;
std::ptrdiff_t bytes = 0; // allocated and not freed

constexpr std::ptrdiff_t heap_header = 8; // of glibc, before each block

std::ptrdiff_t size_of(void* memory) {
    return static_cast<std::ptrdiff_t>(malloc_usable_size(memory)) + heap_header;
}

} // namespace

void* operator new(std::size_t size) {
    void* memory = std::malloc(size);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    if (counting) {
        ++allocations;
        bytes += size_of(memory);
    }
    return memory;
}

void operator delete(void* memory) noexcept {
    if (counting && memory != nullptr) {
        bytes -= size_of(memory);
    }
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
    operator delete(memory);
}

namespace {

class LineEcho final : public hawser::LineReceiver {
    void line_received(std::string_view line) override { send_line(line); }
};

/// What comes is told to all others.
class Teller final : public hawser::Protocol {
public:
    explicit Teller(std::vector<hawser::Transport*>& room) : room_(room) {}

private:
    void connection_made() override { room_.push_back(&transport()); }
    void data_received(hawser::Bytes data) override {
        for (hawser::Transport* member : room_) {
            if (member != &transport()) {
                member->write(data);
            }
        }
    }
    void connection_lost(std::error_code) override { std::erase(room_, &transport()); }

    std::vector<hawser::Transport*>& room_;
};

class Counter final : public hawser::Protocol {
public:
    explicit Counter(std::size_t& read) : read_(read) {}

private:
    void data_received(hawser::Bytes data) override { read_ += data.size(); }

    std::size_t& read_;
};

struct Server {
    Server(const std::string& endpoint, std::shared_ptr<hawser::Factory> factory)
        : listener(reactor.listen(hawser::Endpoint::parse(endpoint), std::move(factory))) {}

    /// Has \p peer send \p text and waits until \p all have seen \p expected more of it; the turns
    /// of the reactor alone are counted.
    void talk(RawPeer& peer, std::string_view text, std::vector<RawPeer*> all,
              std::size_t expected) {
        peer.send(text);
        peer.pump();
        const std::size_t due = all.empty() ? 0 : all.front()->seen().size() + expected;
        const auto deadline = std::chrono::steady_clock::now() + patience;
        do {
            REQUIRE(std::chrono::steady_clock::now() < deadline);
            counting = true;
            reactor.run_once();
            counting = false;
            for (RawPeer* each : all) {
                each->pump();
            }
        } while (!std::all_of(all.begin(), all.end(),
                              [&](RawPeer* each) { return each->seen().size() >= due; }));
    }

    RawPeer& connect() {
        peers.push_back(std::make_unique<RawPeer>(RawPeer::connect(listener.address())));
        turn_a_little(reactor);
        return *peers.back();
    }

    Reactor reactor{no_signals()};
    hawser::Listener listener;
    std::vector<std::unique_ptr<RawPeer>> peers;
};

} // namespace

TEST_SUITE_BEGIN("Reactor: allocations");

TEST_CASE("an echo allocates nothing, of bytes or of lines") {
    const TemporaryDirectory directory;
    for (const std::string& endpoint :
         {std::string("tcp:127.0.0.1:0"), "unix:" + directory.socket_path()}) {
        for (const auto& factory :
             {hawser::factory_for<hawser::Echo>(), hawser::factory_for<LineEcho>()}) {
            CAPTURE(endpoint);
            Server server(endpoint, factory);
            RawPeer& peer = server.connect();
            server.talk(peer, "warm up\r\n", {&peer}, 9);

            allocations = 0;
            for (int i = 0; i < 100; ++i) {
                server.talk(peer, "hello\r\nworld\r\n", {&peer}, 14);
            }

            CHECK(allocations == 0);
        }
    }
}

TEST_CASE("a read allocates nothing") {
    std::size_t read = 0;
    Server server("tcp:127.0.0.1:0", hawser::factory_for<Counter>(std::ref(read)));
    RawPeer& peer = server.connect();

    allocations = 0;
    for (int i = 0; i < 100; ++i) {
        server.talk(peer, "hello", {}, 0);
    }

    CHECK(read == 500);
    CHECK(allocations == 0);
}

TEST_CASE("to write to others allocates nothing") {
    std::vector<hawser::Transport*> room;
    Server server("tcp:127.0.0.1:0", hawser::factory_for<Teller>(std::ref(room)));
    RawPeer& speaker = server.connect();
    const std::vector<RawPeer*> others{&server.connect(), &server.connect(), &server.connect()};
    server.talk(speaker, "warm up", others, 7);

    allocations = 0;
    for (int i = 0; i < 100; ++i) {
        server.talk(speaker, "hello", others, 5);
    }

    CHECK(allocations == 0);
}

TEST_CASE("an idle connection that has been answered owns at most 500 bytes") {
    constexpr std::ptrdiff_t connections = 200;
    Server server("tcp:127.0.0.1:0", hawser::factory_for<hawser::Echo>());
    RawPeer& first = server.connect();
    server.talk(first, "warm up", {&first}, 7);

    bytes = 0;
    for (std::ptrdiff_t i = 0; i < connections; ++i) {
        server.peers.push_back(
            std::make_unique<RawPeer>(RawPeer::connect(server.listener.address())));
        server.talk(*server.peers.back(), "hello", {server.peers.back().get()}, 5);
    }

    MESSAGE("bytes a connection: ", bytes / connections);
    CHECK(bytes / connections <= 500);
}

TEST_SUITE_END();
