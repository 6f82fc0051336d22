// SPDX-License-Identifier: MIT
#include <hawser/core/proxy_protocol.h>

#include <hawser/core/network.h>
#include <hawser/core/protocol_wrapper.h>
#include <hawser/core/proxy_header.h>
#include <hawser/core/timer.h>
#include <hawser/core/transport_wrapper.h>

#include <string>
#include <utility>

namespace hawser {

namespace {

/// Its ends are those that the header tells, where it does.
class ProxiedTransport final : public TransportWrapper {
public:
    void set_ends(const ProxyHeader& header) {
        peer_ = header.peer;
        host_ = header.host;
    }
    [[nodiscard]] Address peer() const override {
        return told() ? peer_ : TransportWrapper::peer();
    }
    [[nodiscard]] Address host() const override {
        return told() ? host_ : TransportWrapper::host();
    }

private:
    [[nodiscard]] bool told() const noexcept { return peer_.family() != Address::Family::none; }

    Address peer_;
    Address host_;
};

class ProxiedProtocol final : public ProtocolWrapper {
public:
    /// \p ends is \p transport.
    ProxiedProtocol(Factory& factory, Clock& clock, std::chrono::milliseconds timeout,
                    std::unique_ptr<ProxiedTransport> transport, ProxiedTransport& ends)
        : ProtocolWrapper(nullptr, std::move(transport)), factory_(factory), clock_(clock),
          timeout_(timeout), ends_(ends) {}

private:
    void connection_made() override;
    void data_received(Bytes data) override;
    void connection_lost(std::error_code reason) override;
    void read_resumed() override;

    void read(Bytes data);
    void start(const ProxyHeader& header, Bytes rest);

    Factory& factory_; // the one that made us has it
    Clock& clock_;
    std::chrono::milliseconds timeout_;
    ProxiedTransport& ends_;
    Timer deadline_;
    std::string kept_; // of a header that is not whole; or what came behind it, during a pause
};

void ProxiedProtocol::connection_made() {
    ProtocolWrapper::connection_made();
    deadline_ =
        clock_.call_later(timeout_, [this] { transport().abort_connection(Errc::timed_out); });
}

void ProxiedProtocol::data_received(Bytes data) {
    if (wrapped() != nullptr) {
        ProtocolWrapper::data_received(data);
    } else if (kept_.empty()) {
        read(data);
    } else {
        const std::string all = std::exchange(kept_, {}) + std::string(data);
        read(all);
    }
}

void ProxiedProtocol::read(Bytes data) {
    const ProxyHeader header = read_proxy_header(data);
    switch (header.state) {
    case ProxyHeader::State::incomplete: kept_ = data; break;
    case ProxyHeader::State::bad: transport().abort_connection(Errc::protocol_error); break;
    case ProxyHeader::State::complete: start(header, data.substr(header.size)); break;
    }
}

void ProxiedProtocol::start(const ProxyHeader& header, Bytes rest) {
    deadline_.cancel();
    const bool told = header.peer.family() != Address::Family::none;
    std::unique_ptr<Protocol> protocol =
        factory_.build_protocol(told ? header.peer : transport().peer());
    if (!protocol) {
        transport().lose_connection(Errc::refused);
        return;
    }
    ends_.set_ends(header);
    start_wrapped(std::move(protocol));
    if (rest.empty() || transport().closing()) {
        return;
    }
    if (transport().delivering()) {
        ProtocolWrapper::data_received(rest);
    } else {
        kept_ = rest;
    }
}

void ProxiedProtocol::read_resumed() {
    ProtocolWrapper::read_resumed();
    if (wrapped() != nullptr && !kept_.empty() && transport().delivering()) {
        const std::string rest = std::exchange(kept_, {});
        ProtocolWrapper::data_received(rest);
    }
}

void ProxiedProtocol::connection_lost(std::error_code reason) {
    deadline_.cancel();
    ProtocolWrapper::connection_lost(reason);
}

class ProxiedFactory final : public FactoryWrapper {
public:
    ProxiedFactory(std::shared_ptr<Factory> factory, Clock& clock,
                   std::chrono::milliseconds timeout)
        : FactoryWrapper(std::move(factory)), clock_(clock), timeout_(timeout) {}

private:
    std::unique_ptr<Protocol> build_protocol(const Address&) override {
        auto transport = std::make_unique<ProxiedTransport>();
        ProxiedTransport& ends = *transport;
        return std::make_unique<ProxiedProtocol>(wrapped(), clock_, timeout_, std::move(transport),
                                                 ends);
    }

    Clock& clock_;
    std::chrono::milliseconds timeout_;
};

} // namespace

std::shared_ptr<Factory> behind_proxy(std::shared_ptr<Factory> factory, Clock& clock,
                                      std::chrono::milliseconds timeout) {
    return std::make_shared<ProxiedFactory>(std::move(factory), clock, timeout);
}

ProxyProtocolKind::ProxyProtocolKind(Clock& clock) noexcept : clock_(clock) {}
ProxyProtocolKind::~ProxyProtocolKind() = default;

void ProxyProtocolKind::check(const EndpointKinds& kinds, const Endpoint& endpoint) const {
    kinds.check_inner(endpoint);
}

Listener ProxyProtocolKind::listen(Network& network, const Endpoint& endpoint,
                                   std::shared_ptr<Factory> factory) {
    return network.listen(endpoint.inner(), behind_proxy(std::move(factory), clock_));
}

} // namespace hawser
