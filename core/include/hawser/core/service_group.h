// SPDX-License-Identifier: MIT
/// \file
/// ServiceGroup, services that start and stop together.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/detail/waiting_list.h>
#include <hawser/core/export.h>
#include <hawser/core/service.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hawser {

/// Owns services. They start in the order they were added and stop in the reverse of it, each one
/// only when the one before has stopped: so add first what the others need. A group is a Service
/// itself, and may be part of another.
///
/// Destroying it destroys the services in reverse order, without waiting.
class HAWSER_API ServiceGroup final : public Service {
public:
    ServiceGroup();
    ~ServiceGroup() override;

    /// Takes \p service as the last. When the group runs it is started at once, a member already;
    /// what that throws leaves here, and the service is gone. Throws std::errc::invalid_argument
    /// when \p name is taken. A service without a name is not found by one.
    template <class S>
    S& add(std::unique_ptr<S> service, std::string name = {});

    /// Null when there is none of that name, or not any more.
    [[nodiscard]] Service* find(std::string_view name) const noexcept;

    /// Takes \p service out at once, stops it, and resolves when it has stopped and is destroyed.
    /// Dropping the Deferred before destroys it where it stands. Throws
    /// std::errc::invalid_argument when it is not one of ours.
    [[nodiscard]] Deferred<> remove(Service& service);

    /// Every service's privileged_start(), in order. If one throws, those before it are stopped,
    /// as start() says.
    void privileged_start() override;

    /// Every service's start(), in order, after every privileged_start(). If one throws, those
    /// that have begun, itself included, are stopped in reverse order, and the exception leaves
    /// here at once: stop() waits for the end of that. Throws Errc::already_running until then, as
    /// it does while a stop() is under way. Does nothing when the group runs.
    void start() override;

    /// Stops every service in reverse order, and waits for each before the next. One that fails
    /// does not keep the others: the first failure is the result, further ones are logged. While
    /// the group is stopping already, this joins the same end.
    [[nodiscard]] Deferred<> stop() override;

private:
    enum class State : std::uint8_t { stopped, privileged, running, stopping };
    struct Member {
        std::string name;
        std::unique_ptr<Service> service;
        State state = State::stopped; // never stopping
    };

    void take(std::unique_ptr<Service> service, std::string name);
    void begin(State until);   // in order, those that have not
    void end();                // begins to stop; the last thing its caller does
    Deferred<> stop_members(); // a coroutine, dropped with us
    void ended(const std::exception_ptr& failure);

    std::vector<Member> members_;
    State state_ = State::stopped;
    Deferred<> ending_;
    detail::WaitingList<void> waiting_; // for the end
};

template <class S>
S& ServiceGroup::add(std::unique_ptr<S> service, std::string name) {
    S& added = *service;
    take(std::move(service), std::move(name));
    return added;
}

} // namespace hawser
