// SPDX-License-Identifier: MIT
#include <hawser/protocols/throttle.h>

#include "guarded.h"
#include "meter.h"
#include "throttled_transport.h"

#include <hawser/core/protocol_wrapper.h>

#include <utility>

namespace hawser {

namespace {

/// What all connections of a factory have in common.
struct Meters {
    Clock& clock;
    Meter reads;
    Meter writes;
};

/// Its reading is measured here, its writing by the transport that the wrapped protocol sees.
class ThrottledProtocol final : public ProtocolWrapper,
                                private Meter::Waiter,
                                private ThrottledTransport::Owner {
public:
    ThrottledProtocol(std::unique_ptr<Protocol> wrapped, Meters& meters, ThrottledTransport& seen,
                      std::unique_ptr<ThrottledTransport> owned)
        : ProtocolWrapper(std::move(wrapped), std::move(owned)), meters_(meters), seen_(seen) {
        seen_.set_owner(*this);
    }

private:
    void connection_made() override {
        ProtocolWrapper::connection_made();
        meters_.reads.join(*this);
        seen_.begin();
    }
    void data_received(Bytes data) override {
        const std::size_t count = data.size();
        ProtocolWrapper::data_received(data);
        meters_.reads.moved(*this, count); // behind it: what was read is not held back
    }
    void write_paused() override {
        above_mark_ = true;
        tell();
    }
    void write_resumed() override {
        above_mark_ = false;
        tell();
    }
    void connection_lost(std::error_code reason) override {
        leave();
        seen_.end();
        tell_.cancel();
        ProtocolWrapper::connection_lost(reason);
    }

    void hold() override { transport().pause_producing(); }
    void go_on() noexcept override { transport().resume_producing(); }

    void writing_held() override {
        held_ = true;
        tell_ = meters_.clock.call_later(std::chrono::nanoseconds::zero(), [this] { tell_now(); });
    }
    void writing_goes_on() noexcept override {
        held_ = false;
        tell_.cancel();
        tell_now();
    }

    /// Tells the wrapped protocol what it does not know yet.
    void tell() {
        const bool rests = above_mark_ || held_;
        if (rests == told_ || transport().closing()) {
            return;
        }
        told_ = rests;
        rests ? ProtocolWrapper::write_paused() : ProtocolWrapper::write_resumed();
    }
    void tell_now() noexcept {
        const Protocol& innermost = unwrapped(*this);
        guarded(transport(), typeid(innermost), held_ ? "write_paused" : "write_resumed",
                [this] { tell(); });
    }

    Meters& meters_;
    ThrottledTransport& seen_; // the base class owns it
    Timer tell_;               // the protocol, of a pause: from the loop
    bool above_mark_ = false;
    bool held_ = false; // its writing
    bool told_ = false; // that it rests
};

class ThrottledFactory final : public FactoryWrapper {
public:
    ThrottledFactory(Clock& clock, const ThrottleRates& rates, std::shared_ptr<Factory> wrapped)
        : FactoryWrapper(std::move(wrapped)), meters_{clock, Meter(clock, rates.read_rate),
                                                      Meter(clock, rates.write_rate)} {}

private:
    std::unique_ptr<Protocol> build_protocol(const Address& peer) override {
        std::unique_ptr<Protocol> protocol = wrapped().build_protocol(peer);
        if (!protocol) {
            return nullptr;
        }
        auto seen = std::make_unique<ThrottledTransport>(meters_.writes);
        ThrottledTransport& same = *seen;
        return std::make_unique<ThrottledProtocol>(std::move(protocol), meters_, same,
                                                   std::move(seen));
    }

    Meters meters_;
};

} // namespace

std::shared_ptr<Factory> throttle(Clock& clock, const ThrottleRates& rates,
                                  std::shared_ptr<Factory> factory) {
    return std::make_shared<ThrottledFactory>(clock, rates, std::move(factory));
}

} // namespace hawser
