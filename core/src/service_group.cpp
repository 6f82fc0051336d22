// SPDX-License-Identifier: MIT
#include <hawser/core/service_group.h>

#include <hawser/core/error.h>
#include <hawser/core/log.h>

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace hawser {

namespace {

Error misuse(std::string_view what) {
    return {std::make_error_code(std::errc::invalid_argument), what};
}

void report(const std::exception_ptr& failure) {
    log(LogLevel::error, "service", "a service failed to stop: " + message_of(failure));
}

// Owns the service until it has stopped.
Deferred<> retire(std::unique_ptr<Service> service) {
    auto stopped = service->stop();
    co_await std::move(stopped);
    service.reset();
}

} // namespace

ServiceGroup::ServiceGroup() = default;

ServiceGroup::~ServiceGroup() {
    ending_ = Deferred<>();
    while (!members_.empty()) {
        members_.pop_back();
    }
    waiting_.abandon("waiting for services to stop");
}

void ServiceGroup::take(std::unique_ptr<Service> service, std::string name) {
    if (!name.empty() && find(name) != nullptr) {
        throw misuse(fmt::format("cannot add a second service \"{}\"", name));
    }
    const State joined = state_ == State::stopping ? State::stopped : state_;
    Service& added = *service;
    // Before it begins, which may look for it, stop us, or add another.
    members_.push_back({std::move(name), std::move(service), joined});
    try {
        if (joined != State::stopped) {
            added.privileged_start();
        }
        if (joined == State::running && state_ == State::running) {
            added.start();
        }
    } catch (...) {
        std::erase_if(members_,
                      [&](const Member& member) { return member.service.get() == &added; });
        throw;
    }
}

Service* ServiceGroup::find(std::string_view name) const noexcept {
    const auto found = std::find_if(members_.begin(), members_.end(), [&](const Member& member) {
        return !name.empty() && member.name == name;
    });
    return found == members_.end() ? nullptr : found->service.get();
}

Deferred<> ServiceGroup::remove(Service& service) {
    const auto found = std::find_if(members_.begin(), members_.end(), [&](const Member& member) {
        return member.service.get() == &service;
    });
    if (found == members_.end()) {
        throw misuse("cannot remove a service that is not in the group");
    }
    std::unique_ptr<Service> removed = std::move(found->service);
    members_.erase(found);
    return retire(std::move(removed));
}

void ServiceGroup::privileged_start() {
    if (state_ == State::stopping) {
        throw Error(Errc::already_running, "cannot start services that are still stopping");
    }
    if (state_ == State::stopped) {
        state_ = State::privileged;
        begin(State::privileged);
    }
}

void ServiceGroup::start() {
    privileged_start();
    if (state_ == State::privileged) {
        begin(State::running);
    }
    if (state_ == State::privileged) { // and none of them has stopped us
        state_ = State::running;
    }
}

void ServiceGroup::begin(State until) try {
    // Looked for anew each time: a service may add others as it begins.
    while (state_ == State::privileged) {
        const auto next = std::find_if(members_.begin(), members_.end(),
                                       [&](const Member& member) { return member.state < until; });
        if (next == members_.end()) {
            return;
        }
        Service& service = *next->service;
        next->state = until; // before it begins, so that it is stopped too when that throws
        until == State::privileged ? service.privileged_start() : service.start();
    }
} catch (...) {
    end();
    throw;
}

Deferred<> ServiceGroup::stop() {
    if (state_ == State::stopped) {
        return Deferred<>::succeed();
    }
    Deferred<> stopped = waiting_.add();
    end();
    return stopped;
}

void ServiceGroup::end() {
    if (state_ == State::stopping || state_ == State::stopped) {
        return;
    }
    state_ = State::stopping;
    Deferred<> members = stop_members();
    const bool at_once = members.settled();
    Deferred<> told = std::move(members).then(
        [this] { ended(nullptr); }, [this](const std::exception_ptr& failure) { ended(failure); });
    if (!at_once) { // else we may be gone
        ending_ = std::move(told);
    }
}

Deferred<> ServiceGroup::stop_members() {
    std::exception_ptr first;
    for (;;) {
        const auto last =
            std::find_if(members_.rbegin(), members_.rend(),
                         [](const Member& member) { return member.state != State::stopped; });
        if (last == members_.rend()) {
            break;
        }
        last->state = State::stopped;
        std::exception_ptr failure;
        try {
            auto stopped = last->service->stop();
            co_await std::move(stopped);
        } catch (...) {
            failure = std::current_exception();
        }
        if (failure && first) {
            report(failure);
        } else if (failure) {
            first = failure;
        }
    }
    if (first) {
        std::rethrow_exception(first);
    }
}

void ServiceGroup::ended(const std::exception_ptr& failure) {
    state_ = State::stopped;
    if (failure && waiting_.empty()) {
        report(failure);
    }
    detail::WaitingList<void> waiting = std::move(waiting_);
    while (!waiting.empty()) {
        Promise<>& promise = waiting.pop().promise;
        failure ? promise.fail(failure) : promise.resolve();
    }
}

} // namespace hawser
