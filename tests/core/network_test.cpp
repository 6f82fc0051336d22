// SPDX-License-Identifier: MIT
#include <hawser/core/network.h>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

using hawser::Address;
using hawser::Deferred;
using hawser::Endpoint;
using hawser::Factory;
using hawser::Listener;
using hawser::Promise;
using hawser::Protocol;

namespace {

/// Gives the Deferred of a promise that the test resolves.
class PromisedNetwork final : public hawser::Network {
public:
    Promise<Protocol*> promise;
    std::shared_ptr<Factory> factory;

    using Network::connect;
    Listener listen(const Endpoint&, std::shared_ptr<Factory>) override { return {}; }
    Deferred<Protocol*> connect(const Endpoint&, std::shared_ptr<Factory> given) override {
        factory = std::move(given);
        return promise.deferred();
    }
};

struct Client final : Protocol {
    explicit Client(std::string n) : name(std::move(n)) {}
    std::string name;
};

/// Says when it is gone.
class CountedPort final : public Listener::Port {
public:
    explicit CountedPort(std::vector<std::string>& calls) : calls_(calls) {}
    ~CountedPort() override { calls_.emplace_back("gone"); }
    [[nodiscard]] const Address& address() const noexcept override { return address_; }
    void stop_listening() noexcept override { listening_ = false; }
    [[nodiscard]] bool listening() const noexcept override { return listening_; }

private:
    std::vector<std::string>& calls_;
    Address address_ = Address::ipv4({127, 0, 0, 1}, 8000);
    bool listening_ = true;
};

} // namespace

TEST_SUITE_BEGIN("Network");

TEST_CASE("connect of a type gives a pointer of that type, made from copies of the arguments") {
    PromisedNetwork network;
    Client* seen = nullptr;
    auto deferred =
        network.connect<Client>("tcp:h:80", "Ada").then([&](Client* client) { seen = client; });

    const auto made = network.factory->build_protocol(Address());
    network.promise.resolve(made.get());

    CHECK(seen == made.get());
    CHECK(seen->name == "Ada");
}

TEST_CASE("dropping what connect gave gives the attempt up") {
    PromisedNetwork network;

    { auto deferred = network.connect<Client>("tcp:h:80", "Ada"); }

    CHECK_FALSE(network.promise.wanted());
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("Listener");

TEST_CASE("it asks its port, and drops it with itself") {
    std::vector<std::string> calls;
    {
        Listener listener(std::make_unique<CountedPort>(calls));
        CHECK(listener.listening());
        CHECK(listener.address().port() == 8000);
        listener.stop_listening();
        listener.stop_listening();
        CHECK_FALSE(listener.listening());
        CHECK(listener.address().port() == 8000);

        Listener moved(std::move(listener));
        CHECK(calls.empty());
        moved = Listener(std::make_unique<CountedPort>(calls));
        CHECK(calls.size() == 1);
    }

    CHECK(calls.size() == 2);
}

TEST_CASE("of nothing it does nothing") {
    Listener listener;

    listener.stop_listening();

    CHECK_FALSE(listener.listening());
    CHECK(listener.address() == Address());
}

TEST_SUITE_END();
