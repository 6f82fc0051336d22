// SPDX-License-Identifier: MIT
/// \file
/// ArgumentReader, which reads the arguments of one command by the tables of its options.
#pragma once

#include "exit_code.h"

#include <hawser/runner/option_values.h>

#include <span>
#include <string>
#include <vector>

namespace hawser::runner {

/// Options are `--name VALUE`, `--name=VALUE` or a flag `--name`, in full: an abbreviation would
/// mean something else the day an option is added. What is no option is an argument.
class ArgumentReader {
public:
    /// \p options are set from what is read; both outlive this.
    void add(std::span<const PluginOption> options, OptionValues& values);
    /// An argument that must be there: "FILE".
    void add_argument(std::string name, std::string& value);

    /// Throws Failure with ExitCode::usage, naming the option: `no option "--prot"; did you mean
    /// --port?`, or the OptionError of an option that cannot be set so. What stands before the
    /// error is set then.
    void read(std::span<const std::string> arguments) const;

private:
    struct Table {
        std::span<const PluginOption> options;
        OptionValues* values;
    };
    struct Argument {
        std::string name;
        std::string* value;
    };
    [[nodiscard]] bool is_option(const std::string& text) const;
    [[nodiscard]] Failure no_option(const std::string& name) const;
    void set_arguments(const std::vector<std::string>& found) const;

    std::vector<Table> tables_;
    std::vector<Argument> arguments_;
};

} // namespace hawser::runner
