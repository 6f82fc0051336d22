// SPDX-License-Identifier: MIT
/// \file
/// Connector, one attempt to connect: the name, every address it has, and a deadline.
#pragma once

#include "descriptor.h"
#include "uv_handle.h"

#include <hawser/core/address.h>
#include <hawser/core/deferred.h>
#include <hawser/core/detail/intrusive_list.h>
#include <hawser/core/endpoint.h>
#include <hawser/core/factory.h>
#include <hawser/core/timer.h>

#include <uv.h>

#include <deque>
#include <memory>
#include <system_error>

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
    struct LookUp;

    Connector(Loop& loop, const Endpoint& endpoint, std::shared_ptr<Factory> factory);
    ~Connector();

    void begin();
    void look_up();
    void found(int status, const addrinfo* list);
    void try_next();
    bool attempt(const Address& address); // true: it is under way
    void writable() noexcept;
    void give_up() noexcept; // nobody waits any more
    void fail(std::error_code error) noexcept;
    void succeed() noexcept;

    Loop& loop_;
    Endpoint endpoint_;
    std::shared_ptr<Factory> factory_;
    Promise<Protocol*> promise_;
    Timer deadline_;
    LookUp* look_up_ = nullptr;      // under way in libuv's pool, which owns it
    std::deque<Address> candidates_; // still to be tried
    Address trying_;
    Descriptor socket_;
    UvOwned<uv_poll_t> poll_; // null unless an attempt is under way
    Timer try_again_;
    std::error_code last_error_;
};

} // namespace hawser::detail
