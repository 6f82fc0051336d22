// SPDX-License-Identifier: MIT
#include "name_server.h"
#include "reactor_fixture.h"

#include <hawser/core/error.h>
#include <hawser/core/resolver.h>

#include <algorithm>
#include <fstream>
#include <sstream>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Address;
using hawser::Deferred;
using hawser::Endpoint;
using hawser::Listener;
using hawser::Reactor;

namespace {

hawser::ReactorOptions asking(const NameServer& server) {
    hawser::ReactorOptions options = no_signals();
    options.name_servers = server.name();
    return options;
}

/// A reactor and the one name server it knows.
struct Names {
    NameServer server;
    Reactor reactor{asking(server)};
    Names() { server.serve(reactor); }

    /// "192.0.2.1 ::1", or the error's message.
    std::string look_up(std::string_view host) {
        std::string text;
        const auto done = reactor.resolver()
                              .resolve(host)
                              .then([&](const std::vector<Address>& found) {
                                  for (const Address& address : found) {
                                      text += (text.empty() ? "" : " ") + address.ip();
                                  }
                              })
                              .recover([&](const std::exception_ptr& error) {
                                  text = hawser::message_of(error);
                              });
        CHECK(turn_until(reactor, [&] { return done.settled(); }));
        return text;
    }
};

/// A name in /etc/hosts with an address, but for localhost; empty when there is none.
std::string name_in_hosts_file() {
    std::ifstream hosts("/etc/hosts");
    for (std::string line; std::getline(hosts, line);) {
        std::istringstream words(line.substr(0, line.find('#')));
        std::string ip;
        for (std::string name; ip.empty() ? bool(words >> ip) : bool(words >> name);) {
            if (hawser::is_host_name(name) && name != "localhost" && Address::from_ip(ip, 0)) {
                return name;
            }
        }
    }
    return "";
}

} // namespace

TEST_SUITE_BEGIN("Reactor: resolver");

TEST_CASE("a name server is asked for IPv4 and IPv6 addresses") {
    Names names;
    names.server.set("one.example", {"127.0.0.1", "127.0.0.2"});
    names.server.set("both.example", {"127.0.0.1", "::1"});

    const std::string one = names.look_up("one.example");
    const std::string both = names.look_up("both.example");

    CHECK((one == "127.0.0.1 127.0.0.2" || one == "127.0.0.2 127.0.0.1"));
    CHECK((both == "127.0.0.1 ::1" || both == "::1 127.0.0.1"));
    CHECK(std::count(names.server.questions.begin(), names.server.questions.end(),
                     "A both.example") == 1);
    CHECK(std::count(names.server.questions.begin(), names.server.questions.end(),
                     "AAAA both.example") == 1);
}

TEST_CASE("a host that does not exist is not found") {
    Names names;
    CHECK(names.look_up("no.example") == "cannot look up no.example: host not found");
    names.server.set("empty.example", {});
    CHECK(names.look_up("empty.example") == "cannot look up empty.example: host not found");
}

TEST_CASE("localhost, hosts(5) and what is no name are answered without asking") {
    Names names;
    names.server.silent = true;

    CHECK(names.look_up("localhost") == "127.0.0.1 ::1");
    CHECK(names.look_up("printer.LOCALHOST.") == "127.0.0.1 ::1");
    CHECK(names.look_up("a..b") == "cannot look up a..b: bad host name");
    const std::string name = name_in_hosts_file();
    if (!name.empty()) {
        CAPTURE(name);
        CHECK_FALSE(names.look_up(name).starts_with("cannot"));
    }
    CHECK(names.server.questions.empty());
}

TEST_CASE("many look-ups go on at once, and each may be dropped") {
    Names names;
    names.server.set("one.example", {"127.0.0.1"});
    std::vector<Deferred<>> look_ups;
    std::vector<int> found;
    for (int i = 0; i < 20; ++i) {
        look_ups.push_back(names.reactor.resolver()
                               .resolve("one.example")
                               .then([&found, i](const std::vector<Address>& addresses) {
                                   CHECK(addresses.at(0).ip() == "127.0.0.1");
                                   found.push_back(i);
                               }));
    }
    for (std::size_t i = 0; i < look_ups.size(); i += 2) {
        look_ups[i] = {};
    }

    CHECK(turn_until(names.reactor, [&] { return found.size() >= look_ups.size() / 2; }));
    std::sort(found.begin(), found.end());
    CHECK(found == std::vector{1, 3, 5, 7, 9, 11, 13, 15, 17, 19});
}

TEST_CASE("when all were dropped, no socket is left that waits for a silent server") {
    Names names;
    names.server.silent = true;
    { const auto first = names.reactor.resolver().resolve("first.example"); }
    turn_a_little(names.reactor);
    const std::size_t before = open_descriptors();

    auto look_up = names.reactor.resolver().resolve("one.example");
    CHECK(turn_until(names.reactor, [&] { return names.server.questions.size() >= 2; }));
    CHECK(open_descriptors() > before);
    look_up = {};
    turn_a_little(names.reactor);

    CHECK(open_descriptors() == before);
}

TEST_CASE("a silent name server costs an attempt its timeout") {
    Names names;
    names.server.silent = true;
    Story client;
    auto connecting = names.reactor.connect("tcp:one.example:80:timeout=1", telling(client));

    CHECK(turn_until(names.reactor, [&] { return connecting.settled(); }));

    CHECK(failure_of(std::move(connecting)) ==
          "cannot connect to tcp:one.example:80:timeout=1: timed out");
    CHECK(client.saw("stop_factory"));
}

TEST_CASE("a reactor that ends in the middle of a look-up fails it, without waiting") {
    NameServer server;
    server.silent = true;
    std::string told;
    Deferred<> done;
    {
        Reactor reactor(asking(server));
        done = reactor.resolver()
                   .resolve("one.example")
                   .then([](const std::vector<Address>&) {})
                   .recover(
                       [&](const std::exception_ptr& error) { told = hawser::message_of(error); });
    }
    CHECK(told == "cannot look up one.example: canceled");
}

TEST_CASE("a callback may take another resolver while c-ares answers") {
    Names names;
    names.server.set("one.example", {"127.0.0.1"});
    bool told = false;
    const auto done =
        names.reactor.resolver().resolve("one.example").then([&](const std::vector<Address>&) {
            told = true;
            struct Nobody final : hawser::Resolver {
                Deferred<std::vector<Address>> resolve(std::string_view host) override {
                    return Deferred<std::vector<Address>>::fail(hawser::Errc::host_not_found, host);
                }
            };
            names.reactor.set_resolver(std::make_unique<Nobody>());
        });

    CHECK(turn_until(names.reactor, [&] { return told; }));
    CHECK(names.look_up("one.example") == "one.example: host not found");
}

TEST_CASE("name servers that cannot be read fail what needs them") {
    hawser::ReactorOptions options = no_signals();
    options.name_servers = "nonsense";
    Reactor reactor(options);
    Story client;
    auto connecting = reactor.connect("tcp:one.example:80", telling(client));

    CHECK(turn_until(reactor, [&] { return connecting.settled(); }));

    CHECK(failure_of(std::move(connecting)).starts_with("cannot use the name servers nonsense: "));
}

TEST_SUITE_END();
