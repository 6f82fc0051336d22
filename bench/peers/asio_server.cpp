// SPDX-License-Identifier: MIT
// Asio with callbacks, used well: one thread and no locks, a reply leaves right after the read by a
// call that does not wait, and only what the kernel refused is an asynchronous write.
#include "arguments.h"
#include "lines.h"

#include <asio.hpp>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

namespace {

using asio::generic::stream_protocol;
using bench::Mode;
using Socket = asio::basic_stream_socket<stream_protocol, asio::io_context::executor_type>;
using Acceptor = asio::basic_socket_acceptor<stream_protocol, asio::io_context::executor_type>;
using Datagrams = asio::basic_datagram_socket<asio::ip::udp, asio::io_context::executor_type>;

constexpr std::size_t slab_size = 256 * 1024;
constexpr std::size_t most_unsent = 16 * 1024 * 1024; // a chat member that never reads

struct Client;

struct Server {
    Mode mode;
    asio::io_context context{1};
    Acceptor acceptor{context.get_executor()};
    std::vector<std::shared_ptr<Client>> room; // chat
    std::unique_ptr<char[]> slab = std::make_unique_for_overwrite<char[]>(slab_size);
    std::unique_ptr<char[]> reply =
        std::make_unique_for_overwrite<char[]>(slab_size + bench::longest_line + 1);

    Server(Mode wanted, const bench::Where& where);
    void accept();
    void tell_soon(); ///< Behind the handlers that are ready now.

    bool telling = false;
};

struct Client : std::enable_shared_from_this<Client> {
    Server& server;
    Socket socket;
    std::size_t place = 0;
    std::string tail;   // an unfinished line
    std::string unsent; // what the kernel refused
    std::string leaving;

    Client(Server& its_server, Socket its_socket)
        : server(its_server), socket(std::move(its_socket)) {}

    /// Waits without a buffer of its own, and then reads into the one slab.
    void wait() {
        socket.async_wait(Socket::wait_read, [self = shared_from_this()](std::error_code error) {
            if (!error) {
                self->read();
            }
        });
    }

    void read() {
        std::error_code error;
        const std::size_t count =
            socket.read_some(asio::buffer(server.slab.get(), slab_size), error);
        if (error == asio::error::would_block) {
            wait();
            return;
        }
        if (error || !take({server.slab.get(), count})) {
            leave();
            return;
        }
        if (unsent.empty() || server.mode == Mode::chat) {
            wait();
        } // else when it is sent
    }

    bool take(std::string_view data) {
        switch (server.mode) {
        case Mode::echo: return deliver(data);
        case Mode::line: return answer_lines(data);
        case Mode::chat: return tell_lines(data);
        case Mode::udp: break;
        }
        return false;
    }

    bool answer_lines(std::string_view data) {
        char* at = server.reply.get();
        const bool fits = bench::split_lines(data, tail, [&at](std::string_view line) {
            std::memcpy(at, line.data(), line.size());
            at += line.size();
            *at++ = '\n';
        });
        const auto size = static_cast<std::size_t>(at - server.reply.get());
        return fits && (size == 0 || deliver({server.reply.get(), size}));
    }

    bool tell_lines(std::string_view data) {
        std::string said;
        const bool fits = bench::split_lines(
            data, tail, [&said](std::string_view line) { said.append(line).push_back('\n'); });
        for (std::size_t i = 0; !said.empty() && i < server.room.size(); ++i) {
            if (i != place) {
                server.room[i]->unsent.append(said);
            }
        }
        if (!said.empty()) {
            server.tell_soon();
        }
        return fits;
    }

    /// What was said meanwhile, in one go; false if the client is lost.
    bool flush() {
        if (unsent.empty() || !leaving.empty()) {
            return unsent.size() <= most_unsent;
        }
        const std::string said = std::exchange(unsent, {});
        return deliver(said);
    }

    bool deliver(std::string_view data) {
        if (unsent.empty() && leaving.empty()) {
            std::error_code error;
            const std::size_t sent = socket.write_some(asio::buffer(data), error);
            if (error && error != asio::error::would_block) {
                return false;
            }
            data.remove_prefix(sent);
        }
        if (data.empty()) {
            return true;
        }
        unsent.append(data);
        if (leaving.empty()) {
            send_rest();
        }
        return unsent.size() <= most_unsent;
    }

    void send_rest() {
        leaving = std::exchange(unsent, {});
        asio::async_write(socket, asio::buffer(leaving),
                          [self = shared_from_this()](std::error_code error, std::size_t) {
                              self->leaving.clear();
                              if (error) {
                                  return;
                              }
                              if (!self->unsent.empty()) {
                                  self->send_rest();
                              } else if (self->server.mode != Mode::chat) {
                                  self->wait();
                              }
                          });
    }

    void join() {
        if (server.mode == Mode::chat) {
            place = server.room.size();
            server.room.push_back(shared_from_this());
        }
        wait();
    }

    void leave() {
        if (server.mode == Mode::chat) {
            server.room[place] = server.room.back();
            server.room[place]->place = place;
            server.room.pop_back();
        }
        std::error_code ignored;
        socket.close(ignored);
    }
};

Server::Server(Mode wanted, const bench::Where& where) : mode(wanted) {
    const stream_protocol::endpoint endpoint(where.socket_address(), where.length);
    if (where.is_unix()) {
        unlink(where.text.c_str());
    }
    acceptor.open(endpoint.protocol());
    if (!where.is_unix()) {
        acceptor.set_option(asio::socket_base::reuse_address(true));
        acceptor.set_option(asio::ip::tcp::no_delay(true)); // inherited
    }
    acceptor.bind(endpoint);
    acceptor.listen(511);
    accept();
}

void Server::tell_soon() {
    if (!std::exchange(telling, true)) {
        asio::post(context, [this] {
            telling = false;
            for (std::size_t i = room.size(); i-- > 0;) { // backwards: leave() moves the last one
                if (!room[i]->flush()) {
                    room[i]->leave();
                }
            }
        });
    }
}

void Server::accept() {
    acceptor.async_accept([this](std::error_code error, Socket socket) {
        if (!error) {
            socket.non_blocking(true);
            std::make_shared<Client>(*this, std::move(socket))->join();
        }
        accept();
    });
}

struct DatagramEcho {
    Datagrams& socket;
    std::array<char, 2048> buffer;
    asio::ip::udp::endpoint from;

    void wait() {
        socket.async_wait(Datagrams::wait_read, [this](std::error_code) {
            // All that has come; what cannot be sent is dropped.
            for (int i = 0; i < 64; ++i) {
                std::error_code error;
                const std::size_t count = socket.receive_from(asio::buffer(buffer), from, 0, error);
                if (error) {
                    break;
                }
                socket.send_to(asio::buffer(buffer, count), from, 0, error);
            }
            wait();
        });
    }
};

void run_udp(const bench::Where& where) {
    asio::io_context context(1);
    asio::ip::udp::endpoint here;
    std::memcpy(here.data(), where.socket_address(), where.length);
    Datagrams socket(context.get_executor(), here);
    socket.non_blocking(true);
    DatagramEcho echo{socket, {}, {}};
    echo.wait();
    context.run();
}

} // namespace

int main(int argc, char** argv) {
    const bench::Arguments arguments = bench::read_arguments(argc, argv);
    std::signal(SIGTERM, [](int) { _exit(0); });
    try {
        if (arguments.mode == Mode::udp) {
            run_udp(arguments.where);
        }
        Server server(arguments.mode, arguments.where);
        server.context.run();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
        return 1;
    }
}
