// SPDX-License-Identifier: MIT
/// \file
/// metered(), which counts what the connections of a service do.
#pragma once

#include "figures.h"

#include <hawser/core/address.h>
#include <hawser/core/protocol_wrapper.h>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace hawser::runner {

class MeteredFactory;

/// A connection that is counted. Each of its callbacks is timed.
class MeteredConnection final : public ProtocolWrapper {
public:
    MeteredConnection(MeteredFactory& factory, std::unique_ptr<Protocol> wrapped);
    ~MeteredConnection() override;

    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
    [[nodiscard]] const std::string& service() const noexcept { return service_->name; }
    [[nodiscard]] Figures::Time since() const noexcept { return since_; }
    [[nodiscard]] std::uint64_t bytes_in() const noexcept { return bytes_in_; }
    [[nodiscard]] std::uint64_t bytes_out() const noexcept { return bytes_out_; }
    /// Behind a proxy the client, as soon as the header has told.
    [[nodiscard]] Address peer() const;
    [[nodiscard]] std::size_t queued() const noexcept { return transport().queued(); }

private:
    class Timed;
    class CountingTransport;

    void connection_made() override;
    void data_received(Bytes data) override;
    void descriptor_received(Descriptor descriptor) override;
    void connection_lost(std::error_code reason) override;
    bool read_connection_lost() override;
    void write_connection_lost() override;
    void write_paused() override;
    void write_resumed() override;
    void read_resumed() override;
    bool stop_requested() override;

    void called(const char* callback, std::chrono::nanoseconds duration);
    void wrote(std::size_t count) noexcept;
    void leave() noexcept;

    MeteredFactory& factory_;
    Figures& figures_;
    std::shared_ptr<ServiceFigures> service_; // shared with all that count for it
    std::uint64_t number_ = 0;                // 0: not open
    Figures::Time since_{};
    std::uint64_t bytes_in_ = 0;
    std::uint64_t bytes_out_ = 0;
};

class MeteredFactory final : public FactoryWrapper {
public:
    MeteredFactory(Figures& figures, std::shared_ptr<ServiceFigures> service,
                   std::shared_ptr<Factory> wrapped) noexcept;
    ~MeteredFactory() override;

    std::unique_ptr<Protocol> build_protocol(const Address& peer) override;

    /// How many of its protocols there are.
    [[nodiscard]] std::size_t connections() const noexcept { return connections_; }

private:
    friend class MeteredConnection;

    Figures& figures_;
    std::shared_ptr<ServiceFigures> service_; // shared with all that count for it
    std::size_t connections_ = 0;
};

/// A factory around \p factory, and around its policies, that counts for \p service. \p figures
/// outlives it. One that is let in and then refused, by the header of its proxy, is both.
[[nodiscard]] std::shared_ptr<MeteredFactory> metered(Figures& figures,
                                                      std::shared_ptr<ServiceFigures> service,
                                                      std::shared_ptr<Factory> factory);

} // namespace hawser::runner
