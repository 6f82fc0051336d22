// SPDX-License-Identifier: MIT
/// \file
/// StdioTransport, standard input and output as one connection.
#pragma once

#include "descriptor.h"
#include "loop_transport.h"
#include "uv_handle.h"

#include <uv.h>

#include <memory>

namespace hawser::detail {

/// Terminals and pipes are opened a second time, because to make them non-blocking under their
/// own descriptor would change them for the shell too. What cannot be polled, a regular file or
/// /dev/null, is always ready.
class StdioTransport final : public LoopTransport {
public:
    /// From the loop: connection_made() has been called when it returns. Throws Error.
    static StdioTransport& start(Loop& loop, std::unique_ptr<Protocol> protocol,
                                 std::shared_ptr<Factory> factory);
    /// The same from anywhere: it begins with the next turn.
    static void start_soon(Loop& loop, std::unique_ptr<Protocol> protocol);

    [[nodiscard]] Address peer() const override { return {}; }
    [[nodiscard]] Address host() const override { return {}; }

private:
    explicit StdioTransport(Loop& loop);
    static StdioTransport& make(Loop& loop);
    ~StdioTransport() override;

    UvOwned<uv_poll_t> watcher(int fd);
    void read() noexcept;
    void read_soon();

    Sent send(std::span<const Bytes> pieces) noexcept override;
    void watch(bool reading, bool writing) noexcept override;
    void end_output() noexcept override;
    void close(bool reset) noexcept override;

    Loop& loop_;
    Descriptor input_;
    Descriptor output_;
    int input_flags_; // as they were, for all who share them
    int output_flags_;
    UvOwned<uv_poll_t> input_poll_;  // null: always ready
    UvOwned<uv_poll_t> output_poll_; // null: always ready
    Timer soon_;                     // to begin, to read what is always ready, to end
};

} // namespace hawser::detail
