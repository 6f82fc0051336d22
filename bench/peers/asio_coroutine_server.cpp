// SPDX-License-Identifier: MIT
// Asio with coroutines, as its examples do it: a loop of read and write for each client, which has
// a buffer of its own. Echo and line only.
#include "arguments.h"
#include "lines.h"

#include <asio.hpp>

#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>

namespace {

using asio::generic::stream_protocol;
using bench::Mode;
using Executor = asio::io_context::executor_type;
constexpr asio::use_awaitable_t<Executor> use_awaitable{};
template <class T>
using Awaitable = asio::awaitable<T, Executor>;
using Socket = asio::basic_stream_socket<stream_protocol, Executor>;
using Acceptor = asio::basic_socket_acceptor<stream_protocol, Executor>;

Awaitable<void> echo(Socket socket) {
    std::array<char, 65536> buffer;
    for (;;) {
        const std::size_t count =
            co_await socket.async_read_some(asio::buffer(buffer), use_awaitable);
        co_await asio::async_write(socket, asio::buffer(buffer, count), use_awaitable);
    }
}

Awaitable<void> lines(Socket socket) {
    std::array<char, 8192> buffer;
    std::string tail;
    std::string reply;
    for (;;) {
        const std::size_t count =
            co_await socket.async_read_some(asio::buffer(buffer), use_awaitable);
        reply.clear();
        const bool fits =
            bench::split_lines({buffer.data(), count}, tail, [&reply](std::string_view line) {
                reply.append(line).push_back('\n');
            });
        if (!fits) {
            co_return;
        }
        co_await asio::async_write(socket, asio::buffer(reply), use_awaitable);
    }
}

Awaitable<void> serve(Mode mode, Acceptor acceptor) {
    for (;;) {
        Socket socket = co_await acceptor.async_accept(use_awaitable);
        const Executor executor = socket.get_executor();
        // A client that goes away ends its loop by an exception.
        asio::co_spawn(executor,
                       mode == Mode::echo ? echo(std::move(socket)) : lines(std::move(socket)),
                       asio::detached);
    }
}

Acceptor listen(asio::io_context& context, const bench::Where& where) {
    const stream_protocol::endpoint endpoint(where.socket_address(), where.length);
    Acceptor acceptor(context.get_executor());
    acceptor.open(endpoint.protocol());
    if (where.is_unix()) {
        unlink(where.text.c_str());
    } else {
        acceptor.set_option(asio::socket_base::reuse_address(true));
        acceptor.set_option(asio::ip::tcp::no_delay(true)); // inherited
    }
    acceptor.bind(endpoint);
    acceptor.listen(511);
    return acceptor;
}

} // namespace

int main(int argc, char** argv) {
    const bench::Arguments arguments = bench::read_arguments(argc, argv);
    std::signal(SIGTERM, [](int) { _exit(0); });
    try {
        if (arguments.mode != Mode::echo && arguments.mode != Mode::line) {
            throw std::invalid_argument("there are the modes echo and line here");
        }
        asio::io_context context(1);
        asio::co_spawn(context.get_executor(),
                       serve(arguments.mode, listen(context, arguments.where)), asio::detached);
        context.run();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
        return 1;
    }
}
