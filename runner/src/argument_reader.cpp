// SPDX-License-Identifier: MIT
#include "argument_reader.h"

#include <hawser/core/detail/no_such_name.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace hawser::runner {

namespace {

CLI::Option* add_to(CLI::App& app, const PluginOption& option) {
    const std::string name = fmt::format("--{}", option.name);
    CLI::Option* const added =
        option.value[0] == '\0' ? app.add_flag(name) : app.add_option(name)->expected(1);
    // One value each time, and all times: what is once too often is said by OptionValues.
    return added->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

} // namespace

void ArgumentReader::add(std::span<const PluginOption> options, OptionValues& values) {
    tables_.push_back({options, &values});
}

void ArgumentReader::add_argument(std::string name, std::string& value) {
    arguments_.push_back({std::move(name), &value});
}

void ArgumentReader::read(std::span<const std::string> arguments) const {
    CLI::App app;
    app.set_help_flag();
    app.allow_extras();
    std::vector<std::vector<CLI::Option*>> options;
    for (const Table& table : tables_) {
        options.emplace_back();
        for (const PluginOption& option : table.options) {
            options.back().push_back(add_to(app, option));
        }
    }
    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ParseError& error) { // an option at the end, without its value
        const std::string_view said = error.what();
        throw Failure(ExitCode::usage,
                      fmt::format("{}: needs a value", said.substr(0, said.find(':'))));
    }
    set_arguments(app.remaining());
    for (std::size_t i = 0; i < tables_.size(); ++i) {
        for (std::size_t j = 0; j < options[i].size(); ++j) {
            for (const std::string& value : options[i][j]->results()) {
                const char* const name = tables_[i].options[j].name;
                if (is_option(value)) {
                    throw OptionError(name, fmt::format("needs a value, {} is an option", value));
                }
                tables_[i].values->set(name, value);
            }
        }
    }
}

bool ArgumentReader::is_option(const std::string& text) const {
    return text.starts_with("--") &&
           std::any_of(tables_.begin(), tables_.end(), [&](const Table& table) {
               return std::any_of(
                   table.options.begin(), table.options.end(),
                   [&](const PluginOption& option) { return text.substr(2) == option.name; });
           });
}

Failure ArgumentReader::no_option(const std::string& name) const {
    std::vector<std::string> names;
    for (const Table& table : tables_) {
        for (const PluginOption& option : table.options) {
            names.push_back(fmt::format("--{}", option.name));
        }
    }
    const std::string_view near = detail::nearest(name, {names.begin(), names.end()});
    return {ExitCode::usage, near.empty()
                                 ? fmt::format("no option \"{}\"", name)
                                 : fmt::format("no option \"{}\"; did you mean {}?", name, near)};
}

void ArgumentReader::set_arguments(const std::vector<std::string>& found) const {
    std::size_t count = 0;
    for (const std::string& text : found) {
        if (text.size() > 1 && text.front() == '-') {
            throw no_option(text.substr(0, text.find('=')));
        }
        if (count == arguments_.size()) {
            throw Failure(ExitCode::usage, fmt::format("no argument is expected here: {}", text));
        }
        *arguments_[count++].value = text;
    }
    if (count < arguments_.size()) {
        throw Failure(ExitCode::usage, fmt::format("{} is missing", arguments_[count].name));
    }
}

} // namespace hawser::runner
