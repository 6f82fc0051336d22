// SPDX-License-Identifier: MIT
#include "lasting_network.h"

#include <hawser/core/log.h>
#include <hawser/core/protocol_wrapper.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

namespace hawser::runner {

namespace {

struct FactoryKept {
    std::shared_ptr<Factory> kept;
};

/// Keeps the factory that made its protocol until that is gone: the transport only knows the one
/// of its listener, which may have been handed on.
class Guest final : private FactoryKept, public ProtocolWrapper {
public:
    Guest(std::unique_ptr<Protocol> wrapped, std::shared_ptr<Factory> factory) noexcept
        : FactoryKept{std::move(factory)}, ProtocolWrapper(std::move(wrapped)) {}
};

} // namespace

bool has_fixed_address(const Endpoint& endpoint) {
    if (endpoint.kind() == Endpoint::Kind::registered) {
        try {
            return has_fixed_address(endpoint.inner());
        } catch (const EndpointError&) { // it wraps no other
            return true;
        }
    }
    return endpoint.kind() != Endpoint::Kind::tcp || endpoint.port() != 0;
}

/// Those who listen at one place, as the factory that its listener knows.
class LastingNetwork::Tenants final : public Factory {
public:
    struct Tenant {
        const Handle* handle;
        std::shared_ptr<Factory> factory; // shared with its connections
        std::uint64_t round;              // in which it came
    };

    explicit Tenants(LastingNetwork& network) noexcept : network_(&network) {}

    void add(Tenant tenant) { tenants_.push_back(std::move(tenant)); }
    void remove(const Handle& handle) noexcept {
        const auto found =
            std::find_if(tenants_.begin(), tenants_.end(),
                         [&](const Tenant& tenant) { return tenant.handle == &handle; });
        if (found != tenants_.end()) {
            std::shared_ptr<Factory> factory = std::move(found->factory);
            tenants_.erase(found);
            network_->left(*this, std::move(factory));
        }
    }
    /// The network ends, or the listener has: what there is of us, told.
    void end() noexcept {
        for (Tenant& tenant : std::exchange(tenants_, {})) {
            tenant.factory->do_stop();
        }
    }

    [[nodiscard]] bool none() const noexcept { return tenants_.empty(); }
    [[nodiscard]] std::uint64_t newest_round() const noexcept { return tenants_.back().round; }
    [[nodiscard]] bool has(const Handle& handle) const noexcept {
        return std::any_of(tenants_.begin(), tenants_.end(),
                           [&](const Tenant& tenant) { return tenant.handle == &handle; }) &&
               network_->listening(*this);
    }

    std::unique_ptr<Protocol> build_protocol(const Address& peer) override {
        if (tenants_.empty()) { // the last has left in this turn
            return nullptr;
        }
        std::shared_ptr<Factory> factory = tenants_.back().factory;
        std::unique_ptr<Protocol> protocol = factory->build_protocol(peer);
        return protocol ? std::make_unique<Guest>(std::move(protocol), std::move(factory))
                        : nullptr;
    }

private:
    LastingNetwork* network_;
    std::vector<Tenant> tenants_; // the newest is the last
};

/// What a Listener holds.
class LastingNetwork::Handle final : public Listener::Port {
public:
    Handle(std::shared_ptr<Tenants> tenants, Address address) noexcept
        : tenants_(std::move(tenants)), address_(std::move(address)) {}
    ~Handle() override { tenants_->remove(*this); }

    [[nodiscard]] const Address& address() const noexcept override { return address_; }
    void stop_listening() noexcept override { tenants_->remove(*this); }
    [[nodiscard]] bool listening() const noexcept override { return tenants_->has(*this); }

private:
    std::shared_ptr<Tenants> tenants_; // shared with the network
    Address address_;
};

LastingNetwork::LastingNetwork(Clock& clock, Network& network) noexcept
    : clock_(clock), network_(network) {}

LastingNetwork::~LastingNetwork() {
    for (Place& place : places_) {
        place.listener.stop_listening();
        place.tenants->end();
    }
    tell_ended();
}

Listener LastingNetwork::listen(const Endpoint& endpoint, std::shared_ptr<Factory> factory) {
    Place* shared = place_to_share(endpoint);
    Place opened{endpoint, nullptr, {}};
    if (shared == nullptr) {
        opened.tenants = std::make_shared<Tenants>(*this);
        opened.listener = network_.listen(endpoint, opened.tenants);
    }
    Place& place = shared != nullptr ? *shared : opened;
    auto handle = std::make_unique<Handle>(place.tenants, place.listener.address());
    factory->do_start();
    place.tenants->add({handle.get(), std::move(factory), round_});
    if (shared == nullptr) {
        places_.push_back(std::move(opened));
    }
    return Listener(std::move(handle));
}

Deferred<Protocol*> LastingNetwork::connect(const Endpoint& endpoint,
                                            std::shared_ptr<Factory> factory) {
    return network_.connect(endpoint, std::move(factory));
}

Listener LastingNetwork::bind(const Endpoint& endpoint,
                              std::unique_ptr<DatagramProtocol> protocol) {
    return network_.bind(endpoint, std::move(protocol));
}

EndpointKinds& LastingNetwork::kinds() {
    return network_.kinds();
}

LastingNetwork::Place* LastingNetwork::place_to_share(const Endpoint& endpoint) noexcept {
    const auto found = std::find_if(places_.begin(), places_.end(), [&](const Place& place) {
        return place.endpoint == endpoint && place.tenants->newest_round() < round_ &&
               place.listener.listening();
    });
    return found != places_.end() && has_fixed_address(endpoint) ? &*found : nullptr;
}

bool LastingNetwork::listening(const Tenants& tenants) const noexcept {
    return std::any_of(places_.begin(), places_.end(), [&](const Place& place) {
        return place.tenants.get() == &tenants && place.listener.listening();
    });
}

void LastingNetwork::left(Tenants& tenants, std::shared_ptr<Factory> factory) noexcept {
    if (tenants.none()) {
        places_.remove_if([&](const Place& place) { return place.tenants.get() == &tenants; });
    }
    ended_.push_back(std::move(factory));
    if (!tell_.active()) {
        tell_ = clock_.call_later(std::chrono::nanoseconds::zero(), [this] { tell_ended(); });
    }
}

void LastingNetwork::tell_ended() noexcept {
    for (const std::shared_ptr<Factory>& factory : std::exchange(ended_, {})) {
        factory->do_stop();
    }
}

} // namespace hawser::runner
