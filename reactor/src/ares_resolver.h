// SPDX-License-Identifier: MIT
/// \file
/// AresResolver, host names by way of c-ares: its sockets are watched by our loop.
#pragma once

#include "uv_handle.h"

#include <hawser/core/resolver.h>
#include <hawser/core/timer.h>

#include <ares.h>
#include <uv.h>

#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hawser::detail {

class Loop;

/// Asks for IPv4 and IPv6 addresses at once, and sorts them by RFC 6724.
class AresResolver final : public Resolver {
public:
    /// \p servers as ReactorOptions::name_servers; throws Error where they cannot be read.
    AresResolver(Loop& loop, const std::string& servers);
    ~AresResolver() override;

    [[nodiscard]] Deferred<std::vector<Address>> resolve(std::string_view host) override;

private:
    struct Query {
        AresResolver& resolver;
        std::string host;
        Promise<std::vector<Address>> promise;
        int status = ARES_SUCCESS;
        std::vector<Address> addresses;
    };
    using Queries = std::list<Query>;

    static void answered(void* query, int status, int timeouts, ares_addrinfo* result) noexcept;
    void watch(ares_socket_t socket, bool reading, bool writing) noexcept;
    template <class Work>
    void work(Work call); // everything that may bring an answer
    void arm_timer();
    void given_up();

    Loop& loop_;
    ares_channel channel_ = nullptr;
    std::map<ares_socket_t, UvOwned<uv_poll_t>> polls_;
    Queries asked_;
    Queries answered_; // to be told once c-ares has returned: it is not to be destroyed inside
    Timer timer_;
    Timer tidy_;
};

} // namespace hawser::detail
