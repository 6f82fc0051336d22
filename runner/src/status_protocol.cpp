// SPDX-License-Identifier: MIT
#include "status_protocol.h"

#include "log_writer.h"
#include "metered.h"

#include <hawser/core/detail/no_such_name.h>
#include <hawser/core/error.h>
#include <hawser/core/log.h>
#include <hawser/protocols/limit.h>
#include <hawser/protocols/text.h>

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

namespace hawser::runner {

namespace {

constexpr int lines_at_once = 100; // of the list of connections

std::string line_of(const MeteredConnection& connection, Figures::Time now) {
    const std::chrono::duration<double> age = now - connection.since();
    return fmt::format("connection.{} service={} age={:.3f} in={} out={} queued={} peer={}\n",
                       connection.number(), connection.service(), age.count(),
                       connection.bytes_in(), connection.bytes_out(), connection.queued(),
                       printable(to_string(connection.peer())));
}

} // namespace

struct StatusProtocol::Command {
    std::string_view name;
    std::string_view arguments;
    std::string_view help;
    void (StatusProtocol::*run)(std::string_view argument);
};

const StatusProtocol::Command StatusProtocol::commands[] = {
    {"stats", "", "all figures", &StatusProtocol::stats},
    {"metrics", "", "the same for Prometheus", &StatusProtocol::metrics},
    {"connections", "", "each connection there is", &StatusProtocol::connections},
    {"log-level", " [LEVEL]", "show what is logged, or change it: chat=debug",
     &StatusProtocol::log_level},
    {"drain", "", "stop in good order", &StatusProtocol::drain},
    {"help", "", "show this", &StatusProtocol::help},
};

StatusProtocol::~StatusProtocol() = default;

void StatusProtocol::connection_made() {
    set_delimiter("\n");
    set_line_limit(status_line_limit);
    idle_ = subject_.clock.call_later(status_idle,
                                      [this] { transport().lose_connection(Errc::timed_out); });
}

void StatusProtocol::line_received(std::string_view line) {
    idle_.reset(status_idle);
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    const std::string_view name = line.substr(0, line.find(' '));
    const std::string_view argument = line.substr(std::min(name.size() + 1, line.size()));
    const auto* const found =
        std::find_if(std::begin(commands), std::end(commands),
                     [&](const Command& command) { return command.name == name; });
    try {
        if (found == std::end(commands)) {
            std::vector<std::string_view> names;
            for (const Command& command : commands) {
                names.push_back(command.name);
            }
            answer("error " + detail::no_such_name("command", printable(name), names) + '\n');
        } else if (!argument.empty() && found->arguments.empty()) {
            answer(fmt::format("error {} takes no argument\n", name));
        } else {
            (this->*found->run)(argument);
        }
    } catch (const std::system_error&) {
        answer(fmt::format("error {}\n", message_of(std::current_exception())));
    }
}

void StatusProtocol::line_length_exceeded(Bytes) {
    answer(fmt::format("error a command has {} bytes at most\n", status_line_limit));
    transport().lose_connection(Errc::line_too_long);
}

void StatusProtocol::answer(std::string_view text) {
    const Bytes whole[] = {text, "\n"};
    transport().write_sequence(whole);
}

void StatusProtocol::stats(std::string_view) {
    answer(stats_text(subject_.figures, subject_.process()));
}

void StatusProtocol::metrics(std::string_view) {
    answer(prometheus_text(subject_.figures, subject_.process()));
}

void StatusProtocol::connections(std::string_view) {
    next_ = 0;
    transport().pause_producing(); // what is asked next waits for the end of the list
    transport().register_producer(*this, false);
}

void StatusProtocol::resume_producing() {
    const Figures::Time now = subject_.figures.now();
    std::string lines;
    for (int i = 0; i < lines_at_once; ++i) {
        const MeteredConnection* const connection = subject_.figures.connection_from(next_);
        if (connection == nullptr) {
            answer(lines);
            transport().unregister_producer();
            transport().resume_producing();
            return;
        }
        lines += line_of(*connection, now);
        next_ = connection->number() + 1;
    }
    idle_.reset(status_idle);
    transport().write(lines);
}

void StatusProtocol::pause_producing() {}

void StatusProtocol::stop_producing() {}

void StatusProtocol::log_level(std::string_view argument) {
    LogLevels levels = subject_.log.levels();
    if (!argument.empty()) {
        levels.change(argument);
        subject_.log.set_levels(levels);
        log(LogLevel::info, "hawser", "log levels were changed", {{"levels", to_string(levels)}});
    }
    answer(fmt::format("log-level {}\n", to_string(levels)));
}

void StatusProtocol::drain(std::string_view) {
    subject_.drain();
    answer("drain begun\n");
}

void StatusProtocol::help(std::string_view) {
    std::string text;
    for (const Command& command : commands) {
        text += fmt::format("{}{} {}\n", command.name, command.arguments, command.help);
    }
    answer(text);
}

std::shared_ptr<Factory> status_factory(const StatusSubject& subject) {
    return limit(status_connections,
                 factory([&subject] { return std::make_unique<StatusProtocol>(subject); }));
}

} // namespace hawser::runner
