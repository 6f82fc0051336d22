// SPDX-License-Identifier: MIT
/// \file
/// LoopTransport, a transport that a Loop keeps in its list until it is closed.
#pragma once

#include <hawser/core/detail/intrusive_list.h>
#include <hawser/core/stream_transport.h>

namespace hawser::detail {

class Loop;

/// Owns itself: from its start to libuv's close callback, which calls connection_lost() and
/// deletes it. The one place where a connection dies.
class LoopTransport : public StreamTransport, public ListHook<Loop> {
public:
    using StreamTransport::finished;
    using StreamTransport::reason;

    /// Cuts short a close that takes its time; closed() comes soon then.
    virtual void hurry() noexcept {}

protected:
    using StreamTransport::StreamTransport;
    ~LoopTransport() override = default;
};

} // namespace hawser::detail
