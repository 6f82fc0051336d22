// SPDX-License-Identifier: MIT
/// \file
/// ConnectAttempt, one socket on its way to one address.
#pragma once

#include "descriptor.h"
#include "uv_handle.h"

#include <hawser/core/address.h>
#include <hawser/core/endpoint.h>
#include <hawser/core/timer.h>
#include <hawser/core/unique_function.h>

#include <uv.h>

#include <memory>
#include <system_error>

namespace hawser::detail {

class Loop;

/// Dropping it closes the socket.
class ConnectAttempt {
public:
    /// Called once, from the loop, with no error when it is connected. May drop the attempt.
    using Done = UniqueFunction<void(ConnectAttempt&, std::error_code)>;

    ConnectAttempt(Loop& loop, Address address, const Endpoint& endpoint, Done done);
    ConnectAttempt(const ConnectAttempt&) = delete;
    ConnectAttempt& operator=(const ConnectAttempt&) = delete;
    ~ConnectAttempt();

    /// Call once. With an error nothing is under way, and done is not called. Throws Error when
    /// there is more to say, of an option that the socket does not take.
    std::error_code begin();

    [[nodiscard]] const Address& address() const noexcept { return address_; }
    [[nodiscard]] Descriptor take_socket() noexcept { return std::move(socket_); }

private:
    std::error_code prepare();
    std::error_code connect();
    void connect_again() noexcept;
    [[nodiscard]] std::error_code failed() const; // what errno says
    void writable() noexcept;
    void done(std::error_code error) noexcept;

    Loop& loop_;
    Address address_;
    const Endpoint& endpoint_;
    Done done_;
    Descriptor socket_;
    UvOwned<uv_poll_t> poll_; // null unless the kernel is connecting
    Timer try_again_;
};

} // namespace hawser::detail
