// SPDX-License-Identifier: MIT
/// \file
/// Stream, the pull side of a connection: asked for bytes, it gives them when they are there.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/bytes.h>
#include <hawser/core/deferred.h>
#include <hawser/core/endpoint.h>
#include <hawser/core/export.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hawser {

class Network;
class Transport;

/// One connection, over the same transports as a Protocol's, for code that reads in steps:
///
///     while (auto line = co_await stream.read_line()) { ... }
///
/// One read at a time; asking for a second is a std::logic_error. What comes while nobody reads
/// is kept, and above 64 KiB the peer is held back. A read fails as the connection did, with what
/// had come before it read first; at the peer's orderly end it gives null. So it does when the
/// network stops, also in the middle of a line, which is not taken for a whole one: what was asked
/// is answered, and the session comes to its end.
///
/// Dropping a Deferred of a read before it has its result takes nothing from the stream: a read
/// with a timeout can be tried again. What was written is sent, whatever happens to its Deferred.
/// That write(), finish() or close() has failed with the connection is not logged when nobody
/// awaits it: whatever is awaited next says so. A write() after our own finish() or close() is
/// logged.
///
/// Dropping the Stream closes the connection in good order, as close() does. One that was moved
/// from may only be assigned and dropped.
class HAWSER_API Stream {
public:
    class Pipe; ///< What a Stream shares with its connection.

    explicit Stream(std::shared_ptr<Pipe> pipe) noexcept;
    Stream(Stream&& other) noexcept;
    Stream& operator=(Stream&& other) noexcept;
    ~Stream();

    static constexpr std::size_t default_limit = 16 * 1024;

    /// What is there, at least a byte and at most \p most. Null at the end.
    [[nodiscard]] Deferred<std::optional<std::string>> read_some(std::size_t most = 64 * 1024);

    /// \p count bytes. Null when the end comes before the first; Errc::incomplete when it comes
    /// in the middle, and what came is still there to be read.
    [[nodiscard]] Deferred<std::optional<std::string>> read_exactly(std::size_t count);

    /// All up to \p delimiter, which is taken and not given. The end as for read_exactly(). More
    /// than \p limit bytes without it: Errc::line_too_long, and nothing is taken.
    [[nodiscard]] Deferred<std::optional<std::string>>
    read_until(std::string_view delimiter, std::size_t limit = default_limit);

    /// A line without its "\n" or "\r\n"; the last one may lack it. Null at the end.
    [[nodiscard]] Deferred<std::optional<std::string>> read_line(std::size_t limit = default_limit);

    /// Queues a copy of \p data at once. Resolves at once too, unless the queue is above its high
    /// mark: then when it is back at the low one, or empty if a drain() waits. Fails when the
    /// connection is over, or comes to be: a single write over Transport's limit, 16 MiB, aborts.
    Deferred<> write(Bytes data);
    Deferred<> write(const SharedBytes& data); ///< Without a copy.

    /// Resolves when the kernel has taken all that was written. Fails when that will not be.
    [[nodiscard]] Deferred<> drain();

    /// Sends what was written, then ends our direction; resolves when that is done. Reading goes
    /// on.
    Deferred<> finish();

    /// Sends what was written, then closes. Resolves as closed() does.
    Deferred<> close();

    /// Drops what is unsent and resets.
    void abort();

    /// Resolves when the peer will send no more, or the connection is over. Takes nothing.
    [[nodiscard]] Deferred<> peer_ended();

    /// Resolves when the connection is over, both ways: after the peer's end it is still to be
    /// closed. Fails as the connection did.
    [[nodiscard]] Deferred<> closed();

    /// For marks, limits and options. Null once the connection is over. Its reading and its one
    /// producer are the Stream's own.
    [[nodiscard]] Transport* transport() const noexcept;
    [[nodiscard]] Address peer() const; ///< The other end; known after the end too.

private:
    std::shared_ptr<Pipe> pipe_; // null: moved from
};

/// Connects, as Network::connect() does.
[[nodiscard]] HAWSER_API Deferred<Stream> connect_stream(Network& network,
                                                         const Endpoint& endpoint);

} // namespace hawser
