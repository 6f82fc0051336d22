// SPDX-License-Identifier: MIT
// One room on all processors: each reactor has its own members, and what one of them says is posted
// to all reactors.
//
//     ./chat_cores tcp:127.0.0.1:8000 2      then several times: nc 127.0.0.1 8000
#include <hawser/core/broadcast.h>
#include <hawser/protocols/line_receiver.h>
#include <hawser/reactor/reactor_group.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <string>
#include <vector>

using hawser::ConnectionRef;
using hawser::Reactor;
using hawser::ReactorGroup;

// The members of each reactor: touched on its thread alone, so there is nothing to lock.
using Room = std::deque<std::vector<ConnectionRef>>;

class Member final : public hawser::LineReceiver {
public:
    Member(ReactorGroup& group, Room& room, std::size_t reactor)
        : group_(group), room_(room), reactor_(reactor) {
        set_delimiter("\n"); // as nc ends lines
    }

private:
    void connection_made() override { room_[reactor_].push_back(transport().ref()); }

    void line_received(std::string_view line) override {
        const hawser::SharedBytes said(to_string(transport().peer()) + ": " + std::string(line) +
                                       "\n");
        group_.post_to_all([said, room = &room_](Reactor&, std::size_t reactor) {
            hawser::broadcast(said, (*room)[reactor]);
        });
    }

    void connection_lost(std::error_code) override {
        std::erase(room_[reactor_], transport().ref());
    }

    ReactorGroup& group_;
    Room& room_;
    std::size_t reactor_;
};

int main(int argc, char** argv) try {
    if (argc < 2 || argc > 3 || argv[1][0] == '-') {
        std::fputs("usage: chat_cores ENDPOINT [REACTORS]   for instance tcp:8000 2\n", stderr);
        return 2;
    }
    // The threads inherit it: SIGINT and SIGTERM wait for sigwait().
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);

    Room room;
    ReactorGroup group(argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 0); // 0: one a processor
    room.resize(group.size());
    const auto address = group.listen(argv[1], [&](Reactor&, std::size_t reactor) {
        return hawser::factory_for<Member>(std::ref(group), std::ref(room), reactor);
    });
    std::printf("%zu reactors listening on %s\n", group.size(), to_string(address).c_str());
    std::fflush(stdout);
    int signal = 0;
    sigwait(&ends, &signal);
} catch (const std::exception& error) {
    std::fprintf(stderr, "chat_cores: %s\n", error.what());
    return 1;
}
