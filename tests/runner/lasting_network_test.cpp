// SPDX-License-Identifier: MIT
#include "lasting_network.h"

#include <hawser/core/error.h>
#include <hawser/testing/memory_network.h>

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

using hawser::Bytes;
using hawser::Listener;
using hawser::runner::LastingNetwork;
using hawser::testing::MemoryNetwork;

namespace {

/// Its protocols answer with its name; it tells when it is started, stopped and destroyed.
class Named final : public hawser::Factory {
public:
    Named(std::string name, std::vector<std::string>& events)
        : name_(std::move(name)), events_(events) {}
    ~Named() override { events_.push_back(name_ + " gone"); }

    bool fails = false; ///< start_factory() throws

private:
    class Answer final : public hawser::Protocol {
    public:
        explicit Answer(Named& factory) : factory_(factory) {}
        ~Answer() override { factory_.events_.push_back("guest of " + factory_.name_ + " gone"); }

    private:
        void data_received(Bytes) override { transport().write(factory_.name_); }
        Named& factory_;
    };

    std::unique_ptr<hawser::Protocol> build_protocol(const hawser::Address&) override {
        return std::make_unique<Answer>(*this);
    }
    void start_factory() override {
        if (fails) {
            throw std::runtime_error("cannot start");
        }
        events_.push_back(name_ + " started");
    }
    void stop_factory() override { events_.push_back(name_ + " stopped"); }

    std::string name_;
    std::vector<std::string>& events_;
};

/// Asks once it is connected, and again when told.
class Asker final : public hawser::Protocol {
public:
    void ask() { transport().write("?"); }
    void leave() { transport().lose_connection(); }
    std::string heard;

private:
    void connection_made() override { ask(); }
    void data_received(Bytes data) override { heard += data; }
};

struct Fixture {
    std::vector<std::string> events;
    MemoryNetwork below;
    std::optional<LastingNetwork> network{std::in_place, below.clock(), below};

    Listener listen(const std::string& name, const char* endpoint = "tcp:8000") {
        return network->listen(endpoint, named(name));
    }
    std::shared_ptr<Named> named(const std::string& name) {
        return std::make_shared<Named>(name, events);
    }
    /// Valid until the end of its connection.
    Asker* connect(const char* endpoint = "tcp:localhost:8000") {
        Asker* asker = nullptr;
        auto connecting = below.connect<Asker>(endpoint)
                              .then([&](Asker* made) { asker = made; })
                              .recover([](const std::exception_ptr&) {}); // nobody listens
        below.pump();
        return asker;
    }
    std::string who_answers() {
        Asker* const asker = connect();
        if (asker == nullptr) {
            return "nobody";
        }
        std::string heard = asker->heard;
        asker->leave();
        below.pump();
        return heard;
    }
};

using Events = std::vector<std::string>;

} // namespace

TEST_SUITE_BEGIN("LastingNetwork");

TEST_CASE("a socket is handed on to who listens there after a reload") {
    Fixture f;
    Listener old = f.listen("old");
    CHECK(f.who_answers() == "old");

    f.network->begin_reload();
    const Listener fresh = f.listen("new");
    CHECK(fresh.address() == old.address());
    CHECK(f.who_answers() == "new");
    old.stop_listening();

    CHECK_FALSE(old.listening());
    CHECK(fresh.listening());
    CHECK(f.who_answers() == "new");
}

TEST_CASE("when the reload is undone, the one before has the socket again") {
    Fixture f;
    const Listener old = f.listen("old");
    f.network->begin_reload();
    { const Listener fresh = f.listen("new"); }

    CHECK(old.listening());
    CHECK(f.who_answers() == "old");
}

TEST_CASE("the last who leaves closes the socket") {
    Fixture f;
    {
        const Listener old = f.listen("old");
        f.network->begin_reload();
        const Listener fresh = f.listen("new");
    }
    CHECK(f.who_answers() == "nobody");
    f.below.pump();
    CHECK(f.below.leftovers() == "");
}

TEST_CASE("two of one round do not share") {
    Fixture f;
    const Listener one = f.listen("one");
    std::error_code code;
    try {
        (void)f.listen("two");
    } catch (const std::system_error& error) {
        code = error.code();
    }
    CHECK(code == std::errc::address_in_use);
    CHECK(f.who_answers() == "one");
}

TEST_CASE("a port that the system chose is nobody else's") {
    Fixture f;
    const Listener one = f.listen("one", "tcp:0");
    f.network->begin_reload();
    const Listener two = f.listen("two", "tcp:0");
    CHECK(one.address() != two.address());
}

TEST_CASE("other options are another endpoint, which finds the address taken") {
    Fixture f;
    const Listener one = f.listen("one");
    f.network->begin_reload();
    CHECK_THROWS_AS((void)f.listen("two", "tcp:8000:backlog=7"), std::system_error);
    CHECK(f.who_answers() == "one");
}

TEST_CASE("a factory that cannot start changes nothing") {
    Fixture f;
    const Listener old = f.listen("old");
    f.network->begin_reload();
    for (const char* endpoint : {"tcp:8000", "tcp:8001"}) {
        auto broken = f.named("broken");
        broken->fails = true;
        CHECK_THROWS_AS((void)f.network->listen(endpoint, broken), std::runtime_error);
    }
    CHECK(f.who_answers() == "old");
    CHECK(f.connect("tcp:localhost:8001") == nullptr);
}

TEST_CASE("a factory is told of its end from the loop, and lives as long as its connections") {
    Fixture f;
    Listener old = f.listen("old");
    Asker* const guest = f.connect();
    f.network->begin_reload();
    const Listener fresh = f.listen("new");

    old.stop_listening();
    CHECK(f.events == Events{"old started", "new started"});
    f.below.pump();
    f.below.advance(std::chrono::milliseconds(1));
    CHECK(f.events == Events{"old started", "new started", "old stopped"});

    guest->ask();
    f.below.pump();
    CHECK(guest->heard == "oldold");
    f.events.clear();
    guest->leave();
    f.below.pump();
    CHECK(f.events == Events{"guest of old gone", "old gone"});
}

TEST_CASE("a listener that outlives the network does nothing any more") {
    Fixture f;
    Listener old = f.listen("old");
    f.network.reset();
    CHECK_FALSE(old.listening());
    old.stop_listening();
    CHECK(f.events == Events{"old started", "old stopped", "old gone"});
    CHECK(f.who_answers() == "nobody");
}
TEST_SUITE_END();
