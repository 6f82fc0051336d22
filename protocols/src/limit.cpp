// SPDX-License-Identifier: MIT
#include <hawser/protocols/limit.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace hawser {

namespace {

Address everybody(const Address&) {
    return {};
}

Address peer_of(const Address& peer) {
    switch (peer.family()) {
    case Address::Family::ipv4: {
        std::array<std::uint8_t, 4> ip{};
        std::copy_n(peer.ip_octets().begin(), ip.size(), ip.begin());
        return Address::ipv4(ip, 0);
    }
    case Address::Family::ipv6: {
        std::array<std::uint8_t, 16> network{};
        std::copy_n(peer.ip_octets().begin(), network.size() / 2, network.begin());
        return Address::ipv6(network, 0, peer.scope());
    }
    case Address::Family::unix_path:
    case Address::Family::unix_abstract: return Address::unix_path("");
    case Address::Family::vsock: return Address::vsock(peer.cid(), 0);
    case Address::Family::none:
    case Address::Family::other: break;
    }
    return peer;
}

} // namespace

/// One of the connections that there may be, for as long as it is held.
class LimitFactory::Place {
public:
    Place(LimitFactory& factory, Address taken_by) : factory_(&factory) {
        count_ = &*factory.taken_.try_emplace(std::move(taken_by), 0).first;
        ++count_->second;
        ++factory.connections_;
    }
    Place(Place&& other) noexcept
        : factory_(std::exchange(other.factory_, nullptr)), count_(other.count_) {}
    Place& operator=(Place&&) = delete;
    ~Place() { leave(); }

    void leave() noexcept {
        if (factory_ == nullptr) {
            return;
        }
        --factory_->connections_;
        if (--count_->second == 0) {
            factory_->taken_.erase(factory_->taken_.find(count_->first));
        }
        factory_ = nullptr;
    }

private:
    LimitFactory* factory_; // null: left
    std::pair<const Address, std::size_t>* count_;
};

/// A connection that is counted.
class LimitFactory::Guest final : public ProtocolWrapper {
public:
    Guest(std::unique_ptr<Protocol> wrapped, Place place) noexcept
        : ProtocolWrapper(std::move(wrapped)), place_(std::move(place)) {}

private:
    void connection_lost(std::error_code reason) override {
        place_.leave();
        ProtocolWrapper::connection_lost(reason);
    }

    Place place_;
};

/// Another factory under the limit of one.
class LimitSharer final : public FactoryWrapper {
public:
    LimitSharer(std::shared_ptr<LimitFactory> limit, std::shared_ptr<Factory> wrapped) noexcept
        : FactoryWrapper(std::move(wrapped)), limit_(std::move(limit)) {}

private:
    std::unique_ptr<Protocol> build_protocol(const Address& peer) override {
        return limit_->admit(peer, wrapped());
    }
    void start_factory() override {
        FactoryWrapper::start_factory();
        try {
            limit_->start_overflow();
        } catch (...) {
            FactoryWrapper::stop_factory();
            throw;
        }
    }
    void stop_factory() override {
        limit_->stop_overflow();
        FactoryWrapper::stop_factory();
    }

    std::shared_ptr<LimitFactory> limit_; // shared with its own listeners
};

LimitFactory::LimitFactory(std::size_t most, CountedAs counted_as, std::shared_ptr<Factory> wrapped,
                           std::shared_ptr<Factory> overflow)
    : FactoryWrapper(std::move(wrapped)), most_(most), counted_as_(counted_as),
      overflow_(std::move(overflow)) {}

LimitFactory::~LimitFactory() = default;

std::unique_ptr<Protocol> LimitFactory::build_protocol(const Address& peer) {
    return admit(peer, wrapped());
}

std::unique_ptr<Protocol> LimitFactory::admit(const Address& peer, Factory& factory) {
    Address counted_as = counted_as_(peer);
    const auto taken = taken_.find(counted_as);
    if ((taken == taken_.end() ? 0 : taken->second) >= most_) {
        ++refused_;
        return overflow_ ? overflow_->build_protocol(peer) : nullptr;
    }
    Place place(*this, std::move(counted_as));
    std::unique_ptr<Protocol> protocol = factory.build_protocol(peer);
    return protocol ? std::make_unique<Guest>(std::move(protocol), std::move(place)) : nullptr;
}

void LimitFactory::start_factory() {
    FactoryWrapper::start_factory();
    try {
        start_overflow();
    } catch (...) {
        FactoryWrapper::stop_factory();
        throw;
    }
}

void LimitFactory::stop_factory() {
    stop_overflow();
    FactoryWrapper::stop_factory();
}

void LimitFactory::start_overflow() {
    if (overflow_) {
        overflow_->do_start();
    }
}

void LimitFactory::stop_overflow() noexcept {
    if (overflow_) {
        overflow_->do_stop();
    }
}

std::shared_ptr<LimitFactory> limit(std::size_t most, std::shared_ptr<Factory> factory,
                                    std::shared_ptr<Factory> overflow) {
    return std::make_shared<LimitFactory>(most, everybody, std::move(factory), std::move(overflow));
}

std::shared_ptr<LimitFactory> limit_per_peer(std::size_t most, std::shared_ptr<Factory> factory,
                                             std::shared_ptr<Factory> overflow) {
    return std::make_shared<LimitFactory>(most, peer_of, std::move(factory), std::move(overflow));
}

std::shared_ptr<Factory> share_limit(std::shared_ptr<LimitFactory> limit,
                                     std::shared_ptr<Factory> factory) {
    return std::make_shared<LimitSharer>(std::move(limit), std::move(factory));
}

} // namespace hawser
