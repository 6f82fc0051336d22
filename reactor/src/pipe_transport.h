// SPDX-License-Identifier: MIT
/// \file
/// PipeTransport, one end of a pipe, or a terminal's far side.
#pragma once

#include "descriptor.h"

#include <hawser/core/stream_transport.h>

#include <uv.h>

#include <memory>

namespace hawser::detail {

class Loop;

/// Owns itself, from its start to libuv's close callback.
class PipeTransport final : public StreamTransport {
public:
    enum class Access : unsigned char { read, write, both };

    /// Begins: connection_made() has been called when it returns. Throws when the loop cannot
    /// watch \p fd, which is non-blocking.
    static PipeTransport& start(Loop& loop, Descriptor fd, Access access,
                                std::unique_ptr<Protocol> protocol);

    /// What the other end has left behind, which is gone: reads all there is, and notices a pipe
    /// that nobody reads.
    void settle() noexcept;

    [[nodiscard]] Address peer() const override { return {}; }
    [[nodiscard]] Address host() const override { return {}; }

private:
    PipeTransport(Loop& loop, Descriptor fd, Access access);
    ~PipeTransport() override;

    void ready(int status, int events) noexcept;
    bool read() noexcept; // true: there may be more

    Sent send(std::span<const Bytes> pieces) noexcept override;
    void watch(bool reading, bool writing) noexcept override;
    void end_output() noexcept override;
    void close(bool reset) noexcept override;
    [[nodiscard]] bool patient() const noexcept override { return true; } // until the process ends

    Loop& loop_;
    uv_poll_t poll_{};
    Descriptor fd_;
    Access access_;
};

} // namespace hawser::detail
