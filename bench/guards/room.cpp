// SPDX-License-Identifier: MIT
#include "socket_pair.h"

#include <hawser/core/broadcast.h>

#include <sys/resource.h>
#include <unistd.h>

#include <vector>

namespace {

class Member final : public hawser::Protocol {
public:
    explicit Member(std::vector<hawser::ConnectionRef>& room) : room_(room) {}

private:
    void connection_made() override { room_.push_back(transport().ref()); }

    std::vector<hawser::ConnectionRef>& room_;
};

} // namespace

void guards::room() {
    constexpr std::size_t members = 1000;
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    hawser::Reactor reactor;
    std::vector<hawser::ConnectionRef> room;
    std::vector<int> peers;
    const auto factory = hawser::factory_for<Member>(std::ref(room));
    for (std::size_t i = 0; i < members; ++i) {
        peers.push_back(connect_pair(reactor, factory));
    }
    const std::string line = std::string(62, 'x') + "\r\n";
    const auto tell = [&] {
        hawser::broadcast(hawser::SharedBytes(line), room);
        reactor.run_once();
    };
    tell(); // the first makes the blocks that the others use again
    measured(tell);
    std::string heard(line.size(), ' ');
    for (const int peer : peers) {
        for (int i = 0; i < 2; ++i) {
            require(read(peer, heard.data(), heard.size()) == 64 && heard == line,
                    "a member was not told");
        }
        close(peer);
    }
    reactor.run_once();
    reactor.run_once(); // they are told
}
