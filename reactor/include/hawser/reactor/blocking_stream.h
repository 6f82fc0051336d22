// SPDX-License-Identifier: MIT
/// \file
/// BlockingStream, a connection for ordinary code that waits.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/bytes.h>
#include <hawser/core/export.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hawser {

namespace detail {
class ThreadedConnection;
}

/// What a handler of threaded() is given: the reactor does the input and output, the handler's
/// thread waits for it.
///
/// Reads give what came before the connection ended, then the end. Every function that waits
/// throws Error: Errc::timed_out after timeout(), the reason for which the connection was lost,
/// Errc::canceled when close() was called. Of one thread at a time, but close() and abort(),
/// which are Thread-safe.
class HAWSER_API BlockingStream {
public:
    explicit BlockingStream(std::shared_ptr<detail::ThreadedConnection> connection) noexcept;
    BlockingStream(const BlockingStream&) = delete;
    BlockingStream& operator=(const BlockingStream&) = delete;
    ~BlockingStream();

    /// What there is, at least one byte and at most \p most; empty at the end.
    std::string read_some(std::size_t most = 64 * 1024);

    /// Exactly \p count bytes. Throws Errc::protocol_error when the end comes first.
    std::string read_exactly(std::size_t count);

    /// Up to and without \p delimiter; null at the end, when nothing is left or only the beginning
    /// of one: that can be had with read_some(). Throws Errc::line_too_long when there is no
    /// delimiter behind the first \p limit bytes. Precondition: \p delimiter is not empty.
    std::optional<std::string> read_until(std::string_view delimiter,
                                          std::size_t limit = default_limit);

    /// A line, without its "\n" or "\r\n"; otherwise as read_until("\n").
    std::optional<std::string> read_line(std::size_t limit = default_limit);

    /// Sends \p data, of any size: waits while more than the high mark is queued. It has not
    /// reached the peer when this returns.
    void write(Bytes data);

    /// Sends what was written, then ends the connection; does not wait. So does the return of the
    /// handler.
    void close();

    void abort(); ///< Drops what was written, and resets. So does an exception.

    /// How long each wait may take, ThreadedOptions::timeout unless set; none: for ever.
    void set_timeout(std::optional<std::chrono::milliseconds> timeout);

    [[nodiscard]] const Address& peer() const noexcept;
    [[nodiscard]] const Address& host() const noexcept;

    static constexpr std::size_t default_limit = 16 * 1024; ///< of what is read up to a delimiter

private:
    std::shared_ptr<detail::ThreadedConnection> connection_; // shared with the loop's side
};

} // namespace hawser
