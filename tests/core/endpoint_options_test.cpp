// SPDX-License-Identifier: MIT
#include <hawser/core/endpoint.h>
#include <hawser/core/socket_options.h>

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>

using hawser::Endpoint;
using hawser::EndpointError;
using hawser::SocketOptions;
using namespace std::chrono_literals;

namespace {

SocketOptions every_option() {
    SocketOptions options;
    options.no_delay = false;
    options.keep_alive = 60s;
    options.keep_alive_interval = 10s;
    options.keep_alive_count = 5;
    options.user_timeout = 30s;
    options.receive_buffer = 65536;
    options.send_buffer = 32768;
    options.type_of_service = 16;
    options.mark = 7;
    options.fast_open = 64;
    options.reuse_address = false;
    options.reuse_port = true;
    options.v6_only = true;
    options.reset_on_close = true;
    return options;
}

} // namespace

TEST_SUITE_BEGIN("Endpoint: options");

TEST_CASE("each option is a key") {
    const std::string text = "tcp:80:nodelay=no:keepalive=60:keepinterval=10:keepcount=5:"
                             "usertimeout=30:rcvbuf=65536:sndbuf=32768:tos=16:mark=7:fastopen=64:"
                             "reuseaddr=no:reuseport=yes:v6only=yes:reset=yes";

    CHECK(Endpoint(text).options() == every_option());
    CHECK(to_string(Endpoint(text)) == text);
    CHECK(Endpoint("tcp:80").options() == SocketOptions{});
}

TEST_CASE("they can be set from the program") {
    const Endpoint endpoint = Endpoint("tcp:80:backlog=3:nodelay=yes").with(every_option());

    CHECK(endpoint.options() == every_option());
    CHECK(endpoint.backlog() == 3);
    CHECK(endpoint.with({}) == Endpoint("tcp:80:backlog=3"));
}

TEST_CASE("those that the kind does not take, or not with such a value, are refused") {
    SocketOptions buffers;
    buffers.receive_buffer = 4096;
    buffers.send_buffer = 4096;
    for (const std::string_view text : {"tcp:80", "udp:80", "unix:/x", "unixgram:", "fd:3",
                                        "vsock:5", "tipc:4711:1", "systemd:chat"}) {
        CAPTURE(text);
        CHECK(Endpoint(text).with(buffers).options() == buffers);
    }

    CHECK_THROWS_WITH_AS((void)Endpoint("stdio:").with(buffers),
                         "bad endpoint \"stdio:rcvbuf=4096:sndbuf=4096\", column 7: stdio takes "
                         "no keys",
                         EndpointError);
    CHECK_THROWS_WITH_AS((void)Endpoint("haproxy:tcp:80").with(buffers),
                         "bad endpoint \"haproxy:tcp:80\", column 15: haproxy takes no socket "
                         "options",
                         EndpointError);
    CHECK(Endpoint("haproxy:tcp:80").with({}) == Endpoint("haproxy:tcp:80"));
    CHECK_THROWS_AS((void)Endpoint("unix:/x").with(every_option()), EndpointError);
    buffers.receive_buffer = 0;
    CHECK_THROWS_WITH_AS((void)Endpoint("udp:80").with(buffers),
                         "bad endpoint \"udp:80:rcvbuf=0:sndbuf=4096\", column 15: rcvbuf is a "
                         "number of bytes from 1 to 2147483647",
                         EndpointError);
}

TEST_SUITE_END();
