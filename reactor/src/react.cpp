// SPDX-License-Identifier: MIT
#include <hawser/reactor/react.h>

#include <hawser/core/log.h>
#include <hawser/reactor/signal.h>
#include <hawser/reactor/system_event.h>

#include <csignal>
#include <string>

namespace hawser {

ExitRequest::~ExitRequest() = default;

const char* ExitRequest::what() const noexcept {
    return "exit requested";
}

namespace detail {

namespace {

class Program {
public:
    Program(UniqueFunction<Deferred<int>(Reactor&)> main, const ReactorOptions& options)
        : reactor_(options), main_(std::move(main)),
          canceling_(add_system_event_trigger(reactor_, SystemEvent::before_shutdown,
                                              [this] { return cancel(); })) {
        if (options.handle_signals) {
            interrupt_ = on_signal(reactor_, SIGINT, [this] { signal_ = SIGINT; });
            terminate_ = on_signal(reactor_, SIGTERM, [this] { signal_ = SIGTERM; });
        }
    }

    int run() {
        reactor_.when_running([this] { begin(); });
        reactor_.run();
        return ended_ ? code_ : code_of_cancel();
    }

private:
    void begin() {
        Deferred<int> running;
        try {
            running = main_(reactor_);
        } catch (...) {
            running = Deferred<int>::fail(std::current_exception());
        }
        running_ = std::move(running)
                       .recover([this](const std::exception_ptr& error) { return code_of(error); })
                       .then([this](int code) { end(code); });
    }

    Deferred<> cancel() {
        stopping_ = true;
        running_.cancel();
        return ended_ ? Deferred<>::succeed() : done_.deferred();
    }

    void end(int code) {
        ended_ = true;
        code_ = code;
        if (stopping_) {
            done_.resolve();
        } else if (!reactor_.stopped()) {
            reactor_.stop();
        }
    }

    [[nodiscard]] int code_of(const std::exception_ptr& error) const {
        try {
            std::rethrow_exception(error);
        } catch (const ExitRequest& request) {
            return request.code();
        } catch (const std::system_error& failure) {
            if (stopping_ && failure.code() == Errc::canceled) {
                return code_of_cancel();
            }
        } catch (...) { // reported below
        }
        log(LogLevel::critical, "reactor", "main failed: " + message_of(error));
        return 1;
    }

    [[nodiscard]] int code_of_cancel() const noexcept { return signal_ == 0 ? 0 : 128 + signal_; }

    Reactor reactor_;
    UniqueFunction<Deferred<int>(Reactor&)> main_;
    Trigger canceling_;
    Trigger interrupt_;
    Trigger terminate_;
    Promise<> done_;
    Deferred<> running_; // goes first: what main has under way may use all of the above
    int code_ = 0;
    int signal_ = 0; // the one that came last
    bool stopping_ = false;
    bool ended_ = false;
};

} // namespace

int react(UniqueFunction<Deferred<int>(Reactor&)> main, const ReactorOptions& options) {
    return Program(std::move(main), options).run();
}

} // namespace detail

} // namespace hawser
