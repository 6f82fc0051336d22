// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <array>
#include <atomic>
#include <csignal>
#include <thread>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Reactor;

TEST_SUITE_BEGIN("Reactor: threads");

TEST_CASE("ten threads post a hundred thousand calls each: all run, in each thread's order") {
    constexpr std::size_t threads = 10;
    constexpr std::size_t calls = 100'000;
    Reactor reactor(no_signals());
    std::array<std::size_t, threads> next{}; // of the loop's thread alone
    std::size_t out_of_order = 0;
    std::size_t ran = 0;
    std::vector<std::thread> posting;
    for (std::size_t thread = 0; thread < threads; ++thread) {
        posting.emplace_back([&, thread] {
            for (std::size_t i = 0; i < calls; ++i) {
                reactor.call_from_thread([&, thread, i] {
                    out_of_order += next[thread]++ == i ? 0 : 1;
                    if (++ran == threads * calls) {
                        reactor.stop();
                    }
                });
            }
        });
    }

    CHECK(runs(reactor));
    for (std::thread& thread : posting) {
        thread.join();
    }

    CHECK(ran == threads * calls);
    CHECK(out_of_order == 0);
}

TEST_CASE("a thread wakes a reactor that sleeps") {
    Reactor reactor(no_signals());
    std::thread thread;
    reactor.when_running(
        [&] { thread = std::thread([&] { reactor.call_from_thread([&] { reactor.stop(); }); }); });

    CHECK(runs(reactor));

    thread.join();
}

TEST_CASE("each thread has its reactor, and they talk over sockets") {
    constexpr std::size_t threads = 4;
    Reactor servers(no_signals());
    Story served;
    served.echo = true;
    const auto listener = servers.listen("tcp:127.0.0.1:0", telling(served));
    const auto endpoint = hawser::Endpoint::tcp("127.0.0.1", listener.address().port());
    std::atomic<std::size_t> answered = 0;
    std::size_t finished = 0; // of the servers' thread alone

    std::vector<std::thread> talking;
    for (std::size_t thread = 0; thread < threads; ++thread) {
        talking.emplace_back([&] {
            Reactor reactor(no_signals());
            Story client;
            client.during = [&](std::string_view event) {
                if (event == "connection_made") {
                    client.transport->write("hello");
                } else if (event == "data_received" && client.data == "hello") {
                    answered += 1;
                    reactor.stop();
                }
            };
            const auto connecting = reactor.connect(endpoint, telling(client));
            (void)runs(reactor);
            servers.call_from_thread([&] {
                if (++finished == threads) {
                    servers.stop();
                }
            });
        });
    }
    const bool in_time = runs(servers);
    for (std::thread& thread : talking) {
        thread.join();
    }

    CHECK(in_time);
    CHECK(answered == threads);
}

TEST_CASE("one signal stops the reactors of all threads") {
    constexpr std::size_t threads = 3;
    std::atomic<std::size_t> running = 0;
    std::atomic<std::size_t> ended = 0;
    std::vector<std::thread> loops;
    for (std::size_t thread = 0; thread < threads; ++thread) {
        loops.emplace_back([&] {
            Reactor reactor;
            reactor.when_running([&] {
                if (++running == threads) {
                    ::kill(::getpid(), SIGTERM);
                }
            });
            ended += runs(reactor) ? 1U : 0U;
        });
    }
    for (std::thread& loop : loops) {
        loop.join();
    }

    CHECK(ended == threads);
}

TEST_SUITE_END();
