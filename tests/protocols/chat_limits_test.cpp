// SPDX-License-Identifier: MIT
#include "chat_server.h"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

using namespace std::chrono_literals;

namespace {

std::string lines(int count) {
    std::string text;
    for (int i = 1; i <= count; ++i) {
        text += "line " + std::to_string(i) + "\n";
    }
    return text;
}

} // namespace

TEST_SUITE("Chat") {
    TEST_CASE("a crowd is counted, not listed") {
        ChatServer server;
        std::vector<std::unique_ptr<ChatPerson>> crowd;
        for (int i = 100; i < 160; ++i) {
            crowd.push_back(std::make_unique<ChatPerson>(server, "p" + std::to_string(i)));
        }
        crowd[0]->screen();

        const std::string who = crowd[0]->ask("/who");

        CHECK(who.starts_with("In lobby: p100, p101, "));
        CHECK(who.ends_with(", p149 and 10 more\n"));
    }

    TEST_CASE("who does not read is dropped at the limit, and the others are told") {
        ChatServer server({.lines_per_second = 0, .write_limit = 10'000});
        ChatPerson alice(server, "alice");
        ChatPerson bob(server, "bob");
        alice.screen();
        bob.transport.hold_output();

        for (int i = 0; i < 200 && !bob.transport.closing(); ++i) {
            alice.ask(std::string(500, 'x'));
        }

        CHECK(bob.transport.lost());
        CHECK(bob.transport.aborted());
        CHECK(alice.screen() == "* bob has left (does not read)\n");
    }

    TEST_CASE("a line over the limit is answered, and ends the connection") {
        ChatServer server({.line = 64});
        ChatPerson alice(server, "alice");
        ChatPerson bob(server, "bob");
        alice.screen();
        bob.screen();

        CHECK(bob.ask(std::string(64, 'x') + "\r").empty()); // the end of the line does not count
        CHECK(alice.screen() == "<bob> " + std::string(64, 'x') + "\n");

        CHECK(bob.ask(std::string(65, 'x')) ==
              "Line too long: a line can have at most 64 bytes. Goodbye!\n");
        CHECK(bob.transport.lost());
        CHECK(alice.screen() == "* bob has left (line too long)\n");
    }

    TEST_CASE("who gives no name in time is told so and dropped, bad names or not") {
        ChatServer server;
        ChatPerson silent(server);
        ChatPerson alice(server, "alice");
        silent.screen();
        server.clock.advance(59s);
        silent.ask("");
        CHECK(!silent.transport.lost());

        server.clock.advance(1s);

        CHECK(silent.screen() == "You gave no name in time. Goodbye!\n");
        CHECK(silent.transport.lost());

        server.clock.advance(24h);

        CHECK(!alice.transport.lost());
        CHECK(server.clock.scheduled() == 0);
    }

    TEST_CASE("a pasted page arrives whole, at the rate, and who pastes is told") {
        ChatServer server;
        ChatPerson alice(server, "alice");
        ChatPerson bob(server, "bob");
        server.rest();
        alice.screen();
        bob.screen();

        alice.transport.deliver(lines(50));

        CHECK(bob.screen().ends_with("<alice> line 20\n"));
        CHECK(alice.transport.paused());

        server.clock.advance(99ms);
        alice.transport.turn();
        CHECK(bob.screen().empty());

        server.clock.advance(1ms);
        alice.transport.turn();
        CHECK(bob.screen() == "<alice> line 21\n");
        CHECK(alice.screen() == "* you write fast: your lines go out at 10 a second\n");

        std::string rest;
        for (int i = 0; i < 30; ++i) {
            server.clock.advance(100ms);
            alice.transport.turn();
            rest += bob.screen();
        }
        CHECK(count(rest, "\n") == 29);
        CHECK(rest.ends_with("<alice> line 50\n"));
        CHECK(!alice.transport.paused());
        CHECK(!alice.transport.closing());
        CHECK(alice.screen().empty());
    }

    TEST_CASE("a page may be pasted again after a rest") {
        ChatServer server;
        ChatPerson alice(server, "alice");
        ChatPerson bob(server, "bob");
        bob.screen();

        for (int page = 0; page < 3; ++page) {
            server.rest();
            alice.transport.deliver(lines(100));
            for (int i = 0; i < 100; ++i) {
                server.clock.advance(100ms);
                alice.transport.turn();
            }
        }

        CHECK(!alice.transport.closing());
        CHECK(count(bob.screen(), "<alice>") == 300);
    }

    TEST_CASE("who goes on flooding is told why and ends; the room saw no more than the rate") {
        ChatServer server({.lines_per_second = 10, .burst = 5, .paste = 10});
        ChatPerson alice(server, "alice");
        ChatPerson bob(server, "bob");
        server.rest();
        alice.screen();
        bob.screen();

        alice.transport.deliver(lines(1000));
        for (int i = 0; i < 100; ++i) {
            server.clock.advance(100ms);
            alice.transport.turn();
        }

        CHECK(alice.screen().ends_with("You write faster than 10 lines a second. Goodbye!\n"));
        CHECK(alice.transport.lost());
        const std::string seen = bob.screen();
        CHECK(count(seen, "<alice>") == 16);
        CHECK(seen.ends_with("<alice> line 16\n* alice has left (wrote too fast)\n"));
    }

    TEST_CASE("who keeps to the rate may write for ever") {
        ChatServer server;
        ChatPerson alice(server, "alice");
        for (int i = 0; i < 1000; ++i) {
            server.clock.advance(110ms);
            alice.ask("hi");
        }

        CHECK(!alice.transport.closing());
        CHECK(count(alice.screen(), "fast") == 0);
    }

    TEST_CASE("an unnamed guesser of names is paced too") {
        ChatServer server({.burst = 5});
        ChatPerson unnamed(server);

        unnamed.transport.deliver("/\n/\n/\n/\n/\n/\n/\n/\n");

        CHECK(count(unnamed.screen(), name_question) == 1 + 5);
    }

    TEST_CASE("the end of a connection stops its timers") {
        ChatServer server({.burst = 1});
        ChatPerson unnamed(server);
        ChatPerson alice(server, "alice");
        CHECK(alice.transport.paused());
        CHECK(server.clock.scheduled() == 2);

        unnamed.transport.lose(std::make_error_code(std::errc::connection_reset));
        alice.transport.lose(std::make_error_code(std::errc::connection_reset));

        CHECK(server.clock.scheduled() == 0);
    }

    TEST_CASE("nothing is left behind by who comes and goes") {
        ChatServer server;
        for (int i = 0; i < 100; ++i) {
            ChatPerson bob(server, "bob");
            bob.ask("/join den" + std::to_string(i));
            if (i % 2 == 0) {
                bob.transport.end(); // the others are destroyed as they are
            }
        }

        const auto rooms = server.factory.rooms().rooms();

        REQUIRE(rooms.size() == 1);
        CHECK(rooms[0].people == 0);
        CHECK(server.clock.scheduled() == 0);
    }
}
