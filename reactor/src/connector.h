// SPDX-License-Identifier: MIT
/// \file
/// Connector, from an endpoint to a connection: the name, every address it has, and a deadline.
#pragma once

#include "connect_attempt.h"
#include "descriptor.h"

#include <hawser/core/deferred.h>
#include <hawser/core/detail/address_race.h>
#include <hawser/core/detail/intrusive_list.h>
#include <hawser/core/endpoint.h>
#include <hawser/core/factory.h>
#include <hawser/core/timer.h>

#include <exception>
#include <memory>
#include <system_error>
#include <vector>

namespace hawser::detail {

class Loop;

/// Owns itself until it has brought its result, or was given up.
class Connector final : public ListHook<Loop> {
public:
    static Deferred<Protocol*> connect(Loop& loop, const Endpoint& endpoint,
                                       std::shared_ptr<Factory> factory);

    /// The reactor stops: fails with Errc::canceled.
    void cancel() noexcept;

private:
    Connector(Loop& loop, const Endpoint& endpoint, std::shared_ptr<Factory> factory);
    ~Connector();

    void begin();
    void find();
    void find_host();
    void look_up(const std::string& host);
    void found_hosts(const std::vector<Address>& hosts);
    void look_up_failed(const std::exception_ptr& error) noexcept;
    std::error_code attempt(const Address& address);
    void failed(const ConnectAttempt& attempt, std::error_code error);
    void all_failed(std::error_code error) noexcept;
    void adopt();
    void give_up() noexcept; // nobody waits any more
    void fail(std::error_code error) noexcept;
    void fail(const std::exception_ptr& error) noexcept;
    void attach_stdio();
    void succeed(Descriptor socket, Address peer) noexcept;
    template <class Start>
    void succeed(const Address& peer, Start start) noexcept;

    Loop& loop_;
    Endpoint endpoint_;
    std::shared_ptr<Factory> factory_;
    Promise<Protocol*> promise_;
    Timer deadline_;
    Deferred<> look_up_;
    AddressRace race_;
    std::vector<std::unique_ptr<ConnectAttempt>> attempts_; // under way
    std::exception_ptr failure_; // what the attempt that failed last threw; null: a code
};

} // namespace hawser::detail
