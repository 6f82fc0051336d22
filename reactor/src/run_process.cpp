// SPDX-License-Identifier: MIT
#include <hawser/reactor/run_process.h>

#include <algorithm>
#include <utility>

namespace hawser {

namespace {

class Collector final : public ProcessProtocol {
public:
    Collector(std::string program, std::string input, RunLimits limits)
        : program_(std::move(program)), input_(std::move(input)), limits_(limits) {}

    Deferred<ProcessOutput> start(Reactor& reactor, Process process) {
        process_ = std::move(process);
        deadline_ = reactor.call_later(limits_.deadline, [this] {
            fail(std::make_exception_ptr(Error(Errc::timed_out, "cannot run " + program_)));
        });
        // Dropping the process destroys this.
        promise_.on_cancel([this] { const Process dropped = std::move(process_); });
        return promise_.deferred();
    }

private:
    void connection_made() override {
        if (Transport* in = transport().child(0).get()) {
            in->set_write_limit(std::max(input_.size(), TransportLimits().write_limit));
        }
        transport().write(std::exchange(input_, {}));
        transport().close_stdin();
    }
    void out_received(Bytes data) override { collect(1, output_.out, limits_.out, data); }
    void err_received(Bytes data) override { collect(2, output_.err, limits_.err, data); }
    void process_ended(ExitStatus status) override {
        output_.status = status;
        deadline_.cancel();
        promise_.resolve(std::move(output_));
    }

    void collect(int fd, std::string& text, std::size_t limit, Bytes data) {
        if (data.size() > limit - text.size()) {
            fail(std::make_exception_ptr(OutputLimitError(program_, fd)));
            return;
        }
        text += data;
    }

    void fail(std::exception_ptr error) {
        Promise<ProcessOutput> promise = std::move(promise_);
        { const Process dropped = std::move(process_); } // and this with it, now or soon
        promise.fail(std::move(error));
    }

    std::string program_;
    std::string input_;
    RunLimits limits_;
    ProcessOutput output_;
    Process process_; // which owns this
    Promise<ProcessOutput> promise_;
    Timer deadline_;
};

} // namespace

OutputLimitError::OutputLimitError(const std::string& program, int descriptor)
    : Error(Errc::output_limit,
            "cannot run " + program + (descriptor == 1 ? ": standard output" : ": standard error")),
      descriptor_(descriptor) {}

OutputLimitError::~OutputLimitError() = default;

Deferred<ProcessOutput> run_process(Reactor& reactor, const ProcessOptions& options,
                                    std::string input, RunLimits limits) {
    ProcessOptions with_group = options;
    with_group.process_group = true;
    auto protocol = std::make_unique<Collector>(options.program, std::move(input), limits);
    Collector& collector = *protocol;
    try {
        Process process = spawn_process(reactor, with_group, std::move(protocol));
        return collector.start(reactor, std::move(process));
    } catch (const std::system_error&) {
        return Deferred<ProcessOutput>::fail(std::current_exception());
    }
}

} // namespace hawser
