// SPDX-License-Identifier: MIT
#include "churn.h"

#include <stdexcept>
#include <string>

namespace bench {

Churn::Churn(const Options& options, Poller& poller)
    : options_(options), poller_(poller), text_(options.size, 1) {}

void Churn::start() {
    slots_.resize(options_.connections);
    for (std::uint32_t key = 0; key < slots_.size(); ++key) {
        open(key);
    }
}

void Churn::open(std::uint32_t key) {
    Slot& slot = slots_[key];
    ++opened_;
    slot.socket = connect_to(options_.where, opened_);
    slot.line = text_.piece(key, opened_);
    slot.received = 0;
    if (slot.socket.send(slot.line) != slot.line.size()) {
        throw std::runtime_error("a short line was not sent whole");
    }
    poller_.add(slot.socket, EPOLLIN, key);
    ++unanswered_;
}

void Churn::ready(std::uint32_t key, std::uint32_t /*events*/) {
    Slot& slot = slots_[key];
    const auto data = slot.socket.receive();
    if (!data) {
        return;
    }
    check_same(*data, slot.line.substr(slot.received, data->size()), key);
    slot.received += data->size();
    tally_.bytes += data->size();
    if (slot.received == slot.line.size()) {
        slot.socket.close();
        --unanswered_;
        ++tally_.operations;
        if (!finishing()) {
            open(key);
        }
    }
}

} // namespace bench
