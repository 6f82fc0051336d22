// SPDX-License-Identifier: MIT
#include <hawser/testing/fixed_resolver.h>

#include <fmt/format.h>

#include <utility>

namespace hawser::testing {

FixedResolver::FixedResolver() = default;
FixedResolver::~FixedResolver() = default;

void FixedResolver::set(std::string_view host, std::initializer_list<std::string_view> ips) {
    std::vector<Address> addresses;
    for (const std::string_view ip : ips) {
        const auto address = Address::from_ip(ip, 0);
        if (!address) {
            throw Error(Errc::bad_address, fmt::format("cannot read \"{}\"", ip));
        }
        addresses.push_back(*address);
    }
    set(host, std::move(addresses));
}

void FixedResolver::set(std::string_view host, std::vector<Address> addresses) {
    answers_.insert_or_assign(std::string(host), Answer{std::move(addresses), {}});
}

void FixedResolver::set_failure(std::string_view host, std::error_code error) {
    answers_.insert_or_assign(std::string(host), Answer{{}, error});
}

void FixedResolver::set_delay(Clock& clock, std::chrono::nanoseconds delay) {
    clock_ = &clock;
    delay_ = delay;
}

Deferred<std::vector<Address>> FixedResolver::resolve(std::string_view host) {
    asked_.emplace_back(host);
    Promise<std::vector<Address>> promise;
    Deferred<std::vector<Address>> result = promise.deferred();
    if (clock_ == nullptr) {
        bring(std::move(promise), answer(host), host);
        return result;
    }
    const auto waiting = waiting_.insert(waiting_.end(), Waiting{std::move(promise), {}});
    waiting->promise.on_cancel([this, waiting] { waiting_.erase(waiting); });
    waiting->timer = clock_->call_later(
        delay_, [this, waiting, host = std::string(host), answer = answer(host)]() mutable {
            Promise<std::vector<Address>> due = std::move(waiting->promise);
            waiting_.erase(waiting);
            due.on_cancel(nullptr);
            bring(std::move(due), std::move(answer), host);
        });
    return result;
}

FixedResolver::Answer FixedResolver::answer(std::string_view host) const {
    const auto found = answers_.find(host);
    if (found == answers_.end()) {
        return {{}, Errc::host_not_found};
    }
    return found->second;
}

void FixedResolver::bring(Promise<std::vector<Address>> promise, Answer answer,
                          std::string_view host) {
    if (answer.error) {
        promise.fail(answer.error, fmt::format("cannot look up {}", host));
    } else {
        promise.resolve(std::move(answer.addresses));
    }
}

} // namespace hawser::testing
