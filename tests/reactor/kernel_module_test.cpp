// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/core/error.h>

#include <sys/socket.h>
#include <unistd.h>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Address;
using hawser::Endpoint;
using hawser::Error;
using hawser::Listener;
using hawser::Reactor;

namespace {

bool kernel_has(int family) {
    return Fd(::socket(family, SOCK_STREAM, 0)).open();
}

bool has_vsock_loopback() {
    return ::access("/sys/module/vsock_loopback", F_OK) == 0;
}

/// Connects to \p where, says hello, hears it back.
void check_echo(Reactor& reactor, Story& served, const Endpoint& where) {
    Story client;
    served.echo = true;
    auto connecting = reactor.connect(where, telling(client));
    CHECK(turn_until(reactor, [&] { return connecting.settled(); }));
    REQUIRE(failure_of(std::move(connecting)) == "");

    client.transport->write("hello");

    CHECK(turn_until(reactor, [&] { return client.data == "hello"; }));
    client.transport->lose_connection();
    CHECK(turn_until(reactor, [&] { return client.saw("gone") && served.living == 0; }));
}

/// That to listen and to connect fail by naming \p module.
void check_module_named(const std::string& endpoint, const std::string& module) {
    Reactor reactor(no_signals());
    Story story;
    const std::string why = endpoint + ": not in this kernel (modprobe " + module +
                            "): address family not supported by protocol";
    CHECK_THROWS_WITH_AS((void)reactor.listen(endpoint, telling(story)),
                         ("cannot listen on " + why).c_str(), Error);
    auto connecting = reactor.connect(endpoint, telling(story));
    CHECK(turn_until(reactor, [&] { return connecting.settled(); }));
    CHECK(failure_of(std::move(connecting)) == "cannot connect to " + why);
}

} // namespace

TEST_SUITE_BEGIN("Reactor: families of kernel modules");

TEST_CASE("vsock listens, and carries connections where there is a loopback") {
    if (!kernel_has(AF_VSOCK)) {
        check_module_named("vsock:1024", "vsock");
        return;
    }
    Reactor reactor(no_signals());
    Story served;
    const Listener listener = reactor.listen("vsock:4294967295", telling(served)); // any port
    const Address address = listener.address();

    CHECK(address.family() == Address::Family::vsock);
    CHECK(address.cid() == Endpoint::any_cid);
    CHECK(address.vsock_port() != 4294967295);
    CHECK_THROWS_WITH(
        (void)reactor.listen("vsock:" + std::to_string(address.vsock_port()), telling(served)),
        ("cannot listen on vsock:" + std::to_string(address.vsock_port()) +
         ": address already in use")
            .c_str());
    if (has_vsock_loopback()) {
        check_echo(reactor, served, "vsock:" + std::to_string(address.vsock_port()));
    } else {
        MESSAGE("no vsock loopback in this kernel: connecting is not tried");
    }
}

TEST_CASE("tipc carries connections") {
    if (!kernel_has(AF_TIPC)) {
        check_module_named("tipc:4711:1", "tipc");
        return;
    }
    Reactor reactor(no_signals());
    Story served;
    const Endpoint where = "tipc:4711:1";
    const Listener listener = reactor.listen(where, telling(served));
    check_echo(reactor, served, where);
}

TEST_SUITE_END();
