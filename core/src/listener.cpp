// SPDX-License-Identifier: MIT
#include <hawser/core/listener.h>

#include <utility>

namespace hawser {

Listener::Port::~Port() = default;

Listener::Listener() noexcept = default;
Listener::Listener(std::unique_ptr<Port> port) noexcept : port_(std::move(port)) {}
Listener::Listener(Listener&& other) noexcept = default;
Listener& Listener::operator=(Listener&& other) noexcept = default;
Listener::~Listener() = default;

Address Listener::address() const {
    return port_ ? port_->address() : Address();
}

void Listener::stop_listening() noexcept {
    if (port_) {
        port_->stop_listening();
    }
}

bool Listener::listening() const noexcept {
    return port_ && port_->listening();
}

} // namespace hawser
