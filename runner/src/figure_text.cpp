// SPDX-License-Identifier: MIT
#include "figure_text.h"

#include <fmt/format.h>

#include <chrono>
#include <string_view>

namespace hawser::runner {

namespace {

/// One figure, under both of its names.
template <class Source>
struct Row {
    std::string_view key;
    std::string_view metric;
    std::string_view type;
    std::string_view help;  // empty: as the row before, which has the same metric
    std::string_view label; // one of its own: `result="done"`; may be empty
    std::string (*value)(const Source& source);
};

struct Process {
    const Figures& figures;
    const ProcessFigures& process;
};

std::string seconds(std::chrono::nanoseconds time) {
    return fmt::format("{:.6f}", std::chrono::duration<double>(time).count());
}

template <auto Member>
std::string count(const ServiceFigures& service) {
    return std::to_string(service.*Member);
}

constexpr Row<Process> process_rows[] = {
    {"uptime-seconds", "hawser_uptime_seconds", "gauge", "Time since hawser was started.", "",
     [](const Process& from) { return seconds(from.figures.now() - from.figures.since()); }},
    {"loop-turns", "hawser_loop_turns_total", "counter", "Turns of the event loop.", "",
     [](const Process& from) { return std::to_string(from.process.loop_turns); }},
    {"log-records-lost", "hawser_log_records_lost_total", "counter",
     "Log records that could not be written.", "",
     [](const Process& from) { return std::to_string(from.process.log_records_lost); }},
    {"reloads", "hawser_reloads_total", "counter", "Configurations that were read anew.",
     "result=\"done\"", [](const Process& from) { return std::to_string(from.figures.reloads); }},
    {"reloads-refused", "hawser_reloads_total", "counter", "", "result=\"refused\"",
     [](const Process& from) { return std::to_string(from.figures.refused_reloads); }},
};

constexpr Row<ServiceFigures> service_rows[] = {
    {"open", "hawser_connections", "gauge", "Connections there are.", "",
     count<&ServiceFigures::open>},
    {"accepted", "hawser_connections_accepted_total", "counter", "Connections that were let in.",
     "", count<&ServiceFigures::accepted>},
    {"refused", "hawser_connections_refused_total", "counter",
     "Connections that a limit, or the service, did not let in.", "",
     count<&ServiceFigures::refused>},
    {"cut", "hawser_connections_ended_total", "counter",
     "Connections that ended otherwise than in good order, by the reason.",
     "reason=\"write_limit\"", count<&ServiceFigures::cut>},
    {"timed-out", "hawser_connections_ended_total", "counter", "", "reason=\"timeout\"",
     count<&ServiceFigures::timed_out>},
    {"threw", "hawser_connections_ended_total", "counter", "", "reason=\"exception\"",
     count<&ServiceFigures::threw>},
    {"bytes-in", "hawser_received_bytes_total", "counter", "Bytes that were read.", "",
     count<&ServiceFigures::bytes_in>},
    {"bytes-out", "hawser_written_bytes_total", "counter", "Bytes that were queued to be sent.", "",
     count<&ServiceFigures::bytes_out>},
    {"slow-callbacks", "hawser_slow_callbacks_total", "counter",
     "Callbacks that took 100 ms or more, in which nothing else had its turn.", "",
     count<&ServiceFigures::slow_callbacks>},
    {"longest-callback-seconds", "hawser_longest_callback_seconds", "gauge",
     "The longest callback so far.", "",
     [](const ServiceFigures& service) { return seconds(service.longest); }},
};

std::string escaped(std::string_view label) {
    std::string text;
    for (const char c : label) {
        text += c == '\\' ? "\\\\" : c == '"' ? "\\\"" : c == '\n' ? "\\n" : std::string(1, c);
    }
    return text;
}

std::string in_braces(std::string_view one, std::string_view other) {
    return one.empty() && other.empty()
               ? ""
               : fmt::format("{{{}{}{}}}", one, one.empty() || other.empty() ? "" : ",", other);
}

template <class Source>
void begin_metric(std::string& text, const Row<Source>& row) {
    if (!row.help.empty()) {
        text += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", row.metric, row.help, row.type);
    }
}

} // namespace

std::string stats_text(const Figures& figures, const ProcessFigures& process) {
    std::string text;
    for (const auto& row : process_rows) {
        text += fmt::format("{} {}\n", row.key, row.value({figures, process}));
    }
    for (const auto& service : figures.services()) {
        for (const auto& row : service_rows) {
            text += fmt::format("service.{}.{} {}\n", service->name, row.key, row.value(*service));
        }
        if (!service->longest_in.empty()) {
            text += fmt::format("service.{}.longest-callback-in {}\n", service->name,
                                service->longest_in);
        }
    }
    return text;
}

std::string prometheus_text(const Figures& figures, const ProcessFigures& process) {
    std::string text;
    for (const auto& row : process_rows) {
        begin_metric(text, row);
        text += fmt::format("{}{} {}\n", row.metric, in_braces("", row.label),
                            row.value({figures, process}));
    }
    const auto services = figures.services();
    for (std::size_t i = 0; !services.empty() && i < std::size(service_rows); ++i) {
        const auto& row = service_rows[i];
        begin_metric(text, row);
        // All samples of a metric stand together, as the format asks.
        for (const auto& service : services) {
            text += fmt::format(
                "{}{} {}\n", row.metric,
                in_braces(fmt::format("service=\"{}\"", escaped(service->name)), row.label),
                row.value(*service));
        }
    }
    if (!services.empty()) {
        text += "# HELP hawser_longest_callback_info What the longest callback so far was.\n"
                "# TYPE hawser_longest_callback_info gauge\n";
    }
    for (const auto& service : services) {
        if (!service->longest_in.empty()) {
            text +=
                fmt::format("hawser_longest_callback_info{{service=\"{}\",callback=\"{}\"}} 1\n",
                            escaped(service->name), escaped(service->longest_in));
        }
    }
    return text;
}

} // namespace hawser::runner
