// SPDX-License-Identifier: MIT
#include <hawser/core/protocol_wrapper.h>

#include <cassert>
#include <utility>

namespace hawser {

ProtocolWrapper::ProtocolWrapper(std::unique_ptr<Protocol> wrapped,
                                 std::unique_ptr<TransportWrapper> transport) noexcept
    : transport_(std::move(transport)), wrapped_(std::move(wrapped)) {}

ProtocolWrapper::~ProtocolWrapper() = default;

void ProtocolWrapper::connection_made() {
    if (transport_) {
        transport_->wrapped_ = &transport();
    }
    if (wrapped_) {
        wrapped_->make_connection(transport_ ? *transport_ : transport());
    }
}

void ProtocolWrapper::start_wrapped(std::unique_ptr<Protocol> wrapped) {
    assert(!wrapped_);
    wrapped_ = std::move(wrapped);
    ProtocolWrapper::connection_made();
}

void ProtocolWrapper::data_received(Bytes data) {
    if (wrapped_) {
        wrapped_->data_received(data);
    }
}

void ProtocolWrapper::descriptor_received(Descriptor descriptor) {
    if (wrapped_) {
        wrapped_->descriptor_received(std::move(descriptor));
    }
}

void ProtocolWrapper::connection_lost(std::error_code reason) {
    if (transport_) {
        transport_->leave_consumers();
    }
    if (wrapped_) {
        wrapped_->connection_lost(reason);
    }
    if (transport_) {
        transport_->set_gone();
    }
}

bool ProtocolWrapper::read_connection_lost() {
    const bool stays = wrapped_ && wrapped_->read_connection_lost();
    if (transport_) {
        transport_->leave_consumers();
    }
    return stays;
}

void ProtocolWrapper::write_connection_lost() {
    if (wrapped_) {
        wrapped_->write_connection_lost();
    }
}

void ProtocolWrapper::write_paused() {
    if (wrapped_) {
        wrapped_->write_paused();
    }
}

void ProtocolWrapper::write_resumed() {
    if (wrapped_) {
        wrapped_->write_resumed();
    }
}

void ProtocolWrapper::read_resumed() {
    if (wrapped_) {
        wrapped_->read_resumed();
    }
}

bool ProtocolWrapper::stop_requested() {
    const bool stays = wrapped_ && wrapped_->stop_requested();
    if (transport_ && !stays) { // it is closed now
        transport_->leave_consumers();
    }
    return stays;
}

FactoryWrapper::FactoryWrapper(std::shared_ptr<Factory> wrapped) noexcept
    : wrapped_(std::move(wrapped)) {}

FactoryWrapper::~FactoryWrapper() = default;

void FactoryWrapper::start_factory() {
    wrapped_->do_start();
}

void FactoryWrapper::stop_factory() {
    wrapped_->do_stop();
}

const Protocol& unwrapped(const Protocol& protocol) noexcept {
    const Protocol* innermost = &protocol;
    while (const auto* wrapper = dynamic_cast<const ProtocolWrapper*>(innermost)) {
        if (wrapper->wrapped() == nullptr) {
            break;
        }
        innermost = wrapper->wrapped();
    }
    return *innermost;
}

} // namespace hawser
