// SPDX-License-Identifier: MIT
#include <hawser/core/endpoint_kind.h>
#include <hawser/core/error.h>
#include <hawser/core/network.h>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

using hawser::Deferred;
using hawser::Endpoint;
using hawser::EndpointError;
using hawser::EndpointKind;
using hawser::EndpointKinds;
using hawser::Factory;
using hawser::Listener;
using hawser::Network;
using hawser::Protocol;

namespace {

/// `local:8000` is a port of this machine alone.
class LocalKind final : public EndpointKind {
public:
    void check(const EndpointKinds&, const Endpoint& endpoint) const override {
        (void)meant_by(endpoint);
    }
    Listener listen(Network& network, const Endpoint& endpoint,
                    std::shared_ptr<Factory> factory) override {
        return network.listen(meant_by(endpoint), std::move(factory));
    }

private:
    static Endpoint meant_by(const Endpoint& endpoint) {
        try {
            return Endpoint("tcp:" + endpoint.rest() + ":interface=127.0.0.1");
        } catch (const EndpointError&) {
            const std::string text = to_string(endpoint);
            throw EndpointError(text, text.size() - endpoint.rest().size() + 1, "not a port");
        }
    }
};

/// Wraps another, as haproxy does.
class WrappingKind final : public EndpointKind {
public:
    void check(const EndpointKinds& kinds, const Endpoint& endpoint) const override {
        kinds.check_inner(endpoint);
    }
};

class ToldNetwork final : public Network {
public:
    std::vector<std::string> told;

    Listener listen(const Endpoint& endpoint, std::shared_ptr<Factory> factory) override {
        told.push_back("listen " + to_string(endpoint));
        return endpoint.kind() == Endpoint::Kind::registered
                   ? kinds_.of(endpoint).listen(*this, endpoint, std::move(factory))
                   : Listener();
    }
    Deferred<Protocol*> connect(const Endpoint& endpoint,
                                std::shared_ptr<Factory> factory) override {
        return kinds_.of(endpoint).connect(*this, endpoint, std::move(factory));
    }
    Listener bind(const Endpoint& endpoint,
                  std::unique_ptr<hawser::DatagramProtocol> protocol) override {
        return kinds_.of(endpoint).bind(*this, endpoint, std::move(protocol));
    }
    EndpointKinds& kinds() override { return kinds_; }

private:
    EndpointKinds kinds_;
};

/// Has no kinds, and no datagrams.
class PlainNetwork final : public Network {
public:
    Listener listen(const Endpoint&, std::shared_ptr<Factory>) override { return {}; }
    Deferred<Protocol*> connect(const Endpoint&, std::shared_ptr<Factory>) override { return {}; }
};

} // namespace

TEST_SUITE_BEGIN("EndpointKinds");

TEST_CASE("a kind that was added gives its work to another endpoint of the network") {
    ToldNetwork network;
    network.kinds().add("local", std::make_unique<LocalKind>());

    (void)network.listen("local:8000", nullptr);

    CHECK(network.told ==
          std::vector<std::string>{"listen local:8000", "listen tcp:127.0.0.1:8000"});
}

TEST_CASE("a kind that nobody added is an error that names those there are, or the nearest") {
    ToldNetwork network;
    network.kinds().add("local", std::make_unique<LocalKind>());

    CHECK_THROWS_WITH((void)network.listen("nosuch:1", nullptr),
                      "bad endpoint \"nosuch:1\", column 1: no endpoint kind \"nosuch\": there are "
                      "tcp, udp, unix, unixgram, fd, vsock, tipc, stdio, systemd and local");
    CHECK_THROWS_WITH(
        (void)network.connect("loacl:1", nullptr),
        "bad endpoint \"loacl:1\", column 1: no endpoint kind \"loacl\"; did you mean "
        "local?");
    CHECK_THROWS_AS((void)network.bind("tpc:1", nullptr), EndpointError);
}

TEST_CASE("an endpoint is checked without opening anything") {
    EndpointKinds kinds;
    kinds.add("local", std::make_unique<LocalKind>());
    kinds.add("around", std::make_unique<WrappingKind>());

    kinds.check("tcp:80");
    kinds.check("local:80");
    kinds.check("around:around:local:80");
    CHECK_THROWS_WITH(kinds.check("local:http"),
                      "bad endpoint \"local:http\", column 7: not a port");
    CHECK_THROWS_WITH(kinds.check("around:around:local:http"),
                      "bad endpoint \"around:around:local:http\", column 21: not a port");
    CHECK_THROWS_WITH(kinds.check("around:tcp:http"),
                      "bad endpoint \"around:tcp:http\", column 12: a port is a number from 0 to "
                      "65535");
    CHECK_THROWS_WITH(kinds.check("around:arround:tcp:80"),
                      "bad endpoint \"around:arround:tcp:80\", column 8: no endpoint kind "
                      "\"arround\"; did you mean around?");
}

TEST_CASE("kinds may be brought when one is missing, once") {
    EndpointKinds kinds;
    int calls = 0;
    kinds.when_missing([&] {
        ++calls;
        kinds.add("local", std::make_unique<LocalKind>());
        kinds.add("around", std::make_unique<WrappingKind>());
    });
    kinds.check("tcp:80");
    CHECK(calls == 0);

    kinds.check("around:local:80");
    CHECK_THROWS_WITH_AS(kinds.check("around:lokal:80"),
                         "bad endpoint \"around:lokal:80\", column 8: no endpoint kind \"lokal\"; "
                         "did you mean local?",
                         EndpointError);
    CHECK(calls == 1);
}

TEST_CASE("what a kind does not do is an error of its own") {
    ToldNetwork network;
    network.kinds().add("around", std::make_unique<WrappingKind>());

    CHECK_THROWS_WITH((void)network.listen("around:tcp:80", nullptr),
                      "cannot listen on around:tcp:80: not with this kind of endpoint");
    CHECK_THROWS_WITH((void)network.bind("around:udp:80", nullptr),
                      "cannot bind around:udp:80: not with this kind of endpoint");
    std::string failure;
    auto connecting =
        network.connect("around:tcp:80", nullptr)
            .then([](Protocol*) {},
                  [&](const std::exception_ptr& error) { failure = hawser::message_of(error); });
    CHECK(failure == "cannot connect to around:tcp:80: not with this kind of endpoint");
}

TEST_CASE("a name is given once, and is a lower-case word") {
    EndpointKinds kinds;
    kinds.add("a1+b.c-d", std::make_unique<LocalKind>());

    CHECK_THROWS_WITH(kinds.add("tcp", std::make_unique<LocalKind>()),
                      "cannot add the endpoint kind \"tcp\": it is built in: invalid argument");
    CHECK_THROWS_WITH(kinds.add("a1+b.c-d", std::make_unique<LocalKind>()),
                      "cannot add the endpoint kind \"a1+b.c-d\": there is one already: invalid "
                      "argument");
    for (const std::string name : {"", "Local", "1local", "lo cal", "lo:cal", "-local"}) {
        CHECK_THROWS_WITH(kinds.add(name, std::make_unique<LocalKind>()),
                          ("cannot add the endpoint kind \"" + name +
                           "\": no such word can be one: invalid argument")
                              .c_str());
    }
}

TEST_CASE("a network without kinds says so") {
    PlainNetwork network;

    CHECK_THROWS_WITH((void)network.kinds(),
                      "cannot add a kind of endpoint to this network: operation not supported");
}

TEST_SUITE_END();
