// SPDX-License-Identifier: MIT
/// \file
/// TransportWrapper, a transport that stands before another.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/transport.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <system_error>

namespace hawser {

/// Passes every call on to the transport it was attached to. Derive from it and override what is
/// to be different, peer() or write() for instance; give it to a ProtocolWrapper, which attaches
/// it.
///
/// It does not see that a layer around its own closes the connection. As a Producer it then
/// unregisters from its consumers with connection_lost() only, not at once.
class HAWSER_API TransportWrapper : public Transport {
public:
    TransportWrapper() noexcept;
    ~TransportWrapper() override;

    void write(Bytes data) override;
    void write(const SharedBytes& data) override;
    void write_sequence(std::span<const Bytes> pieces) override;
    std::optional<std::size_t> write_file(int file, std::uint64_t offset,
                                          std::size_t count) override;
    void send_descriptor(int fd) override;
    void receive_descriptors(bool wanted = true) override;
    void lose_connection(std::error_code reason = {}) override;
    void lose_write_connection() override;
    void abort_connection(std::error_code reason = Errc::aborted) override;
    void pause_producing() override;
    void resume_producing() override;
    void stop_producing() override;
    void register_producer(Producer& producer, bool streaming) override;
    void unregister_producer() override;
    [[nodiscard]] std::size_t queued() const noexcept override;
    [[nodiscard]] std::optional<Clock::time_point> stalled_since() const noexcept override;
    [[nodiscard]] bool full() const noexcept override;
    [[nodiscard]] bool closing() const noexcept override;
    [[nodiscard]] bool paused() const noexcept override;
    [[nodiscard]] bool delivering() const noexcept override;
    void set_write_marks(std::size_t high, std::size_t low) override;
    void set_write_limit(std::size_t limit) override;
    [[nodiscard]] Address peer() const override;
    [[nodiscard]] Address host() const override;
    void set_options(const SocketOptions& options) override;
    [[nodiscard]] int descriptor() const noexcept override;

protected:
    /// Precondition: the connection was made.
    [[nodiscard]] Transport& wrapped() const noexcept;

private:
    friend class ProtocolWrapper;

    Transport* wrapped_ = nullptr; // null before the connection is made
};

} // namespace hawser
