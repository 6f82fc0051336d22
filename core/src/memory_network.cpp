// SPDX-License-Identifier: MIT
#include <hawser/testing/memory_network.h>

#include "memory_end.h"
#include "memory_place.h"

#include <hawser/core/endpoint_kind.h>
#include <hawser/core/error.h>
#include <hawser/core/log.h>
#include <hawser/core/proxy_protocol.h>
#include <hawser/testing/memory_loop.h>

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <utility>

namespace hawser::testing {

namespace {

constexpr std::uint16_t first_port = 49152; // of those the system chooses

std::string cannot(std::string_view what, const Endpoint& endpoint) {
    return fmt::format("cannot {} {}", what, to_string(endpoint));
}

std::unique_ptr<Protocol> build(Factory& factory, const Address& peer) {
    try {
        return factory.build_protocol(peer);
    } catch (...) {
        log(LogLevel::error, "network",
            "build_protocol threw: " + message_of(std::current_exception()));
        return nullptr;
    }
}

} // namespace

class MemoryNetwork::World final : private MemoryLoop {
public:
    explicit World(TransportLimits limits) : MemoryLoop(limits) {}

    using MemoryLoop::clock;

    Listener listen(const Endpoint& endpoint, std::shared_ptr<Factory> factory);
    Deferred<Protocol*> connect(const Endpoint& endpoint, std::shared_ptr<Factory> factory);
    void pump() { turn_until_quiet(0); }
    void advance(std::chrono::nanoseconds duration);
    void end() noexcept;
    [[nodiscard]] std::string leftovers() const;

    EndpointKinds kinds_;
    std::vector<MemoryPlace> silent_;
    std::vector<std::string> asked_;

private:
    struct Listening {
        World* world; // null: closed
        MemoryPlace place;
        std::string name; // the endpoint
        std::shared_ptr<Factory> factory;
    };
    class Port; // the handle's side
    struct Attempt {
        Endpoint endpoint;
        std::shared_ptr<Factory> factory;
        Promise<Protocol*> promise{};
        Timer timer{}; // its beginning, then its deadline
    };
    using Attempts = std::list<Attempt>;

    MemoryPlace free_place(const Endpoint& endpoint);
    std::uint16_t next_port() noexcept;
    [[nodiscard]] std::shared_ptr<Listening> find(const MemoryPlace& place) const;
    void close(Listening& listening) noexcept;
    void begin(Attempts::iterator attempt);
    void connect(Attempts::iterator attempt, const MemoryPlace& place,
                 const std::shared_ptr<Listening>& listening);
    void accept(std::unique_ptr<MemoryEnd> end, const Listening& listening);
    void fail(Attempts::iterator attempt, std::error_code error);
    void give_up(Attempts::iterator attempt) noexcept;
    bool deliver_next() override;
    bool tell_end() override { return false; } // each end tells its own
    bool stop_factories() noexcept;
    void drop_lost();

    std::vector<std::shared_ptr<Listening>> listening_; // shared with the handles
    Attempts attempts_;
    std::vector<std::unique_ptr<MemoryEnd>> ends_;
    std::vector<std::shared_ptr<Factory>> stopping_; // to be told so from the loop
    std::uint16_t port_ = first_port;
    bool ended_ = false;
};

class MemoryNetwork::World::Port final : public Listener::Port {
public:
    explicit Port(std::shared_ptr<Listening> listening)
        : listening_(std::move(listening)), address_(listening_->place.address()) {}
    ~Port() override { Port::stop_listening(); }

    [[nodiscard]] const Address& address() const noexcept override { return address_; }
    [[nodiscard]] bool listening() const noexcept override { return listening_->world != nullptr; }
    void stop_listening() noexcept override {
        if (listening()) {
            listening_->world->close(*listening_);
        }
    }

private:
    std::shared_ptr<Listening> listening_;
    Address address_;
};

// Listening.

Listener MemoryNetwork::World::listen(const Endpoint& endpoint, std::shared_ptr<Factory> factory) {
    if (ended_) {
        throw Error(Errc::not_running, cannot("listen on", endpoint));
    }
    auto listening = std::make_shared<Listening>(
        Listening{this, free_place(endpoint), to_string(endpoint), std::move(factory)});
    listening->factory->do_start();
    listening_.push_back(listening);
    return Listener(std::make_unique<Port>(std::move(listening)));
}

MemoryPlace MemoryNetwork::World::free_place(const Endpoint& endpoint) {
    const auto taken = [&](const MemoryPlace& place) {
        return std::any_of(listening_.begin(), listening_.end(),
                           [&](const auto& each) { return place.clashes_with(each->place); });
    };
    std::optional<MemoryPlace> place = MemoryPlace::of(endpoint, next_port());
    if (!place) {
        throw Error(Errc::wrong_kind, cannot("listen on", endpoint));
    }
    if (taken(*place)) {
        throw Error(std::make_error_code(std::errc::address_in_use), cannot("listen on", endpoint));
    }
    return *place;
}

std::uint16_t MemoryNetwork::World::next_port() noexcept {
    const std::uint16_t port = port_++;
    port_ = std::max(port_, first_port);
    return port;
}

std::shared_ptr<MemoryNetwork::World::Listening>
MemoryNetwork::World::find(const MemoryPlace& place) const {
    const auto found = std::find_if(listening_.begin(), listening_.end(),
                                    [&](const auto& each) { return place.leads_to(each->place); });
    return found == listening_.end() ? nullptr : *found;
}

void MemoryNetwork::World::close(Listening& listening) noexcept {
    listening.world = nullptr;
    stopping_.push_back(listening.factory);
    listening_.erase(std::find_if(listening_.begin(), listening_.end(),
                                  [&](const auto& each) { return each.get() == &listening; }));
}

// Connecting.

Deferred<Protocol*> MemoryNetwork::World::connect(const Endpoint& endpoint,
                                                  std::shared_ptr<Factory> factory) {
    if (ended_) {
        throw Error(Errc::canceled, cannot("connect to", endpoint));
    }
    factory->do_start();
    asked_.push_back(to_string(endpoint));
    const auto attempt = attempts_.insert(attempts_.end(), Attempt{endpoint, std::move(factory)});
    Deferred<Protocol*> result = attempt->promise.deferred();
    attempt->promise.on_cancel([this, attempt] { give_up(attempt); });
    attempt->timer =
        clock.call_later(std::chrono::nanoseconds::zero(), [this, attempt] { begin(attempt); });
    return result;
}

void MemoryNetwork::World::begin(Attempts::iterator attempt) {
    const auto place = MemoryPlace::of(attempt->endpoint);
    if (!place) {
        fail(attempt, Errc::wrong_kind);
    } else if (std::any_of(silent_.begin(), silent_.end(),
                           [&](const MemoryPlace& silent) { return place->leads_to(silent); })) {
        attempt->timer = clock.call_later(attempt->endpoint.timeout(),
                                          [this, attempt] { fail(attempt, Errc::timed_out); });
    } else if (const auto listening = find(*place)) {
        connect(attempt, *place, listening);
    } else {
        fail(attempt, std::make_error_code(std::errc::connection_refused));
    }
}

void MemoryNetwork::World::connect(Attempts::iterator attempt, const MemoryPlace& place,
                                   const std::shared_ptr<Listening>& listening) {
    const Address at = place.address_at(listening->place);
    const Address from = place.address_from(attempt->endpoint.bind(), next_port());
    attempt->promise.on_cancel(nullptr); // build_protocol() may drop the Deferred
    std::unique_ptr<Protocol> protocol = build(*attempt->factory, at);
    if (!protocol || !attempt->promise.wanted()) {
        fail(attempt, Errc::refused);
        return;
    }
    Attempt made = std::move(*attempt);
    attempts_.erase(attempt);
    auto server = std::make_unique<MemoryEnd>(turn, MemoryEnd::Side::accepted, from, at);
    MemoryEnd& client = *ends_.emplace_back(
        std::make_unique<MemoryEnd>(turn, MemoryEnd::Side::connected, at, from));
    client.join(*server);

    Protocol* const result = protocol.get();
    client.open(std::move(protocol), std::move(made.factory));
    if (client.finished() && client.reason()) {
        made.promise.fail(client.reason(), cannot("connect to", made.endpoint));
    } else if (!made.promise.wanted()) {
        client.abort_connection(Errc::canceled); // dropped by its own connection_made()
    } else {
        made.promise.resolve(result);
    }
    accept(std::move(server), *listening);
}

void MemoryNetwork::World::accept(std::unique_ptr<MemoryEnd> end, const Listening& listening) {
    if (listening.world == nullptr) { // meanwhile: the other end is reset
        return;
    }
    const std::shared_ptr<Factory> factory = listening.factory;
    std::unique_ptr<Protocol> protocol = build(*factory, end->peer());
    if (!protocol) {
        end->leave(false);
        return;
    }
    MemoryEnd& accepted = *ends_.emplace_back(std::move(end));
    accepted.open(std::move(protocol), factory);
}

void MemoryNetwork::World::fail(Attempts::iterator attempt, std::error_code error) {
    Attempt failed = std::move(*attempt);
    attempts_.erase(attempt);
    failed.promise.on_cancel(nullptr);
    failed.promise.fail(error, cannot("connect to", failed.endpoint));
    failed.factory->do_stop(); // last: the callback may have begun the next attempt with it
}

void MemoryNetwork::World::give_up(Attempts::iterator attempt) noexcept {
    stopping_.push_back(std::move(attempt->factory));
    attempts_.erase(attempt);
}

// The loop.

bool MemoryNetwork::World::deliver_next() {
    bool more = clock.until_next() == std::chrono::nanoseconds::zero();
    if (more) {
        clock.advance(std::chrono::nanoseconds::zero());
    }
    more = stop_factories() || more;
    for (std::size_t i = 0; i < ends_.size(); ++i) { // others may come
        more = ends_[i]->step() || more;
    }
    drop_lost();
    return more;
}

bool MemoryNetwork::World::stop_factories() noexcept {
    const auto stopping = std::exchange(stopping_, {});
    for (const auto& factory : stopping) {
        factory->do_stop();
    }
    return !stopping.empty();
}

// Out of the list first: what their protocols own may look at it as it goes.
void MemoryNetwork::World::drop_lost() {
    std::vector<std::unique_ptr<MemoryEnd>> lost;
    for (auto& end : ends_) {
        if (end->lost()) {
            lost.push_back(std::move(end));
        }
    }
    std::erase(ends_, nullptr);
}

void MemoryNetwork::World::advance(std::chrono::nanoseconds duration) {
    pump();
    while (duration > std::chrono::nanoseconds::zero()) {
        const auto step = std::min(duration, clock.until_next().value_or(duration));
        clock.advance(step);
        duration -= step;
        pump();
    }
}

// The end.

void MemoryNetwork::World::end() noexcept {
    ended_ = true;
    while (!listening_.empty()) {
        close(*listening_.back());
    }
    from_loop([this] {
        while (!attempts_.empty()) {
            fail(attempts_.begin(), Errc::canceled);
        }
        for (const auto& end : ends_) {
            end->lose(Errc::aborted);
            end->step();
        }
        ends_.clear();
        stop_factories();
    });
}

std::string MemoryNetwork::World::leftovers() const {
    std::string text;
    for (const auto& listening : listening_) {
        text += fmt::format("listening on {}\n", listening->name);
    }
    for (const Attempt& attempt : attempts_) {
        text += fmt::format("connecting to {}\n", to_string(attempt.endpoint));
    }
    for (const auto& end : ends_) {
        text += fmt::format("{} at {}, connected to {}\n", end->protocol_name(),
                            to_string(end->host()), to_string(end->peer()));
    }
    const std::size_t timers = clock.scheduled() - attempts_.size(); // one each
    if (timers > 0) {
        text += fmt::format("{} timer{}\n", timers, timers == 1 ? "" : "s");
    }
    return text;
}

// The network.

MemoryNetwork::MemoryNetwork(TransportLimits limits) : world_(std::make_unique<World>(limits)) {
    kinds().add(ProxyProtocolKind::name, std::make_unique<ProxyProtocolKind>(clock()));
}

MemoryNetwork::~MemoryNetwork() {
    world_->end();
}

Listener MemoryNetwork::listen(const Endpoint& endpoint, std::shared_ptr<Factory> factory) {
    if (endpoint.kind() == Endpoint::Kind::registered) {
        return kinds().of(endpoint).listen(*this, endpoint, std::move(factory));
    }
    return world_->listen(endpoint, std::move(factory));
}

Deferred<Protocol*> MemoryNetwork::connect(const Endpoint& endpoint,
                                           std::shared_ptr<Factory> factory) {
    if (endpoint.kind() == Endpoint::Kind::registered) {
        return kinds().of(endpoint).connect(*this, endpoint, std::move(factory));
    }
    return world_->connect(endpoint, std::move(factory));
}

EndpointKinds& MemoryNetwork::kinds() noexcept {
    return world_->kinds_;
}

void MemoryNetwork::pump() {
    world_->pump();
}

void MemoryNetwork::advance(std::chrono::nanoseconds duration) {
    world_->advance(duration);
}

Clock& MemoryNetwork::clock() noexcept {
    return world_->clock;
}

void MemoryNetwork::set_silent(const Endpoint& endpoint, bool silent) {
    const auto place = MemoryPlace::of(endpoint);
    if (!place) {
        return;
    }
    std::erase_if(world_->silent_,
                  [&](const MemoryPlace& each) { return each.clashes_with(*place); });
    if (silent) {
        world_->silent_.push_back(*place);
    }
}

const std::vector<std::string>& MemoryNetwork::asked() const noexcept {
    return world_->asked_;
}

std::string MemoryNetwork::leftovers() const {
    return world_->leftovers();
}

} // namespace hawser::testing
