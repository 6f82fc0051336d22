// SPDX-License-Identifier: MIT
// The server all others are measured against: level-triggered epoll, as one writes it well by
// hand. A reply leaves right after the read, from the buffer that was read into; only what the
// kernel refused is copied, and only then is EPOLLOUT asked for.
#include "arguments.h"
#include "lines.h"
#include "listener.h"
#include "udp_echo.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

using bench::Mode;

constexpr std::size_t slab_size = 256 * 1024;
constexpr std::size_t most_unsent = 16 * 1024 * 1024; // a chat member that never reads
constexpr std::size_t events_per_turn = 1024;

struct Client {
    int descriptor;
    std::uint32_t place;           // index among the clients
    std::uint32_t watched;         // what epoll looks out for
    std::uint32_t spoke_begin = 0; // chat: its share of what was said in this turn
    std::uint32_t spoke_end = 0;
    std::uint32_t unsent_from = 0; // what of unsent has left already
    std::string unsent;            // what the kernel refused
    std::string tail;              // an unfinished line
};

class Server {
public:
    Server(Mode mode, const bench::Where& where);
    [[noreturn]] void run();

private:
    void accept_clients();
    void readable(Client& client);
    void writable(Client& client);
    bool answer_lines(Client& client, std::string_view data);
    bool note_lines(Client& client, std::string_view data);
    void tell_everybody();
    bool deliver(Client& client, std::string_view first, std::string_view second = {});
    void watch(Client& client, std::uint32_t events) const;
    void drop(Client& client);

    Mode mode_;
    int epoll_;
    int listener_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::string said_; // chat: the lines of this turn
    std::unique_ptr<char[]> slab_ = std::make_unique_for_overwrite<char[]>(slab_size);
    // A read completes at most one line that began earlier.
    std::unique_ptr<char[]> reply_ =
        std::make_unique_for_overwrite<char[]>(slab_size + bench::longest_line + 1);
};

Server::Server(Mode mode, const bench::Where& where)
    : mode_(mode), epoll_(epoll_create1(EPOLL_CLOEXEC)), listener_(bench::open_listener(where)) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr; // no client: the listener
    if (epoll_ < 0 || epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event) != 0) {
        bench::fail("cannot watch " + where.text, errno);
    }
}

void Server::run() {
    std::array<epoll_event, events_per_turn> events;
    while (true) {
        const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = events[static_cast<std::size_t>(i)];
            if (event.data.ptr == nullptr) {
                accept_clients();
                continue;
            }
            // A client comes up once in a turn and is dropped by nobody else's event.
            auto& client = *static_cast<Client*>(event.data.ptr);
            if ((event.events & EPOLLOUT) != 0) {
                writable(client);
            } else {
                readable(client);
            }
        }
        if (!said_.empty()) {
            tell_everybody();
        }
    }
}

void Server::accept_clients() {
    while (true) {
        const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
                // Out of descriptors, most likely: the listener stays ready, so do not spin.
                const timespec pause{0, 10'000'000};
                nanosleep(&pause, nullptr);
            }
            return;
        }
        auto client = std::make_unique<Client>();
        client->descriptor = descriptor;
        client->place = static_cast<std::uint32_t>(clients_.size());
        client->watched = EPOLLIN;
        epoll_event event{};
        event.events = client->watched;
        event.data.ptr = client.get();
        if (epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) {
            close(descriptor);
            return;
        }
        clients_.push_back(std::move(client));
    }
}

void Server::readable(Client& client) {
    const ssize_t count = recv(client.descriptor, slab_.get(), slab_size, 0);
    if (count <= 0) {
        if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            drop(client);
        }
        return;
    }
    const std::string_view data(slab_.get(), static_cast<std::size_t>(count));
    bool alive = true;
    switch (mode_) {
    case Mode::echo: alive = deliver(client, data); break;
    case Mode::line: alive = answer_lines(client, data); break;
    case Mode::chat: alive = note_lines(client, data); break;
    case Mode::udp: break; // has no clients
    }
    if (!alive) {
        drop(client);
    }
}

bool Server::answer_lines(Client& client, std::string_view data) {
    char* at = reply_.get();
    const bool fits = bench::split_lines(data, client.tail, [&at](std::string_view line) {
        std::memcpy(at, line.data(), line.size());
        at += line.size();
        *at++ = '\n';
    });
    const std::string_view reply(reply_.get(), static_cast<std::size_t>(at - reply_.get()));
    return fits && (reply.empty() || deliver(client, reply));
}

bool Server::note_lines(Client& client, std::string_view data) {
    client.spoke_begin = static_cast<std::uint32_t>(said_.size());
    const bool fits = bench::split_lines(data, client.tail, [this](std::string_view line) {
        said_.append(line);
        said_.push_back('\n');
    });
    client.spoke_end = static_cast<std::uint32_t>(said_.size());
    return fits;
}

/// Everybody gets the whole turn, without its own share, straight from the one buffer.
void Server::tell_everybody() {
    const std::string_view said = said_;
    for (std::size_t i = clients_.size(); i-- > 0;) { // backwards: drop() moves the last one
        Client& client = *clients_[i];
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
    said_.clear();
}

/// Sends what the kernel takes and keeps the rest. False if the client is lost.
bool Server::deliver(Client& client, std::string_view first, std::string_view second) {
    std::size_t sent = 0;
    if (client.unsent.empty()) {
        ssize_t count = 0;
        if (second.empty()) {
            count = send(client.descriptor, first.data(), first.size(), MSG_NOSIGNAL);
        } else {
            std::array<iovec, 2> parts{iovec{const_cast<char*>(first.data()), first.size()},
                                       iovec{const_cast<char*>(second.data()), second.size()}};
            msghdr message{};
            message.msg_iov = parts.data();
            message.msg_iovlen = parts.size();
            count = sendmsg(client.descriptor, &message, MSG_NOSIGNAL);
        }
        if (count < 0 && errno != EAGAIN && errno != EINTR) {
            return false;
        }
        sent = count < 0 ? 0 : static_cast<std::size_t>(count);
        if (sent == first.size() + second.size()) {
            return true;
        }
    } else if (client.unsent_from > client.unsent.size() / 2) {
        client.unsent.erase(0, client.unsent_from);
        client.unsent_from = 0;
    }
    client.unsent.append(first.substr(std::min(sent, first.size())));
    client.unsent.append(second.substr(sent > first.size() ? sent - first.size() : 0));
    // An echo that cannot be sent is not read for either; a silent chat member may still speak.
    watch(client, mode_ == Mode::chat ? EPOLLIN | EPOLLOUT : EPOLLOUT);
    return client.unsent.size() <= most_unsent;
}

void Server::writable(Client& client) {
    const std::size_t left = client.unsent.size() - client.unsent_from;
    const ssize_t count =
        send(client.descriptor, client.unsent.data() + client.unsent_from, left, MSG_NOSIGNAL);
    if (count < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            drop(client);
        }
        return;
    }
    client.unsent_from += static_cast<std::uint32_t>(count);
    if (static_cast<std::size_t>(count) == left) {
        client.unsent.clear();
        client.unsent_from = 0;
        watch(client, EPOLLIN);
    }
}

void Server::watch(Client& client, std::uint32_t events) const {
    if (client.watched == events) {
        return;
    }
    client.watched = events;
    epoll_event event{};
    event.events = events;
    event.data.ptr = &client;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, client.descriptor, &event);
}

void Server::drop(Client& client) {
    close(client.descriptor); // which takes it out of epoll, too
    const std::uint32_t place = client.place;
    std::swap(clients_[place], clients_.back());
    clients_[place]->place = place;
    clients_.pop_back();
}

} // namespace

int main(int argc, char** argv) {
    const bench::Arguments arguments = bench::read_arguments(argc, argv);
    std::signal(SIGTERM, [](int) { _exit(0); });
    try {
        if (arguments.mode == Mode::udp) {
            bench::run_udp_echo(arguments.where);
        }
        Server(arguments.mode, arguments.where).run();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
        return 1;
    }
}
