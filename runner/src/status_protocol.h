// SPDX-License-Identifier: MIT
/// \file
/// StatusProtocol, what an operator asks a running hawser, a line at a time.
#pragma once

#include "figure_text.h"
#include "figures.h"

#include <hawser/core/clock.h>
#include <hawser/core/factory.h>
#include <hawser/protocols/line_receiver.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace hawser::runner {

class LogWriter;

/// What the protocol shows and moves; it outlives the connections.
struct StatusSubject {
    Clock& clock;
    const Figures& figures;
    LogWriter& log;
    std::function<ProcessFigures()> process;
    std::function<void()> drain; ///< Begins the orderly stop; may throw.
};

/// Commands are lines; `help` lists them. An answer is lines of `key value`, and an empty line at
/// its end; `error what is wrong` for a command that cannot be done. Commands may be sent ahead:
/// they are answered in order.
///
/// `connections` is written as the peer reads it, so that a long list takes no memory. Who says
/// nothing for status_idle is disconnected.
class StatusProtocol final : public LineReceiver, private Producer {
public:
    explicit StatusProtocol(const StatusSubject& subject) : subject_(subject) {}
    ~StatusProtocol() override;

private:
    struct Command;
    static const Command commands[];

    void connection_made() override;
    void line_received(std::string_view line) override;
    void line_length_exceeded(Bytes data) override;

    // Of the list of connections, which we produce.
    void pause_producing() override;
    void resume_producing() override;
    void stop_producing() override;

    void answer(std::string_view text);
    void stats(std::string_view argument);
    void metrics(std::string_view argument);
    void connections(std::string_view argument);
    void log_level(std::string_view argument);
    void drain(std::string_view argument);
    void help(std::string_view argument);

    const StatusSubject& subject_;
    std::uint64_t next_ = 0; // the number of the connection to list next
    Timer idle_;
};

inline constexpr std::chrono::minutes status_idle{5};
inline constexpr std::size_t status_line_limit = 1024;
inline constexpr std::size_t status_connections = 16; ///< At once: a further one is closed.

/// For the listener of `--status`. \p subject outlives it and its connections.
[[nodiscard]] std::shared_ptr<Factory> status_factory(const StatusSubject& subject);

} // namespace hawser::runner
