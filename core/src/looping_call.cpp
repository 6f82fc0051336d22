// SPDX-License-Identifier: MIT
#include <hawser/core/looping_call.h>

#include <hawser/core/detail/waiting_list.h>
#include <hawser/core/error.h>
#include <hawser/core/log.h>

#include <exception>
#include <string>

namespace hawser {

using std::chrono::milliseconds;

/// What one start() began.
class LoopingCall::Run : public std::enable_shared_from_this<Run> {
public:
    Run(Clock& clock, std::shared_ptr<Call> body, milliseconds interval, First first)
        : clock_(clock), body_(std::move(body)), interval_(interval), grid_(clock.now()) {
        if (first == First::now) {
            told_ = -1;
            timer_ = clock_.call_later(milliseconds::zero(), [this] { tick(); });
        } else {
            schedule();
        }
    }

    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run() { waiters_.abandon("waiting for a looping call"); }

    void reset() {
        grid_ = clock_.now();
        told_ = 0;
        if (timer_.active()) {
            schedule();
        }
    }

    // The last thing its caller does: whoever waits for the end may drop the LoopingCall.
    void stop() {
        running_ = false;
        timer_.cancel();
        if (!calling_ && !waiting_) {
            end(nullptr);
        }
    }

    void cancel_body() {
        if (waiting_) {
            waiting_ = false;
            result_ = Deferred<>();
        }
    }

    Deferred<> finished() {
        if (ended_) {
            return failure_ ? Deferred<>::fail(failure_) : Deferred<>::succeed();
        }
        return waiters_.add();
    }

    // Also the last thing.
    void end(std::exception_ptr error) {
        running_ = false;
        timer_.cancel();
        if (std::exchange(ended_, true)) {
            return;
        }
        failure_ = error;
        if (waiters_.empty()) {
            report(error);
        }
        Waiters waiters = std::move(waiters_);
        while (!waiters.empty()) {
            Promise<>& waiter = waiters.pop().promise;
            error ? waiter.fail(error) : waiter.resolve();
        }
    }

    [[nodiscard]] bool running() const noexcept { return running_; }

private:
    using Waiters = detail::WaitingList<void>;

    static void report(const std::exception_ptr& error) {
        if (error) {
            log(LogLevel::error, "looping_call", "a body failed: " + message_of(error));
        }
    }

    [[nodiscard]] std::int64_t ticks_so_far() const {
        return interval_ == milliseconds::zero() ? told_ + 1 : (clock_.now() - grid_) / interval_;
    }

    void tick() {
        const std::shared_ptr<Run> self = shared_from_this(); // the body may drop the LoopingCall
        const std::int64_t so_far = ticks_so_far();
        const auto ticks = static_cast<std::uint64_t>(so_far - told_);
        told_ = so_far;
        Result result;
        std::exception_ptr error;
        calling_ = true;
        try {
            result = (*body_)(ticks);
        } catch (...) {
            error = std::current_exception();
        }
        calling_ = false;
        if (self.use_count() == 1) { // dropped, or started anew: nobody waits for us
            report(error);
            return;
        }
        if (!result) {
            body_ended(std::move(error));
            return;
        }
        waiting_ = true;
        result_ = std::move(*result).then([this] { body_ended(nullptr); });
        result_ = std::move(result_).recover(
            [this](std::exception_ptr failure) { body_ended(std::move(failure)); });
    }

    void body_ended(std::exception_ptr error) {
        waiting_ = false;
        if (error || !running_) {
            end(std::move(error));
        } else if (!timer_.active()) { // the body may have begun the grid anew
            schedule();
        }
    }

    void schedule() {
        const auto now = clock_.now();
        const auto due = interval_ == milliseconds::zero()
                             ? now
                             : grid_ + ((now - grid_) / interval_ + 1) * interval_;
        timer_ = clock_.call_later(due - now, [this] { tick(); });
    }

    Clock& clock_;
    std::shared_ptr<Call> body_;
    milliseconds interval_;
    Clock::time_point grid_; // when the first tick was or is
    std::int64_t told_ = 0;  // ticks of the grid that calls were made for
    Timer timer_;
    Deferred<> result_;
    Waiters waiters_; // for the end
    std::exception_ptr failure_;
    bool running_ = true;
    bool calling_ = false; // inside the body
    bool waiting_ = false; // for the result of the body
    bool ended_ = false;
};

LoopingCall::LoopingCall(Call call, Clock& clock)
    : clock_(&clock), body_(std::make_shared<Call>(std::move(call))) {}

LoopingCall::LoopingCall(LoopingCall&&) noexcept = default;

LoopingCall& LoopingCall::operator=(LoopingCall&&) noexcept = default;

LoopingCall::~LoopingCall() = default;

void LoopingCall::start(std::chrono::nanoseconds interval, First first) {
    if (running()) {
        throw Error(Errc::already_running, "cannot start a looping call");
    }
    if (interval < std::chrono::nanoseconds::zero()) {
        throw Error(std::make_error_code(std::errc::invalid_argument),
                    "cannot call every " + std::to_string(interval.count()) + " ns");
    }
    const auto before = std::exchange(
        run_,
        std::make_shared<Run>(*clock_, body_, std::chrono::ceil<milliseconds>(interval), first));
    if (before) { // last, because both may call back
        before->cancel_body();
        before->end(nullptr);
    }
}

LoopingCall::Run& LoopingCall::current() const {
    if (!running()) {
        throw Error(Errc::not_running, "cannot change a looping call");
    }
    return *run_;
}

void LoopingCall::stop() {
    const std::shared_ptr<Run> run = current().shared_from_this();
    run->stop();
}

void LoopingCall::reset() {
    current().reset();
}

Deferred<> LoopingCall::finished() {
    if (!run_) {
        throw Error(Errc::not_running, "cannot wait for the end of a looping call");
    }
    return run_->finished();
}

bool LoopingCall::running() const noexcept {
    return run_ && run_->running();
}

} // namespace hawser
