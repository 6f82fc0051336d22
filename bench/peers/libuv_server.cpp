// SPDX-License-Identifier: MIT
// Plain libuv used well: every client is read into one slab, uv_try_write answers at once, and
// uv_write takes only what the kernel refused.
#include "arguments.h"
#include "lines.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>
#include <uv.h>

namespace {

using bench::Mode;

constexpr std::size_t slab_size = 256 * 1024;
constexpr std::size_t most_unsent = 16 * 1024 * 1024; // a chat member that never reads

void check(int status, const std::string& what) {
    if (status < 0) {
        bench::fail(what, -status);
    }
}

struct Server;

struct Client {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    };
    Server* server;
    std::uint32_t place;           // index among the clients
    std::uint32_t spoke_begin = 0; // chat: its share of what was said in this turn
    std::uint32_t spoke_end = 0;
    std::string tail; // an unfinished line
};

struct Rest {
    uv_write_t request;
    Client* client;
    std::string bytes;
};

struct Server {
    Mode mode;
    uv_loop_t loop{};
    union {
        uv_stream_t listener;
        uv_tcp_t tcp_listener;
        uv_pipe_t pipe_listener;
    };
    uv_check_t turn_end{};
    std::vector<Client*> clients;
    std::string said; // chat: the lines of this turn
    std::unique_ptr<char[]> slab = std::make_unique_for_overwrite<char[]>(slab_size);
    // A read completes at most one line that began earlier.
    std::unique_ptr<char[]> reply =
        std::make_unique_for_overwrite<char[]>(slab_size + bench::longest_line + 1);

    Server(Mode wanted, const bench::Where& where);
};

void drop(Client& client) {
    if (uv_is_closing(&client.handle) != 0) {
        return;
    }
    auto& clients = client.server->clients;
    clients[client.place] = clients.back();
    clients[client.place]->place = client.place;
    clients.pop_back();
    uv_close(&client.handle,
             [](uv_handle_t* handle) { delete static_cast<Client*>(handle->data); });
}

void give_slab(uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
    *buffer = uv_buf_init(static_cast<Client*>(handle->data)->server->slab.get(), slab_size);
}

void data_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer);

void rest_written(uv_write_t* request, int status) {
    const std::unique_ptr<Rest> rest(static_cast<Rest*>(request->data));
    Client& client = *rest->client;
    if (status < 0) {
        drop(client);
    } else if (client.server->mode != Mode::chat && uv_is_closing(&client.handle) == 0) {
        uv_read_start(&client.stream, give_slab, data_read);
    }
}

/// Sends what the kernel takes and queues the rest. False if the client is lost.
bool deliver(Client& client, std::string_view first, std::string_view second = {}) {
    const std::array<uv_buf_t, 2> parts{
        uv_buf_init(const_cast<char*>(first.data()), static_cast<unsigned>(first.size())),
        uv_buf_init(const_cast<char*>(second.data()), static_cast<unsigned>(second.size()))};
    const int status = uv_try_write(&client.stream, parts.data(), second.empty() ? 1 : 2);
    if (status < 0 && status != UV_EAGAIN) {
        return false;
    }
    const auto sent = static_cast<std::size_t>(std::max(status, 0));
    if (sent == first.size() + second.size()) {
        return true;
    }
    auto rest = std::make_unique<Rest>();
    rest->request.data = rest.get();
    rest->client = &client;
    rest->bytes = first.substr(std::min(sent, first.size()));
    rest->bytes += second.substr(sent > first.size() ? sent - first.size() : 0);
    const uv_buf_t bytes =
        uv_buf_init(rest->bytes.data(), static_cast<unsigned>(rest->bytes.size()));
    if (uv_write(&rest->request, &client.stream, &bytes, 1, rest_written) < 0) {
        return false;
    }
    static_cast<void>(rest.release()); // rest_written() has it now
    if (client.server->mode != Mode::chat) {
        uv_read_stop(&client.stream);
    }
    return uv_stream_get_write_queue_size(&client.stream) <= most_unsent;
}

bool answer_lines(Client& client, std::string_view data) {
    char* const reply = client.server->reply.get();
    char* at = reply;
    const bool fits = bench::split_lines(data, client.tail, [&at](std::string_view line) {
        std::memcpy(at, line.data(), line.size());
        at += line.size();
        *at++ = '\n';
    });
    const std::string_view lines(reply, static_cast<std::size_t>(at - reply));
    return fits && (lines.empty() || deliver(client, lines));
}

bool note_lines(Client& client, std::string_view data) {
    std::string& said = client.server->said;
    // libuv reads again when the slab was filled: the share grows, in one piece.
    if (client.spoke_end != said.size()) {
        client.spoke_begin = static_cast<std::uint32_t>(said.size());
    }
    const bool fits = bench::split_lines(data, client.tail, [&said](std::string_view line) {
        said.append(line);
        said.push_back('\n');
    });
    client.spoke_end = static_cast<std::uint32_t>(said.size());
    return fits;
}

void data_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
    auto& client = *static_cast<Client*>(stream->data);
    bool alive = count >= 0;
    if (count > 0) {
        const std::string_view data(buffer->base, static_cast<std::size_t>(count));
        switch (client.server->mode) {
        case Mode::echo: alive = deliver(client, data); break;
        case Mode::line: alive = answer_lines(client, data); break;
        case Mode::chat: alive = note_lines(client, data); break;
        case Mode::udp: break; // has no clients
        }
    }
    if (!alive) {
        drop(client);
    }
}

/// Everybody gets the whole turn, without its own share, straight from the one buffer.
void tell_everybody(uv_check_t* turn_end) {
    auto& server = *static_cast<Server*>(turn_end->data);
    const std::string_view said = server.said;
    if (said.empty()) {
        return;
    }
    for (std::size_t i = server.clients.size(); i-- > 0;) { // backwards: drop() moves the last one
        Client& client = *server.clients[i];
        std::string_view before = said.substr(0, client.spoke_begin);
        std::string_view after = said.substr(client.spoke_end);
        if (before.empty()) {
            std::swap(before, after);
        }
        client.spoke_begin = 0;
        client.spoke_end = 0;
        if (!before.empty() && !deliver(client, before, after)) {
            drop(client);
        }
    }
    server.said.clear();
}

void client_came(uv_stream_t* listener, int status) {
    if (status < 0) {
        return;
    }
    auto& server = *static_cast<Server*>(listener->data);
    auto* client = new Client; // uv_close() in drop() deletes it
    client->server = &server;
    client->place = static_cast<std::uint32_t>(server.clients.size());
    if (listener->type == UV_TCP) {
        uv_tcp_init(&server.loop, &client->tcp);
    } else {
        uv_pipe_init(&server.loop, &client->pipe, 0);
    }
    client->handle.data = client;
    server.clients.push_back(client);
    if (uv_accept(listener, &client->stream) < 0) {
        drop(*client);
        return;
    }
    if (listener->type == UV_TCP) {
        uv_tcp_nodelay(&client->tcp, 1);
    }
    uv_read_start(&client->stream, give_slab, data_read);
}

Server::Server(Mode wanted, const bench::Where& where) : mode(wanted) {
    const std::string what = "cannot listen on " + where.text;
    check(uv_loop_init(&loop), what);
    if (where.is_unix()) {
        unlink(where.text.c_str());
        check(uv_pipe_init(&loop, &pipe_listener, 0), what);
        check(uv_pipe_bind(&pipe_listener, where.text.c_str()), what);
    } else {
        check(uv_tcp_init(&loop, &tcp_listener), what);
        check(uv_tcp_bind(&tcp_listener, where.socket_address(), 0), what);
    }
    listener.data = this;
    check(uv_listen(&listener, 511, client_came), what);
    if (mode == Mode::chat) {
        turn_end.data = this;
        check(uv_check_init(&loop, &turn_end), what);
        check(uv_check_start(&turn_end, tell_everybody), what);
    }
}

} // namespace

int main(int argc, char** argv) {
    const bench::Arguments arguments = bench::read_arguments(argc, argv);
    std::signal(SIGTERM, [](int) { _exit(0); });
    std::signal(SIGPIPE, SIG_IGN);
    try {
        if (arguments.mode == Mode::udp) {
            throw std::invalid_argument("there is no udp mode here");
        }
        Server server(arguments.mode, arguments.where);
        uv_run(&server.loop, UV_RUN_DEFAULT);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
        return 1;
    }
}
