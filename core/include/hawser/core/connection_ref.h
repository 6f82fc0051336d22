// SPDX-License-Identifier: MIT
/// \file
/// ConnectionRef, a handle to a connection that may be gone.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/bytes.h>
#include <hawser/core/export.h>

#include <cstddef>
#include <system_error>

namespace hawser {

class Transport;

/// What to keep of a connection beyond its callbacks: a room's member list, a job whose answer
/// comes later. Every call is safe after the connection is gone; it then does nothing.
///
/// Handles may be copied, moved and dropped on any thread; they are used on the reactor's.
class HAWSER_API ConnectionRef {
public:
    struct Anchor; ///< What a transport shares with its handles.

    ConnectionRef() noexcept = default; ///< Of no connection.
    explicit ConnectionRef(Anchor* anchor) noexcept;
    ConnectionRef(const ConnectionRef& other) noexcept;
    ConnectionRef(ConnectionRef&& other) noexcept;
    ConnectionRef& operator=(ConnectionRef other) noexcept;
    ~ConnectionRef();

    /// The transport while it lives: until its protocol's connection_lost() has returned. Null
    /// afterwards.
    [[nodiscard]] Transport* get() const noexcept;
    [[nodiscard]] explicit operator bool() const noexcept { return get() != nullptr; }

    void write(Bytes data) const;
    void write(const SharedBytes& data) const;
    void lose_connection(std::error_code reason = {}) const;
    void abort_connection() const;
    [[nodiscard]] std::size_t queued() const noexcept; ///< 0 when gone.
    [[nodiscard]] bool closing() const noexcept;       ///< True when gone.
    [[nodiscard]] Address peer() const;                ///< Family::none when gone.

    /// True for two handles to the same connection, gone or not.
    friend bool operator==(const ConnectionRef&, const ConnectionRef&) noexcept = default;

private:
    Anchor* anchor_ = nullptr; // counted
};

} // namespace hawser
