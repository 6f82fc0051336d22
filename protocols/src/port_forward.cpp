// SPDX-License-Identifier: MIT
#include <hawser/protocols/port_forward.h>

#include <hawser/core/error.h>
#include <hawser/core/log.h>
#include <hawser/core/network.h>
#include <hawser/core/transport.h>

#include <utility>

namespace hawser {

Proxy::Proxy() = default;
Proxy::~Proxy() = default;

void Proxy::join(Proxy& a, Proxy& b) {
    a.follow(b);
    b.follow(a);
}

void Proxy::follow(Proxy& other) {
    other_ = other.transport().ref();
    other.transport().register_producer(transport(), true);
}

void Proxy::data_received(Bytes data) {
    other_.write(data);
}

bool Proxy::read_connection_lost() {
    read_ended_ = true;
    if (Transport* other = other_.get()) {
        other->lose_write_connection();
    }
    return !write_ended_;
}

void Proxy::write_connection_lost() {
    write_ended_ = true;
    if (read_ended_) {
        transport().lose_connection();
    }
}

void Proxy::connection_lost(std::error_code reason) {
    other_.lose_connection(reason);
}

PortForward::PortForward(Network& network, Endpoint target)
    : network_(network), target_(std::move(target)) {}

PortForward::~PortForward() = default;

void PortForward::connection_made() {
    transport().pause_producing(); // nothing is read that cannot be passed on
    auto connected = from_call([this] { return network_.connect<Proxy>(target_); });
    auto joined = std::move(connected).then([this](Proxy* back) {
        join(*this, *back);
        transport().resume_producing();
    });
    connecting_ = std::move(joined).recover([this](const std::exception_ptr& error) {
        log(LogLevel::warning, "port_forward", message_of(error),
            {{"client", to_string(transport().peer())}});
        transport().lose_connection(code_of(error));
    });
}

} // namespace hawser
