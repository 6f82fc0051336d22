// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <sys/resource.h>

#include <algorithm>
#include <random>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Listener;
using hawser::Reactor;

namespace {

/// As many clients as there are descriptors for, both ends of each being here; at most 1000.
std::size_t crowd_size() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    return std::min<std::size_t>(1000, (limit.rlim_cur - 100) / 2);
}

/// One who comes, says something in two pieces, and leaves.
class Guest {
public:
    Guest(std::size_t number, bool rude)
        : said_(std::to_string(number) + " was here"), rude_(rude) {}

    void next_step(const hawser::Address& server) {
        switch (step_++) {
        case 0: peer_ = RawPeer::connect(server); break;
        case 1: peer_.send(said_.substr(0, 3)); break;
        case 2: peer_.send(said_.substr(3)); break;
        default: rude_ ? peer_.vanish() : peer_.end(); break;
        }
        look();
    }
    void look() {
        if (step_ > 0) {
            peer_.pump();
        }
    }
    [[nodiscard]] bool content() const {
        return rude_ || (peer_.seen() == said_ && peer_.saw_end());
    }

    static constexpr int steps = 4;

private:
    RawPeer peer_;
    std::string said_;
    bool rude_; // leaves by a reset
    int step_ = 0;
};

} // namespace

TEST_SUITE_BEGIN("Reactor: a crowd");

TEST_CASE("a thousand clients come, speak and leave in any order, some by a reset") {
    const std::size_t size = crowd_size();
    std::mt19937 random(20260726);
    Story served;
    Reactor reactor(no_signals());
    served.echo = true;
    const Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    std::vector<Guest> guests;
    std::vector<std::size_t> turns; // whose turn it is: each guest once for each step
    for (std::size_t i = 0; i < size; ++i) {
        guests.emplace_back(i, random() % 4 == 0);
        turns.insert(turns.end(), Guest::steps, i);
    }
    std::shuffle(turns.begin(), turns.end(), random);

    for (const std::size_t guest : turns) {
        guests[guest].next_step(listener.address());
        if (random() % 16 == 0) {
            reactor.run_once();
        }
    }
    CHECK(turn_until(reactor, [&] {
        std::for_each(guests.begin(), guests.end(), [](Guest& guest) { guest.look(); });
        return served.count("connection_made") == size && served.living == 0;
    }));
    std::for_each(guests.begin(), guests.end(), [](Guest& guest) { guest.look(); });

    CHECK(std::all_of(guests.begin(), guests.end(),
                      [](const Guest& guest) { return guest.content(); }));
    CHECK(served.count("connection_lost") == size);
    CHECK(served.data.size() > size);
}

TEST_SUITE_END();
