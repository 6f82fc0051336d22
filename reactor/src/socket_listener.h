// SPDX-License-Identifier: MIT
/// \file
/// SocketListener, a listening stream socket of any family.
#pragma once

#include "descriptor.h"
#include "unix_socket_file.h"
#include "uv_handle.h"

#include <hawser/core/clock.h>
#include <hawser/core/detail/intrusive_list.h>
#include <hawser/core/endpoint.h>
#include <hawser/core/factory.h>
#include <hawser/core/listener.h>

#include <uv.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace hawser::detail {

class Loop;

/// Owns itself until stop(), whose libuv close callback frees it; the Listener handle that users
/// hold points at it and is told when it goes.
class SocketListener final : public ListHook<Loop> {
public:
    /// Throws Error naming \p endpoint.
    static Listener listen(Loop& loop, const Endpoint& endpoint, std::shared_ptr<Factory> factory);
    using HandOn = std::function<void(Descriptor, const Address& peer)>;

    /// On \p socket, which listens at \p endpoint already. When there is a \p hand_on, every
    /// connection goes there, and \p factory is not asked.
    static Listener listen(Loop& loop, const Endpoint& endpoint, Descriptor socket,
                           UnixSocketFile file, std::shared_ptr<Factory> factory,
                           HandOn hand_on = {});

    /// Accepts no more; the factory is told from the loop.
    void stop() noexcept;
    [[nodiscard]] bool stopped() const noexcept { return stopped_; }

private:
    class Port; // the handle's side

    SocketListener(Loop& loop, const Endpoint& endpoint, Descriptor socket,
                   std::shared_ptr<Factory> factory);
    ~SocketListener();

    void watch() noexcept;
    void accept_some() noexcept;
    bool accepted(Descriptor socket, const Address& peer) noexcept; // false: now pausing
    void pause(int error) noexcept;

    Loop& loop_;
    std::string name_; // the endpoint, for reports
    Descriptor socket_;
    std::unique_ptr<SocketOptions> for_each_; // of its connections; null: they inherit them
    UnixSocketFile file_;                     // removed on stop; none for TCP
    std::shared_ptr<Factory> factory_;
    HandOn hand_on_; // null: factory_ builds protocols
    uv_poll_t poll_{};
    Port* port_ = nullptr; // null: the handle is gone
    bool stopped_ = false;
    Timer try_again_;
    std::size_t failures_ = 0; // not yet reported
    Clock::time_point reported_{};
};

} // namespace hawser::detail
