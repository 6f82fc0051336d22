// SPDX-License-Identifier: MIT
#include "socket_pair.h"

#include <hawser/protocols/echo.h>

#include <unistd.h>

void guards::echo() {
    hawser::Reactor reactor;
    const int peer = connect_pair(reactor, hawser::factory_for<hawser::Echo>());
    const std::string message(64, 'x');
    std::string answer(64, ' ');
    const auto send_and_read = [&] {
        require(write(peer, message.data(), message.size()) == 64, "cannot send");
        reactor.run_once(hawser::Reactor::Wait::yes);
        require(read(peer, answer.data(), answer.size()) == 64, "no echo");
    };
    send_and_read(); // the first makes the blocks that the others use again
    measured([&] {
        for (int i = 0; i < 1000; ++i) {
            send_and_read();
        }
    });
    require(answer == message, "a wrong echo");
    close(peer);
    reactor.run_once();
    reactor.run_once(); // it is told
}
