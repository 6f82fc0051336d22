// SPDX-License-Identifier: MIT
// Under a real activator: tests/programs/socket_activation.py.
#include "child.h"
#include "reactor_fixture.h"

#include <hawser/core/datagram_protocol.h>
#include <hawser/core/error.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <utility>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Endpoint;
using hawser::Listener;
using hawser::Reactor;

namespace {

/// A socket that is passed on: nobody here closes it.
int on_loopback(int type) {
    const int fd = ::socket(AF_INET, type, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(fd, reinterpret_cast<sockaddr*>(&where), sizeof(where));
    if (type == SOCK_STREAM) {
        ::listen(fd, 5);
    }
    return fd;
}

std::uint16_t port_of(int fd) {
    sockaddr_in where{};
    socklen_t size = sizeof(where);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&where), &size);
    return ntohs(where.sin_port);
}

void set_variables(const char* fds, const char* names,
                   const std::string& pid = std::to_string(::getpid())) {
    ::setenv("LISTEN_PID", pid.c_str(), 1);
    ::setenv("LISTEN_FDS", fds, 1);
    if (names != nullptr) {
        ::setenv("LISTEN_FDNAMES", names, 1);
    }
}

std::string error_of_listen(Reactor& reactor, const Endpoint& endpoint) {
    Story story;
    try {
        (void)reactor.listen(endpoint, telling(story));
        return "none";
    } catch (const hawser::Error& error) {
        return error.what();
    }
}

/// The error of a listen() where the process was started so.
std::string refusal(const char* endpoint, const std::function<void()>& start) {
    return in_child([&] {
        start();
        Reactor reactor(no_signals());
        return error_of_listen(reactor, endpoint);
    });
}

std::string served(Reactor& reactor, Story& story, std::uint16_t port) {
    RawPeer peer = RawPeer::connect(hawser::Address::ipv4({127, 0, 0, 1}, port));
    peer.send("hello");
    const bool answered = turn_until(reactor, [&] {
        peer.pump();
        return peer.seen() == "hello";
    });
    return answered && story.saw("connection_made") ? "served" : "not served";
}

} // namespace

TEST_SUITE_BEGIN("Reactor: activated sockets");

TEST_CASE("a socket is named, numbered, or both where several have the name") {
    const auto which = [](const Endpoint& endpoint) {
        return in_child([&]() -> std::string {
            const int ports[] = {port_of(on_loopback(SOCK_STREAM)),
                                 port_of(on_loopback(SOCK_STREAM)),
                                 port_of(on_loopback(SOCK_STREAM))};
            set_variables("3", "chat:web:web");
            Reactor reactor(no_signals());
            Story story;
            const Listener listener = reactor.listen(endpoint, telling(story));
            for (int i = 0; i < 3; ++i) {
                if (listener.address().port() == ports[i]) {
                    return std::to_string(i);
                }
            }
            return "another";
        });
    };

    CHECK(which("systemd:chat") == "0");
    CHECK(which("systemd:index=0") == "0");
    CHECK(which("systemd:index=2") == "2");
    CHECK(which("systemd:web:index=0") == "1");
    CHECK(which("systemd:web:index=1") == "2");
    CHECK(which("systemd:chat:index=0") == "0");
}

TEST_CASE("what was passed is not passed on: neither variables nor descriptors") {
    CHECK(in_child([]() -> std::string {
              on_loopback(SOCK_STREAM);
              on_loopback(SOCK_STREAM);
              set_variables("2", "chat:web");
              Reactor reactor(no_signals());
              const std::string error = error_of_listen(reactor, "systemd:chat");
              for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) {
                  if (::getenv(name) != nullptr) {
                      return name;
                  }
              }
              const bool closed = (::fcntl(3, F_GETFD) & ::fcntl(4, F_GETFD) & FD_CLOEXEC) != 0;
              return closed ? error : "open after exec";
          }) == "none");
}

TEST_CASE("one is listened on once at a time, and again after that; what came meanwhile waits") {
    const std::string told = in_child([]() -> std::string {
        const std::uint16_t port = port_of(on_loopback(SOCK_STREAM));
        set_variables("1", "chat");
        Reactor reactor(no_signals());
        Story first;
        first.echo = true;
        Listener listener = reactor.listen("systemd:chat", telling(first));
        std::string said = served(reactor, first, port) + "\n";
        said += error_of_listen(reactor, "systemd:chat") + "\n";
        said += error_of_listen(reactor, "systemd:index=0") + "\n";

        listener.stop_listening();
        RawPeer early = RawPeer::connect(hawser::Address::ipv4({127, 0, 0, 1}, port));
        Story second;
        second.echo = true;
        listener = reactor.listen("systemd:chat", telling(second));
        said += turn_until(reactor, [&] { return second.living == 1; }) ? "waited" : "was lost";
        return said;
    });

    CHECK(told == "served\n"
                  "cannot listen on systemd:chat: already listened on\n"
                  "cannot listen on systemd:index=0: already listened on\n"
                  "waited");
}

TEST_CASE("a datagram socket is bound") {
    const std::string told = in_child([]() -> std::string {
        const std::uint16_t port = port_of(on_loopback(SOCK_DGRAM));
        set_variables("1", "log");
        Reactor reactor(no_signals());
        const Listener listener =
            reactor.bind("systemd:log", std::make_unique<hawser::DatagramProtocol>());
        std::string said = listener.address().port() == port ? "bound\n" : "elsewhere\n";
        try {
            (void)reactor.bind("systemd:log", std::make_unique<hawser::DatagramProtocol>());
        } catch (const hawser::Error& error) {
            said += error.what();
        }
        return said + "\n" + error_of_listen(reactor, "systemd:log");
    });

    CHECK(told == "bound\n"
                  "cannot bind systemd:log: already listened on\n"
                  "cannot listen on systemd:log: already listened on");
}

TEST_CASE("a socket of the wrong type is refused, and can still be used as what it is") {
    const std::string told = in_child([]() -> std::string {
        on_loopback(SOCK_DGRAM);
        set_variables("1", nullptr);
        Reactor reactor(no_signals());
        const std::string error = error_of_listen(reactor, "systemd:index=0");
        (void)reactor.bind("systemd:unknown", std::make_unique<hawser::DatagramProtocol>());
        return error;
    });

    CHECK(told == "cannot listen on systemd:index=0: it is a datagram socket: protocol wrong type "
                  "for socket");
}

TEST_CASE("a socket that was not passed is an error that tells what was") {
    const std::string end = ": no such activated socket";
    const auto three = [] {
        for (int i = 0; i < 3; ++i) {
            on_loopback(SOCK_STREAM);
        }
        set_variables("3", "chat:web:web");
    };

    CHECK(refusal("systemd:caht", three) ==
          "cannot listen on systemd:caht: there are chat, web and web" + end);
    CHECK(refusal("systemd:index=3", three) ==
          "cannot listen on systemd:index=3: there are chat, web and web" + end);
    CHECK(refusal("systemd:web:index=2", three) ==
          "cannot listen on systemd:web:index=2: there are chat, web and web" + end);
    CHECK(refusal("systemd:web", three) ==
          "cannot listen on systemd:web: 2 have this name, so an index from 0 to 1 is needed" +
              end);
}

TEST_CASE("what is wrong with the variables is told") {
    const std::string begin = "cannot listen on systemd:chat: ";
    const std::string end = ": no such activated socket";
    const auto started = [](const char* fds, const char* names, const char* pid = nullptr) {
        return [=] {
            on_loopback(SOCK_STREAM);
            set_variables(fds, names, pid != nullptr ? pid : std::to_string(::getpid()));
        };
    };

    CHECK(refusal("systemd:chat", [] {}) == begin + "LISTEN_PID is not set" + end);
    CHECK(refusal("systemd:chat", [] {
              ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
          }) == begin + "LISTEN_FDS is not set" + end);
    CHECK(refusal("systemd:chat", started("1", "chat", "1"))
              .starts_with(begin + "LISTEN_PID is \"1\", this process is "));
    CHECK(refusal("systemd:chat", started("1", "chat", "x"))
              .starts_with(begin + "LISTEN_PID is \"x\", this process is "));
    for (const char* fds : {"", "one", "-1", "1 ", "99999999999999999999"}) {
        CHECK(refusal("systemd:chat", started(fds, "chat")) ==
              begin + "LISTEN_FDS is \"" + fds + "\", which is no number" + end);
    }
    CHECK(refusal("systemd:chat", started("0", "")) == begin + "LISTEN_FDS is 0" + end);
    const std::string too_many = refusal("systemd:chat", started("2147483647", nullptr));
    CHECK(too_many.starts_with(begin + "LISTEN_FDS is 2147483647, but descriptor "));
    CHECK(too_many.ends_with(" is not open" + end));
    CHECK(refusal("systemd:chat", started("1", "chat:web")) ==
          begin + "LISTEN_FDNAMES has 2 names for 1 sockets" + end);
}

TEST_CASE("to connect to one is refused") {
    CHECK(in_child([]() -> std::string {
              Reactor reactor(no_signals());
              Story story;
              auto connecting = reactor.connect("systemd:chat", telling(story));
              (void)turn_until(reactor, [&] { return connecting.settled(); });
              return failure_of(std::move(connecting));
          }) == "cannot connect to systemd:chat: not with this kind of endpoint");
}

TEST_SUITE_END();
