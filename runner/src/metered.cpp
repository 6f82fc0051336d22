// SPDX-License-Identifier: MIT
#include "metered.h"

#include "proxied.h"

#include <hawser/core/detail/class_name.h>
#include <hawser/core/error.h>

#include <system_error>
#include <typeinfo>
#include <utility>

namespace hawser::runner {

/// Measures a callback, one that throws too.
class MeteredConnection::Timed {
public:
    Timed(MeteredConnection& connection, const char* callback)
        : connection_(connection), callback_(callback), begun_(connection.figures_.now()) {}
    Timed(const Timed&) = delete;
    Timed& operator=(const Timed&) = delete;
    ~Timed() {
        try {
            connection_.called(callback_, connection_.figures_.now() - begun_);
        } catch (...) { // no memory for the name: the next that takes as long has one
        }
    }

private:
    MeteredConnection& connection_;
    const char* callback_;
    Figures::Time begun_;
};

/// Counts what is taken into the queue: what is over the limit, or too late, is not.
class MeteredConnection::CountingTransport final : public TransportWrapper {
public:
    explicit CountingTransport(MeteredConnection& connection) noexcept : connection_(connection) {}

    void write(Bytes data) override {
        counted([&] { TransportWrapper::write(data); });
    }
    void write(const SharedBytes& data) override {
        counted([&] { TransportWrapper::write(data); });
    }
    void write_sequence(std::span<const Bytes> pieces) override {
        counted([&] { TransportWrapper::write_sequence(pieces); });
    }
    std::optional<std::size_t> write_file(int file, std::uint64_t offset,
                                          std::size_t count) override {
        const auto taken = TransportWrapper::write_file(file, offset, count);
        if (taken.value_or(0) > 0) {
            connection_.wrote(*taken);
        }
        return taken;
    }

private:
    template <class Write>
    void counted(Write write_some) {
        const std::size_t before = queued(); // nothing leaves before write_some() returns
        write_some();
        const std::size_t after = queued();
        if (after > before) { // else it may be the destructor of the protocol that writes
            connection_.wrote(after - before);
        }
    }

    MeteredConnection& connection_;
};

MeteredConnection::MeteredConnection(MeteredFactory& factory, std::unique_ptr<Protocol> wrapped)
    : ProtocolWrapper(std::move(wrapped), std::make_unique<CountingTransport>(*this)),
      factory_(factory), figures_(factory.figures_), service_(factory.service_) {
    ++factory_.connections_;
}

MeteredConnection::~MeteredConnection() {
    leave();
    --factory_.connections_;
}

Address MeteredConnection::peer() const {
    const auto* client = wrapped() ? find_protocol<ProxiedClient>(*wrapped()) : nullptr;
    return client != nullptr ? client->peer() : transport().peer();
}

void MeteredConnection::connection_made() {
    since_ = figures_.now();
    figures_.connections_.emplace_hint(figures_.connections_.end(), figures_.next_number_, this);
    number_ = figures_.next_number_++;
    ++service_->open;
    ++service_->accepted;
    const Timed timed(*this, "connection_made");
    ProtocolWrapper::connection_made();
}

void MeteredConnection::data_received(Bytes data) {
    bytes_in_ += data.size();
    service_->bytes_in += data.size();
    const Timed timed(*this, "data_received");
    ProtocolWrapper::data_received(data);
}

void MeteredConnection::descriptor_received(Descriptor descriptor) {
    const Timed timed(*this, "descriptor_received");
    ProtocolWrapper::descriptor_received(std::move(descriptor));
}

void MeteredConnection::connection_lost(std::error_code reason) {
    leave();
    service_->refused += reason == Errc::refused ? 1 : 0;
    service_->cut += reason == Errc::write_limit ? 1 : 0;
    service_->timed_out += reason == std::errc::timed_out ? 1 : 0;
    service_->threw += reason == Errc::callback_threw ? 1 : 0;
    const Timed timed(*this, "connection_lost");
    ProtocolWrapper::connection_lost(reason);
}

bool MeteredConnection::read_connection_lost() {
    const Timed timed(*this, "read_connection_lost");
    return ProtocolWrapper::read_connection_lost();
}

void MeteredConnection::write_connection_lost() {
    const Timed timed(*this, "write_connection_lost");
    ProtocolWrapper::write_connection_lost();
}

void MeteredConnection::write_paused() {
    const Timed timed(*this, "write_paused");
    ProtocolWrapper::write_paused();
}

void MeteredConnection::write_resumed() {
    const Timed timed(*this, "write_resumed");
    ProtocolWrapper::write_resumed();
}

void MeteredConnection::read_resumed() {
    const Timed timed(*this, "read_resumed");
    ProtocolWrapper::read_resumed();
}

bool MeteredConnection::stop_requested() {
    const Timed timed(*this, "stop_requested");
    return ProtocolWrapper::stop_requested();
}

void MeteredConnection::called(const char* callback, std::chrono::nanoseconds duration) {
    service_->slow_callbacks += duration >= slow_callback ? 1 : 0;
    if (duration > service_->longest || service_->longest_in.empty()) {
        const Protocol& innermost = unwrapped(*this);
        service_->longest_in = detail::class_name(typeid(innermost)) + "::" + callback;
        service_->longest = duration;
    }
}

void MeteredConnection::wrote(std::size_t count) noexcept {
    bytes_out_ += count;
    service_->bytes_out += count;
}

void MeteredConnection::leave() noexcept {
    if (number_ != 0) {
        figures_.connections_.erase(std::exchange(number_, 0));
        --service_->open;
    }
}

MeteredFactory::MeteredFactory(Figures& figures, std::shared_ptr<ServiceFigures> service,
                               std::shared_ptr<Factory> wrapped) noexcept
    : FactoryWrapper(std::move(wrapped)), figures_(figures), service_(std::move(service)) {}

MeteredFactory::~MeteredFactory() = default;

std::unique_ptr<Protocol> MeteredFactory::build_protocol(const Address& peer) {
    std::unique_ptr<Protocol> protocol;
    try {
        protocol = wrapped().build_protocol(peer);
    } catch (...) {
        ++service_->refused;
        throw;
    }
    if (!protocol) {
        ++service_->refused;
        return nullptr;
    }
    return std::make_unique<MeteredConnection>(*this, std::move(protocol));
}

std::shared_ptr<MeteredFactory> metered(Figures& figures, std::shared_ptr<ServiceFigures> service,
                                        std::shared_ptr<Factory> factory) {
    return std::make_shared<MeteredFactory>(figures, std::move(service), std::move(factory));
}

} // namespace hawser::runner
