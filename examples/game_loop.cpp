// SPDX-License-Identifier: MIT
// hawser in a game's loop: in each of sixty frames a second the network has two milliseconds at
// most. Who connects sees the ball, and what they send kicks it.
//
//     ./game_loop tcp:127.0.0.1:8000
#include <hawser/core/protocol.h>
#include <hawser/reactor/reactor.h>

#include <poll.h>

#include <cstdio>
#include <set>
#include <string>
#include <thread>

using namespace std::chrono_literals;

struct Game {
    int position = 0, speed = 1;
    std::set<hawser::Transport*> players{};
};

class Player final : public hawser::Protocol {
public:
    explicit Player(Game& game) : game_(game) {}

private:
    void connection_made() override { game_.players.insert(&transport()); }
    void data_received(hawser::Bytes) override { game_.speed = -game_.speed; }
    void connection_lost(std::error_code) override { game_.players.erase(&transport()); }
    Game& game_;
};

// Turns the reactor while it has something to do, but no longer than the budget.
static void turn(hawser::Reactor& reactor, std::chrono::nanoseconds budget) {
    const auto end = std::chrono::steady_clock::now() + budget;
    pollfd news{reactor.descriptor(), POLLIN, 0};
    do {
        reactor.run_once();
    } while (std::chrono::steady_clock::now() < end &&
             (reactor.timeout() == 0ms || ::poll(&news, 1, 0) > 0));
}

int main(int argc, char** argv) {
    Game game;
    hawser::Reactor reactor;
    const auto listener = reactor.listen(argc > 1 ? argv[1] : "tcp:127.0.0.1:8000",
                                         hawser::factory_for<Player>(std::ref(game)));
    std::printf("listening on %s\n", to_string(listener.address()).c_str());
    std::fflush(stdout);
    for (auto next = std::chrono::steady_clock::now();; std::this_thread::sleep_until(next)) {
        next += 16'666'667ns;
        game.position = (game.position + game.speed + 80) % 80;
        const std::string frame = "\r" + std::string(std::size_t(game.position), ' ') + "o ";
        for (hawser::Transport* player : game.players)
            player->write(frame);
        turn(reactor, 2ms);
    }
}
