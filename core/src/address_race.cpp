// SPDX-License-Identifier: MIT
#include <hawser/core/detail/address_race.h>

#include <hawser/core/error.h>

#include <algorithm>
#include <utility>

namespace hawser::detail {

std::deque<Address> interleave_families(std::vector<Address> addresses) {
    std::deque<Address> first;
    std::deque<Address> others;
    for (Address& address : addresses) {
        const bool like_first = first.empty() || address.family() == first.front().family();
        (like_first ? first : others).push_back(std::move(address));
    }
    std::deque<Address> mixed;
    while (!first.empty() || !others.empty()) {
        for (auto* family : {&first, &others}) {
            if (!family->empty()) {
                mixed.push_back(std::move(family->front()));
                family->pop_front();
            }
        }
    }
    return mixed;
}

AddressRace::AddressRace(Clock& clock, Begin begin, AllFailed all_failed)
    : clock_(clock), begin_(std::move(begin)), all_failed_(std::move(all_failed)),
      last_error_(Errc::host_not_found) {}

void AddressRace::start(std::vector<Address> addresses) {
    candidates_ = interleave_families(std::move(addresses));
    next();
}

void AddressRace::failed(std::error_code error) {
    --under_way_;
    last_error_ = error;
    next();
}

void AddressRace::next() {
    delay_ = {};
    while (!candidates_.empty()) {
        const Address address = std::move(candidates_.front());
        candidates_.pop_front();
        const std::error_code error = begin_(address);
        if (!error) {
            ++under_way_;
            if (!candidates_.empty()) {
                delay_ = clock_.call_later(attempt_delay, [this] { next(); });
            }
            return;
        }
        last_error_ = error;
    }
    if (under_way_ == 0) {
        AllFailed all_failed = std::move(all_failed_); // may drop us
        all_failed(last_error_);
    }
}

} // namespace hawser::detail
