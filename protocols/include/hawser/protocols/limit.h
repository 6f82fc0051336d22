// SPDX-License-Identifier: MIT
/// \file
/// limit() and limit_per_peer(), how many connections there may be at once.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/export.h>
#include <hawser/core/protocol_wrapper.h>

#include <cstddef>
#include <memory>
#include <unordered_map>

namespace hawser {

/// A factory that gives a protocol to no more than so many connections at once; what limit() and
/// limit_per_peer() return.
class HAWSER_API LimitFactory final : public FactoryWrapper {
public:
    /// Whom to count \p peer with: those that give the same Address share the limit.
    using CountedAs = Address (*)(const Address& peer);

    LimitFactory(std::size_t most, CountedAs counted_as, std::shared_ptr<Factory> wrapped,
                 std::shared_ptr<Factory> overflow);
    ~LimitFactory() override;

    std::unique_ptr<Protocol> build_protocol(const Address& peer) override;
    void start_factory() override;
    void stop_factory() override;

    /// Those that have a protocol of the wrapped factory now, or of one that shares the limit.
    [[nodiscard]] std::size_t connections() const noexcept { return connections_; }
    /// How many came over the limit, those that the overflow was for included.
    [[nodiscard]] std::size_t refused() const noexcept { return refused_; }

private:
    class Place;
    class Guest;
    friend class LimitSharer; // what share_limit() returns

    std::unique_ptr<Protocol> admit(const Address& peer, Factory& factory);
    void start_overflow();
    void stop_overflow() noexcept;

    std::size_t most_;
    CountedAs counted_as_;
    std::shared_ptr<Factory> overflow_; // shared with whoever else uses it; null: close at once
    std::unordered_map<Address, std::size_t> taken_; // none is 0
    std::size_t connections_ = 0;
    std::size_t refused_ = 0;
};

/// No more than \p most connections of \p factory at once. A further one is closed at once, or is
/// given a protocol of \p overflow, to say why; those are not counted here, so put a limit around
/// it too: a peer need not leave when it is told so.
///
///     limit(200, chat, limit(20, factory_for<Sorry>()))
///
/// A connection counts from before its protocol is made until its connection_lost(), whatever is
/// thrown in between.
[[nodiscard]] HAWSER_API std::shared_ptr<LimitFactory>
limit(std::size_t most, std::shared_ptr<Factory> factory,
      std::shared_ptr<Factory> overflow = nullptr);

/// The same for each peer: an IPv4 address, or a /64 of IPv6 addresses, which is what a provider
/// gives to one customer, whatever the port. All who come over Unix sockets count as one peer, and
/// so does each machine over vsock.
[[nodiscard]] HAWSER_API std::shared_ptr<LimitFactory>
limit_per_peer(std::size_t most, std::shared_ptr<Factory> factory,
               std::shared_ptr<Factory> overflow = nullptr);

/// A factory around \p factory, whose connections \p limit counts with its own, and refuses as it
/// does: for one limit over endpoints that are served in different ways.
[[nodiscard]] HAWSER_API std::shared_ptr<Factory> share_limit(std::shared_ptr<LimitFactory> limit,
                                                              std::shared_ptr<Factory> factory);

} // namespace hawser
