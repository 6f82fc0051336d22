// SPDX-License-Identifier: MIT
#include "descriptors.h"
#include "reactor_fixture.h"
#include "system_calls.h"

#include <hawser/core/file_sender.h>
#include <hawser/core/transport.h>

#include <unistd.h>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using contract::file_of;
using hawser::Deferred;
using hawser::Descriptor;
using hawser::Reactor;

namespace {

std::string big_text() {
    std::string text(5'000'000, '\0');
    for (std::size_t i = 0; i < text.size(); ++i) {
        text[i] = static_cast<char>(i * 31 % 251);
    }
    return text;
}

/// A connection, and a peer that takes what it is told to.
struct Served {
    explicit Served(const std::string& endpoint)
        : listener(reactor.listen(endpoint, telling(story))),
          peer(RawPeer::connect(listener.address())) {
        story.stays = true;
        REQUIRE(turn_until(reactor, [&] { return story.transport != nullptr; }));
    }
    ~Served() {
        if (story.transport != nullptr) {
            story.transport->abort_connection();
        }
        (void)turn_until(reactor, [&] { return story.living == 0; });
    }
    template <class Done>
    [[nodiscard]] bool until(Done done) {
        return turn_until(reactor, [&] {
            peer.pump();
            return done();
        });
    }

    Story story;
    Reactor reactor{no_signals()};
    hawser::Listener listener;
    RawPeer peer;
};

} // namespace

TEST_SUITE_BEGIN("Reactor: send_file");

TEST_CASE("over a socket a file is sent without copies, in order with what is written") {
    const TemporaryDirectory directory;
    const std::string text = big_text();
    for (const std::string& endpoint :
         {std::string("tcp:127.0.0.1:0"), "unix:" + directory.socket_path()}) {
        Served served(endpoint);
        system_calls = {};
        std::uint64_t sent = 0;

        served.story.transport->write("head ");
        const Deferred<> sending =
            send_file(*served.story.transport, file_of(text)).then([&](std::uint64_t count) {
                sent = count;
                served.story.transport->write(" tail");
                served.story.transport->lose_connection();
            });
        REQUIRE(served.until([&] { return served.peer.saw_end(); }));

        CHECK((served.peer.seen() == "head " + text + " tail"));
        CHECK(sent == text.size());
        CHECK(system_calls.sendfile > 1);
        CHECK(system_calls.send == 2); // the head and the tail
        CHECK(served.story.reason == std::error_code());
    }
}

TEST_CASE("a peer that does not read holds the file back, and what is written meanwhile waits") {
    const std::string text = big_text();
    Served served("tcp:127.0.0.1:0");
    served.peer.take(false);
    bool done = false;
    const Deferred<> sending =
        send_file(*served.story.transport, file_of(text)).then([&](std::uint64_t) { done = true; });
    turn_a_little(served.reactor);
    const std::size_t calls = system_calls.sendfile;
    turn_a_little(served.reactor);
    CHECK(system_calls.sendfile == calls); // nobody tries in vain
    CHECK(served.story.transport->queued() == 0);

    served.story.transport->write("<between>");
    served.peer.take(true);
    REQUIRE(served.until([&] { return served.peer.seen().size() == text.size() + 9; }));

    CHECK(done);
    std::string rest = served.peer.seen();
    const std::size_t place = rest.find("<between>");
    REQUIRE(place != std::string::npos);
    CHECK((rest.erase(place, 9) == text));
}

TEST_CASE("a peer that resets in the middle ends it, and no signal ends the program") {
    Served served("tcp:127.0.0.1:0");
    served.peer.take(false);
    std::error_code error;
    const Deferred<> sending =
        send_file(*served.story.transport, file_of(big_text()))
            .then([](std::uint64_t) {})
            .recover([&](const std::exception_ptr& failure) { error = hawser::code_of(failure); });
    turn_a_little(served.reactor);

    served.peer.vanish();
    REQUIRE(turn_until(served.reactor, [&] { return served.story.living == 0; }));

    CHECK(error == std::errc::broken_pipe);
    CHECK(served.story.reason);
}

TEST_CASE("a close that was asked for waits for the file") {
    const std::string text = big_text();
    Served served("tcp:127.0.0.1:0");
    const Deferred<> sending =
        send_file(*served.story.transport, file_of(text)).then([](std::uint64_t) {});

    served.story.transport->lose_connection();

    REQUIRE(served.until([&] { return served.peer.saw_end(); }));
    CHECK((served.peer.seen() == text));
}

TEST_CASE("a Deferred that is dropped while the peer does not read lets the close go on") {
    Served served("tcp:127.0.0.1:0");
    served.peer.take(false);
    {
        const Deferred<> sending =
            send_file(*served.story.transport, file_of(big_text())).then([](std::uint64_t) {});
        turn_a_little(served.reactor);
        served.story.transport->lose_connection();
        turn_a_little(served.reactor);
        CHECK(served.story.living == 1);
    }

    REQUIRE(turn_until(served.reactor, [&] { return served.story.living == 0; }));
    CHECK(served.story.reason == std::error_code());
}

TEST_SUITE_END();
