// SPDX-License-Identifier: MIT
#include "figure_text.h"

#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using hawser::runner::Figures;
using hawser::runner::ProcessFigures;
using hawser::runner::prometheus_text;
using hawser::runner::ServiceFigures;
using hawser::runner::stats_text;

namespace {

/// The text format of Prometheus, version 0.0.4, as far as it has counters and gauges.
class Exposition {
public:
    explicit Exposition(const std::string& text) {
        REQUIRE(text.ends_with('\n'));
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            CAPTURE(line);
            line.starts_with('#') ? comment(line) : sample(line);
        }
    }

    /// By name and labels: `up{job="a"}`, as they stand in the text.
    std::map<std::string, double> samples;
    /// Of each metric, the values of its labels, without their escapes.
    std::map<std::string, std::vector<std::string>> label_values;

private:
    void comment(const std::string& line) {
        static const std::regex help(R"(# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (\S.*))");
        static const std::regex type(R"(# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge))");
        std::smatch match;
        if (std::regex_match(line, match, help)) {
            CHECK(helped_.insert(match[1]).second); // once for each metric
            metric_ = match[1];
            type_.clear();
            return;
        }
        REQUIRE(std::regex_match(line, match, type));
        CHECK(match[1] == metric_); // behind its HELP, before its samples
        type_ = match[2];
        CHECK(metric_.ends_with("_total") == (type_ == "counter"));
    }

    void sample(const std::string& line) {
        static const std::regex form(
            R"rx(([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)*\})? (\d+(?:\.\d+)?))rx");
        static const std::regex label(R"rx(([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)")rx");
        std::smatch match;
        REQUIRE(std::regex_match(line, match, form));
        CHECK(match[1] == metric_); // all samples of a metric stand together
        CHECK(!type_.empty());
        const std::string labels = match[2];
        CHECK(samples.emplace(metric_ + labels, std::stod(match[3])).second);
        for (std::sregex_iterator at(labels.begin(), labels.end(), label), end; at != end; ++at) {
            label_values[metric_].push_back(without_escapes((*at)[2]));
        }
    }

    static std::string without_escapes(const std::string& value) {
        std::string text;
        for (std::size_t i = 0; i < value.size(); ++i) {
            const bool escape = value[i] == '\\';
            i += escape ? 1 : 0;
            text += escape && value[i] == 'n' ? '\n' : value[i];
        }
        return text;
    }

    std::set<std::string> helped_;
    std::string metric_;
    std::string type_;
};

struct Fixture {
    Figures::Time time{std::chrono::hours(1)};
    Figures figures{[this] { return time; }};
    std::shared_ptr<ServiceFigures> chat = figures.of("chat");
    std::shared_ptr<ServiceFigures> echo = figures.of("echo");
    ProcessFigures process{.loop_turns = 12345, .log_records_lost = 3};
};

} // namespace

TEST_SUITE_BEGIN("figure_text");

TEST_CASE("what Prometheus reads are the figures") {
    Fixture f;
    f.chat->open = 3;
    f.chat->accepted = 10;
    f.chat->refused = 4;
    f.chat->bytes_in = 5'000'000'000;
    f.chat->cut = 1;
    f.chat->timed_out = 2;
    f.echo->threw = 7;
    f.echo->longest = std::chrono::microseconds(1234567);
    f.echo->longest_in = "Echo::data_received";
    f.figures.reloads = 5;
    f.figures.refused_reloads = 6;
    f.time += std::chrono::milliseconds(90500);

    const Exposition read(prometheus_text(f.figures, f.process));

    const auto& samples = read.samples;
    CHECK(samples.at("hawser_uptime_seconds") == 90.5);
    CHECK(samples.at("hawser_loop_turns_total") == 12345);
    CHECK(samples.at("hawser_log_records_lost_total") == 3);
    CHECK(samples.at("hawser_reloads_total{result=\"done\"}") == 5);
    CHECK(samples.at("hawser_reloads_total{result=\"refused\"}") == 6);
    CHECK(samples.at("hawser_connections{service=\"chat\"}") == 3);
    CHECK(samples.at("hawser_connections{service=\"echo\"}") == 0);
    CHECK(samples.at("hawser_connections_accepted_total{service=\"chat\"}") == 10);
    CHECK(samples.at("hawser_connections_refused_total{service=\"chat\"}") == 4);
    CHECK(samples.at("hawser_received_bytes_total{service=\"chat\"}") == 5e9);
    CHECK(samples.at("hawser_connections_ended_total{service=\"chat\",reason=\"write_limit\"}") ==
          1);
    CHECK(samples.at("hawser_connections_ended_total{service=\"chat\",reason=\"timeout\"}") == 2);
    CHECK(samples.at("hawser_connections_ended_total{service=\"echo\",reason=\"exception\"}") == 7);
    CHECK(samples.at("hawser_longest_callback_seconds{service=\"echo\"}") == 1.234567);
    CHECK(samples.at("hawser_longest_callback_info{service=\"echo\",callback=\"Echo::data_"
                     "received\"}") == 1);
}

TEST_CASE("each figure of stats is one of Prometheus") {
    Fixture f;
    f.echo.reset();
    f.time += std::chrono::milliseconds(90500);
    f.figures.reloads = 5;
    f.figures.refused_reloads = 6;
    *f.chat = {.name = "chat",
               .open = 11,
               .accepted = 12,
               .refused = 13,
               .bytes_in = 14,
               .bytes_out = 15,
               .cut = 16,
               .timed_out = 17,
               .threw = 18,
               .slow_callbacks = 19,
               .longest = std::chrono::milliseconds(1500)};
    const std::string chat = "{service=\"chat\"}";
    const auto ended = [](const std::string& why) {
        return "hawser_connections_ended_total{service=\"chat\",reason=\"" + why + "\"}";
    };
    const std::map<std::string, std::pair<std::string, double>> expected{
        {"uptime-seconds", {"hawser_uptime_seconds", 90.5}},
        {"loop-turns", {"hawser_loop_turns_total", 12345}},
        {"log-records-lost", {"hawser_log_records_lost_total", 3}},
        {"reloads", {"hawser_reloads_total{result=\"done\"}", 5}},
        {"reloads-refused", {"hawser_reloads_total{result=\"refused\"}", 6}},
        {"service.chat.open", {"hawser_connections" + chat, 11}},
        {"service.chat.accepted", {"hawser_connections_accepted_total" + chat, 12}},
        {"service.chat.refused", {"hawser_connections_refused_total" + chat, 13}},
        {"service.chat.bytes-in", {"hawser_received_bytes_total" + chat, 14}},
        {"service.chat.bytes-out", {"hawser_written_bytes_total" + chat, 15}},
        {"service.chat.cut", {ended("write_limit"), 16}},
        {"service.chat.timed-out", {ended("timeout"), 17}},
        {"service.chat.threw", {ended("exception"), 18}},
        {"service.chat.slow-callbacks", {"hawser_slow_callbacks_total" + chat, 19}},
        {"service.chat.longest-callback-seconds", {"hawser_longest_callback_seconds" + chat, 1.5}},
    };
    std::map<std::string, double> stats;
    std::istringstream lines(stats_text(f.figures, f.process));
    std::string key;
    for (double value = 0; lines >> key >> value;) {
        stats[key] = value;
    }

    const auto samples = Exposition(prometheus_text(f.figures, f.process)).samples;

    CHECK(stats.size() == expected.size());
    CHECK(samples.size() == expected.size());
    for (const auto& [figure, metric] : expected) {
        CAPTURE(figure);
        CHECK(stats.at(figure) == metric.second);
        CHECK(samples.at(metric.first) == metric.second);
    }
}

TEST_CASE("labels are escaped") {
    Fixture f;
    const std::string odd = "Odd<'\"', '\\', '\n'>::data_received";
    f.chat->longest_in = odd;
    const Exposition read(prometheus_text(f.figures, f.process));
    CHECK(read.label_values.at("hawser_longest_callback_info") ==
          std::vector<std::string>{"chat", odd});
}

TEST_CASE("a process without services has figures too") {
    const Figures figures;
    const Exposition read(prometheus_text(figures, {}));
    CHECK(read.samples.size() == 5);
}
TEST_SUITE_END();
