// SPDX-License-Identifier: MIT
#include "scenario.h"

#include "churn.h"
#include "datagrams.h"
#include "fanout.h"
#include "round_trips.h"
#include "stream.h"

#include <chrono>
#include <thread>

namespace bench {

Scenario::~Scenario() = default;

std::unique_ptr<Scenario> make_scenario(const Options& options, Poller& poller) {
    if (options.scenario == "stream") {
        return std::make_unique<Stream>(options, poller);
    }
    if (options.scenario == "fanout") {
        return std::make_unique<Fanout>(options, poller);
    }
    if (options.scenario == "churn") {
        return std::make_unique<Churn>(options, poller);
    }
    if (options.scenario == "udp") {
        return std::make_unique<Datagrams>(options, poller);
    }
    return std::make_unique<RoundTrips>(options, poller, options.scenario == "pipeline" ? 100 : 1);
}

std::vector<Socket> connect_all(const Where& where, std::size_t count) {
    std::vector<Socket> sockets;
    sockets.reserve(count);
    while (sockets.size() < count) {
        sockets.push_back(connect_to(where));
        if (sockets.size() % 50 == 0) {
            // When the queue is full, TCP tries again only after a second.
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
    return sockets;
}

} // namespace bench
