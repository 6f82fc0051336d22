// SPDX-License-Identifier: MIT
#include <hawser/protocols/timeout.h>

#include <hawser/core/error.h>
#include <hawser/core/protocol_wrapper.h>
#include <hawser/core/timer.h>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <optional>
#include <utility>

namespace hawser {

namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds never = nanoseconds::max();

/// Looks at the connection when the first of its times may be over, and not before: so what
/// happens meanwhile is only noted.
class TimedProtocol final : public ProtocolWrapper {
public:
    TimedProtocol(std::unique_ptr<Protocol> wrapped, Clock& clock, const Timeouts& timeouts)
        : ProtocolWrapper(std::move(wrapped)), clock_(clock), timeouts_(timeouts) {}

private:
    void connection_made() override {
        heard_ = clock_.now();
        look();
        ProtocolWrapper::connection_made();
    }
    void data_received(Bytes data) override {
        heard_ = clock_.now();
        ProtocolWrapper::data_received(data);
    }
    void read_resumed() override {
        heard_ = clock_.now();
        ProtocolWrapper::read_resumed();
    }
    bool read_connection_lost() override {
        hears_ = false;
        return ProtocolWrapper::read_connection_lost();
    }
    void write_paused() override {
        above_mark_ = true;
        ProtocolWrapper::write_paused();
    }
    void write_resumed() override {
        above_mark_ = false;
        heard_ = clock_.now();
        ProtocolWrapper::write_resumed();
    }
    void connection_lost(std::error_code reason) override {
        timer_.cancel();
        ProtocolWrapper::connection_lost(reason);
    }

    void look() {
        const nanoseconds to_write = left_to_write();
        const nanoseconds to_read = left_to_read();
        const nanoseconds left = std::min(to_write, to_read);
        over_ = left <= nanoseconds::zero() && !over_;
        if (over_) {
            look_in(nanoseconds::zero()); // this turn has not read yet: the next one knows
        } else if (to_write <= nanoseconds::zero()) {
            transport().abort_connection(Errc::timed_out);
        } else if (to_read <= nanoseconds::zero()) {
            end();
            look_in(std::min<nanoseconds>(timeouts_.read, to_write));
        } else if (left != never) {
            look_in(left);
        }
    }
    void look_in(nanoseconds time) {
        timer_ = clock_.call_later(time, [this] { look(); });
    }

    /// The peer was silent. The end may wait for its queue, which becomes less and less; but not
    /// for a producer that never gives its last byte.
    void end() {
        const std::size_t queued = transport().queued();
        if (left_at_end_ && *left_at_end_ <= queued) {
            transport().abort_connection(Errc::timed_out);
            return;
        }
        transport().lose_connection(Errc::timed_out);
        left_at_end_ = queued;
        heard_ = clock_.now();
    }

    [[nodiscard]] nanoseconds left_to_write() const {
        if (timeouts_.write.count() == 0) {
            return never;
        }
        const Clock::time_point now = clock_.now();
        return transport().stalled_since().value_or(now) + timeouts_.write - now;
    }

    [[nodiscard]] nanoseconds left_to_read() const {
        const Clock::time_point now = clock_.now();
        if (left_at_end_) {
            return heard_ + timeouts_.read - now;
        }
        if (timeouts_.read.count() == 0 || !hears_ || transport().closing()) {
            return never;
        }
        if (transport().paused()) {
            return timeouts_.read; // at the earliest
        }
        const Clock::time_point taken =
            above_mark_ ? transport().stalled_since().value_or(now) : heard_;
        return std::max(heard_, taken) + timeouts_.read - now;
    }

    Clock& clock_;
    const Timeouts& timeouts_;
    Clock::time_point heard_; // of the peer, or able to hear it again; or when it was ended
    bool hears_ = true;       // the peer has not ended its direction
    bool above_mark_ = false;
    bool over_ = false;                      // a time, as the last look has found
    std::optional<std::size_t> left_at_end_; // queued, when it was ended or looked at since
    Timer timer_;
};

class TimedFactory final : public FactoryWrapper {
public:
    TimedFactory(Clock& clock, const Timeouts& timeouts, std::shared_ptr<Factory> wrapped)
        : FactoryWrapper(std::move(wrapped)), clock_(clock), timeouts_(timeouts) {}

private:
    std::unique_ptr<Protocol> build_protocol(const Address& peer) override {
        std::unique_ptr<Protocol> protocol = wrapped().build_protocol(peer);
        return protocol ? std::make_unique<TimedProtocol>(std::move(protocol), clock_, timeouts_)
                        : nullptr;
    }

    Clock& clock_;
    Timeouts timeouts_;
};

} // namespace

std::shared_ptr<Factory> timeout(Clock& clock, const Timeouts& timeouts,
                                 std::shared_ptr<Factory> factory) {
    assert(timeouts.read.count() >= 0 && timeouts.write.count() >= 0);
    return std::make_shared<TimedFactory>(clock, timeouts, std::move(factory));
}

} // namespace hawser
