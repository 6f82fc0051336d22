// SPDX-License-Identifier: MIT
/// \file
/// LineCommand, which answers each line with what a command prints.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/deferred_semaphore.h>
#include <hawser/core/factory.h>
#include <hawser/protocols/line_receiver.h>
#include <hawser/reactor/reactor.h>
#include <hawser/reactor/system_event.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hawser {

struct LineCommandOptions {
    std::string command{};                     ///< for `/bin/sh -c`
    std::size_t processes = 16;                ///< at once, for all connections
    std::chrono::milliseconds deadline{10000}; ///< for each
    std::size_t output = 64 * 1024;            ///< bytes that each may print
};

/// Runs the command for each line, with the line on its standard input and nowhere in the text of
/// a shell; what it prints is the answer. The variable HAWSER_PEER says who asks.
///
/// One line of a connection at a time, so answers come in the order of the lines; meanwhile the
/// peer is not read. A line that cannot be answered is: `error: the command failed`, `error: timed
/// out`, `error: more output than its limit`; the log has the details. The end of the connection
/// ends the command; a stop waits for the answers under way.
class LineCommand final : public LineReceiver {
public:
    LineCommand(Reactor& reactor, const LineCommandOptions& options, DeferredSemaphore& running);
    ~LineCommand() override;

private:
    void line_received(std::string_view line) override;
    Deferred<> answer(std::string line);
    Deferred<std::string> run(std::string line);

    Reactor& reactor_;
    const LineCommandOptions& options_;
    DeferredSemaphore& running_; // of all connections
    Deferred<> answering_;
};

/// Makes a LineCommand for each connection.
class LineCommandFactory final : public Factory {
public:
    LineCommandFactory(Reactor& reactor, LineCommandOptions options);
    ~LineCommandFactory() override;

    std::unique_ptr<Protocol> build_protocol(const Address& peer) override;

private:
    Deferred<> finish();

    Reactor& reactor_;
    LineCommandOptions options_;
    DeferredSemaphore running_;
    std::vector<DeferredSemaphore::Permit> last_; // from a stop on: no command begins any more
    Trigger stop_;
};

} // namespace hawser
