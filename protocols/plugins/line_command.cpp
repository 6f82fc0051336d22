// SPDX-License-Identifier: MIT
#include "line_command.h"

#include <hawser/core/log.h>
#include <hawser/reactor/run_process.h>

#include <unistd.h>

#include <exception>
#include <utility>

namespace hawser {

namespace {

Environment environment_with_peer(const Address& peer) {
    Environment variables;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view text = *variable;
        const std::size_t end = text.find('=');
        if (end != std::string_view::npos) {
            variables.emplace(text.substr(0, end), text.substr(end + 1));
        }
    }
    variables["HAWSER_PEER"] = to_string(peer);
    return variables;
}

} // namespace

LineCommand::LineCommand(Reactor& reactor, const LineCommandOptions& options,
                         DeferredSemaphore& running)
    : reactor_(reactor), options_(options), running_(running) {
    set_delimiter("\n");
}

LineCommand::~LineCommand() = default;

void LineCommand::line_received(std::string_view line) {
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    transport().pause_producing(); // until this one is answered
    answering_ = answer(std::string(line));
}

Deferred<> LineCommand::answer(std::string line) {
    std::string said;
    try {
        said = co_await run(std::move(line));
    } catch (const std::exception& error) {
        log(LogLevel::warning, "line", error.what(), {{"peer", to_string(transport().peer())}});
        const auto* const reason = dynamic_cast<const std::system_error*>(&error);
        said = "error: " + (reason != nullptr ? message_of(reason->code()) : "the command failed");
    }
    if (!said.empty() && !said.ends_with('\n')) {
        said += '\n';
    }
    transport().write(said);
    transport().resume_producing();
}

Deferred<std::string> LineCommand::run(std::string line) {
    const DeferredSemaphore::Permit permit = co_await running_.acquire();
    const ProcessOptions options{.program = "/bin/sh",
                                 .arguments = {"-c", options_.command},
                                 .environment = environment_with_peer(transport().peer()),
                                 .grace = std::chrono::seconds(1)};
    const RunLimits limits{
        .out = options_.output, .err = options_.output, .deadline = options_.deadline};
    ProcessOutput output = co_await run_process(reactor_, options, line + '\n', limits);
    if (!output.err.empty() || !output.status.success()) {
        log(LogLevel::warning, "line", to_string(output.status),
            {{"peer", to_string(transport().peer())}, {"stderr", output.err}});
    }
    if (!output.status.success() && output.out.empty()) {
        co_return "error: the command failed";
    }
    co_return std::move(output.out);
}

LineCommandFactory::LineCommandFactory(Reactor& reactor, LineCommandOptions options)
    : reactor_(reactor), options_(std::move(options)), running_(options_.processes),
      stop_(add_system_event_trigger(reactor, SystemEvent::before_shutdown,
                                     [this] { return finish(); })) {}

LineCommandFactory::~LineCommandFactory() = default;

// Comes to its turn behind all lines that wait; a drain would end their commands.
Deferred<> LineCommandFactory::finish() {
    for (std::size_t n = 0; n < options_.processes; ++n) {
        DeferredSemaphore::Permit permit = co_await running_.acquire();
        last_.push_back(std::move(permit));
    }
}

std::unique_ptr<Protocol> LineCommandFactory::build_protocol(const Address&) {
    return std::make_unique<LineCommand>(reactor_, options_, running_);
}

} // namespace hawser
