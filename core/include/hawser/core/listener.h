// SPDX-License-Identifier: MIT
/// \file
/// Listener, the handle to a place that accepts connections or receives datagrams.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/export.h>

#include <memory>

namespace hawser {

/// Accepts connections, or receives datagrams, for as long as it is held: dropping it, from
/// anywhere, stops listening.
/// Connections already made go on. When the Network goes first, the handle does nothing any more.
class HAWSER_API Listener {
public:
    /// What a Network implements; its destructor stops listening.
    class HAWSER_API Port {
    public:
        virtual ~Port();
        [[nodiscard]] virtual const Address& address() const noexcept = 0;
        virtual void stop_listening() noexcept = 0;
        [[nodiscard]] virtual bool listening() const noexcept = 0;
    };

    Listener() noexcept; ///< Of nothing.
    explicit Listener(std::unique_ptr<Port> port) noexcept;
    Listener(Listener&& other) noexcept;
    Listener& operator=(Listener&& other) noexcept;
    ~Listener();

    /// Where it listens, with the port the system chose for `tcp:0`; known after the end too.
    [[nodiscard]] Address address() const;
    void stop_listening() noexcept;
    [[nodiscard]] bool listening() const noexcept;

private:
    std::unique_ptr<Port> port_; // null: of nothing
};

} // namespace hawser
