// SPDX-License-Identifier: MIT
/// \file
/// LoopTransport, a transport that a Loop keeps in its list until it is closed.
#pragma once

#include <hawser/core/detail/intrusive_list.h>
#include <hawser/core/stream_transport.h>

namespace hawser::detail {

class Loop;

/// Owns itself from its start. Once it has let go of its medium, a call from the loop (a socket's
/// is libuv's close callback) says closed(), which is connection_lost(), and deletes it: the one
/// place where a connection dies.
class LoopTransport : public StreamTransport, public ListHook<Loop> {
public:
    using StreamTransport::finished;
    using StreamTransport::reason;
    using StreamTransport::stopping;

    /// Cuts short a close that takes its time; closed() comes soon then.
    virtual void hurry() noexcept {}

protected:
    using StreamTransport::StreamTransport;
    ~LoopTransport() override = default;
};

} // namespace hawser::detail
