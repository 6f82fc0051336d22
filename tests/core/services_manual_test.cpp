// SPDX-License-Identifier: MIT
// The code of docs/services.md and docs/testing.md.
#include <hawser/core/client_service.h>
#include <hawser/core/server_service.h>
#include <hawser/core/service_group.h>
#include <hawser/core/timer_service.h>
#include <hawser/protocols/echo.h>
#include <hawser/protocols/line_receiver.h>
#include <hawser/testing/memory_network.h>

#include <doctest/doctest.h>

#include <string>

using namespace hawser;
using namespace std::chrono_literals;
using hawser::testing::MemoryNetwork;

namespace {

/// Counts what the server says, and can ask it for more.
class Feed final : public LineReceiver {
public:
    explicit Feed(int& lines) : lines_(lines) {}
    void ask() { send_line("more"); }

private:
    void line_received(std::string_view) override { ++lines_; }

    int& lines_;
};

class CacheService final : public Service {
public:
    explicit CacheService(std::string& log) : log_(log) {}
    void start() override { log_ += "open "; }
    Deferred<> stop() override {
        log_ += "closed ";
        return Deferred<>::succeed();
    }

private:
    std::string& log_;
};

} // namespace

TEST_SUITE_BEGIN("the manual: services");

TEST_CASE("a group of a cache, a server and a timer") {
    MemoryNetwork network;
    Clock& clock = network.clock();
    std::string log;
    int ticks = 0;

    ServiceGroup services;
    services.add(std::make_unique<CacheService>(log), "cache");
    services.add(std::make_unique<ServerService>(network, "tcp:8000", factory_for<Echo>()), "echo");
    services.add(std::make_unique<TimerService>(clock, 60s, [&] { ++ticks; }));
    services.start();

    network.advance(2min);
    CHECK(ticks == 3);
    Deferred<> stopped = services.stop().then([&] { log += "stopped"; });
    CHECK(log == "open closed stopped");
    CHECK(network.leftovers() == "");
}

TEST_CASE("a client that is told where it is connected") {
    MemoryNetwork network;
    Listener listener = network.listen("tcp:8000", factory_for<Echo>());
    int lines = 0;

    ClientService client(network, network.clock(), "tcp:8000", factory_for<Feed>(std::ref(lines)));
    client.start();
    Deferred<> asked = client.when_connected<Feed>().then([](Feed* feed) { feed->ask(); });

    network.pump();
    CHECK(lines == 1);
}

TEST_CASE("a server that comes back is found again") {
    MemoryNetwork network;
    ClientService client(network, network.clock(), "tcp:8000", factory_for<LineReceiver>());
    client.start();
    network.pump(); // nobody listens yet
    CHECK(network.asked().size() == 1);

    Listener listener = network.listen("tcp:8000", factory_for<Echo>());
    network.advance(100ms);
    CHECK(network.asked().size() == 2);

    Deferred<> stopped = client.stop();
    listener.stop_listening();
    network.pump();
    CHECK(network.leftovers() == "");
}

TEST_SUITE_END();
