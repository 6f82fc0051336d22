// SPDX-License-Identifier: MIT
// libevent's bufferevents: echo moves the input buffer to the output without a copy.
#include "arguments.h"
#include "lines.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

namespace {

using bench::Mode;

// A turn's, instead of 16 KiB. One system call reads 4 KiB whatever is asked for
// (EVBUFFER_MAX_READ).
constexpr std::size_t most_at_once = 256 * 1024;

struct Client;

struct Server {
    explicit Server(Mode wanted) : mode(wanted) {}

    Mode mode;
    event_base* base = event_base_new();
    bool tcp = false;
    std::vector<Client*> room; // chat
};

struct Client {
    Server& server;
    bufferevent* stream;
    std::size_t place;
};

void echo(bufferevent* stream, void*) {
    evbuffer_add_buffer(bufferevent_get_output(stream), bufferevent_get_input(stream));
}

/// Lines and their ends, straight from one buffer to the other.
template <class OnLine>
void each_line(evbuffer* input, OnLine on_line) {
    for (;;) {
        std::size_t size = 0;
        const std::unique_ptr<char, void (*)(void*)> line(
            evbuffer_readln(input, &size, EVBUFFER_EOL_LF), std::free);
        if (!line) {
            return;
        }
        on_line(std::string_view(line.get(), size));
    }
}

void answer_lines(bufferevent* stream, void*) {
    evbuffer* const output = bufferevent_get_output(stream);
    each_line(bufferevent_get_input(stream), [output](std::string_view line) {
        evbuffer_add(output, line.data(), line.size());
        evbuffer_add(output, "\n", 1);
    });
}

void tell_lines(bufferevent* stream, void* argument) {
    const auto& speaker = *static_cast<Client*>(argument);
    each_line(bufferevent_get_input(stream), [&speaker](std::string_view line) {
        std::string said(line);
        said += '\n';
        for (Client* member : speaker.server.room) {
            if (member != &speaker) {
                bufferevent_write(member->stream, said.data(), said.size());
            }
        }
    });
}

void ended(bufferevent*, short, void* argument) {
    const std::unique_ptr<Client> client(static_cast<Client*>(argument));
    auto& room = client->server.room;
    room[client->place] = room.back();
    room[client->place]->place = client->place;
    room.pop_back();
    bufferevent_free(client->stream);
}

void client_came(evconnlistener*, evutil_socket_t fd, sockaddr*, int, void* argument) {
    auto& server = *static_cast<Server*>(argument);
    if (server.tcp) {
        const int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    bufferevent* const stream = bufferevent_socket_new(server.base, fd, BEV_OPT_CLOSE_ON_FREE);
    bufferevent_set_max_single_read(stream, most_at_once);
    bufferevent_set_max_single_write(stream, most_at_once);
    auto* const client = new Client{server, stream, server.room.size()}; // ended() deletes it
    server.room.push_back(client);
    bufferevent_setcb(stream,
                      server.mode == Mode::echo   ? echo
                      : server.mode == Mode::line ? answer_lines
                                                  : tell_lines,
                      nullptr, ended, client);
    bufferevent_enable(stream, EV_READ | EV_WRITE);
}

void datagram_came(evutil_socket_t fd, short, void*) {
    std::array<char, 2048> buffer;
    sockaddr_storage from{};
    for (int i = 0; i < 64; ++i) {
        socklen_t length = sizeof(from);
        const ssize_t count = recvfrom(fd, buffer.data(), buffer.size(), 0,
                                       reinterpret_cast<sockaddr*>(&from), &length);
        if (count < 0) {
            return;
        }
        // What cannot be sent is dropped.
        (void)sendto(fd, buffer.data(), static_cast<std::size_t>(count), 0,
                     reinterpret_cast<const sockaddr*>(&from), length);
    }
}

void listen(Server& server, const bench::Where& where) {
    if (server.mode == Mode::udp) {
        const int fd = socket(where.address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
        if (fd < 0 || bind(fd, where.socket_address(), where.length) != 0) {
            bench::fail("cannot bind " + where.text, errno);
        }
        event_add(event_new(server.base, fd, EV_READ | EV_PERSIST, datagram_came, nullptr),
                  nullptr);
        return;
    }
    server.tcp = !where.is_unix();
    if (where.is_unix()) {
        unlink(where.text.c_str());
    }
    if (evconnlistener_new_bind(
            server.base, client_came, &server, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE, 511,
            where.socket_address(), static_cast<int>(where.length)) == nullptr) {
        bench::fail("cannot listen on " + where.text, errno);
    }
}

} // namespace

int main(int argc, char** argv) {
    const bench::Arguments arguments = bench::read_arguments(argc, argv);
    std::signal(SIGTERM, [](int) { _exit(0); });
    std::signal(SIGPIPE, SIG_IGN);
    try {
        Server server(arguments.mode);
        listen(server, arguments.where);
        event_base_dispatch(server.base);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
        return 1;
    }
}
