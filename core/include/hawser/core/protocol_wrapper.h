// SPDX-License-Identifier: MIT
/// \file
/// ProtocolWrapper and FactoryWrapper, what policies are made of: timeouts, limits, logs.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/factory.h>
#include <hawser/core/protocol.h>
#include <hawser/core/transport_wrapper.h>

#include <memory>
#include <system_error>

namespace hawser {

/// A protocol around another: passes every callback on. Derive from it, override what is of
/// interest, and call the function of this class from there.
///
/// A report of what a wrapped protocol threw names that protocol's class, and find_protocol()
/// finds it.
class HAWSER_API ProtocolWrapper : public Protocol {
public:
    /// \p wrapped null: it comes later, with start_wrapped(). It sees \p transport, or the
    /// connection's own where that is null.
    explicit ProtocolWrapper(std::unique_ptr<Protocol> wrapped,
                             std::unique_ptr<TransportWrapper> transport = nullptr) noexcept;
    ~ProtocolWrapper() override;

    [[nodiscard]] Protocol* wrapped() const noexcept { return wrapped_.get(); } ///< May be null.

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

protected:
    /// Takes \p wrapped and makes its connection. Precondition: there is none yet, and this one's
    /// own connection was made.
    void start_wrapped(std::unique_ptr<Protocol> wrapped);

private:
    std::unique_ptr<TransportWrapper> transport_; // null: the connection's own. Outlives wrapped_
    std::unique_ptr<Protocol> wrapped_;
};

/// A factory around another, which is told of its start and end.
class HAWSER_API FactoryWrapper : public Factory {
public:
    /// Precondition: \p wrapped is not null.
    explicit FactoryWrapper(std::shared_ptr<Factory> wrapped) noexcept;
    ~FactoryWrapper() override;

    void start_factory() override;
    void stop_factory() override;

protected:
    [[nodiscard]] Factory& wrapped() const noexcept { return *wrapped_; }

private:
    std::shared_ptr<Factory> wrapped_; // shared with whoever else uses it
};

/// The innermost protocol that \p protocol wraps, or itself.
[[nodiscard]] HAWSER_API const Protocol& unwrapped(const Protocol& protocol) noexcept;

/// The P that \p protocol is, or wraps, however deep: the outermost of them. Null: there is none.
template <class P>
[[nodiscard]] P* find_protocol(Protocol& protocol) noexcept {
    Protocol* layer = &protocol;
    while (layer != nullptr) {
        if (auto* const found = dynamic_cast<P*>(layer)) {
            return found;
        }
        auto* const wrapper = dynamic_cast<ProtocolWrapper*>(layer);
        layer = wrapper != nullptr ? wrapper->wrapped() : nullptr;
    }
    return nullptr;
}

} // namespace hawser
