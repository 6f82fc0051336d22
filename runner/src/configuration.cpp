// SPDX-License-Identifier: MIT
#include "configuration.h"

#include "common_options.h"
#include "exit_code.h"
#include "manifest.h"
#include "plugins.h"
#include "toml_reader.h"

#include <hawser/core/detail/no_such_name.h>

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <set>
#include <utility>

namespace hawser::runner {

namespace {

constexpr PluginOption program_table[] = {
    {.name = "plugin-path", .value = "DIR..."},
};

constexpr PluginOption service_head[] = {
    {.name = "name", .value = "NAME"},
    {.name = "plugin", .value = "NAME"},
};

/// Reads one file, and collects what is wrong.
class Reading {
public:
    Reading(const TomlFile& file, const Plugins& plugins, const OptionValues& given,
            const std::function<void(const ServiceSpec&)>& try_service, Faults& faults)
        : file_(file), plugins_(plugins), given_(given), try_service_(try_service),
          faults_(faults) {}

    Configuration read() {
        const TomlTable top = file_.top();
        OptionValues program(program_table);
        OptionValues process = given_;
        top.check_keys({program_table, process_options()}, {"service"});
        top.set(program, program_table);
        top.set(process, process_options(), &given_);
        Configuration configuration{.process = process_from(top, process)};
        configuration.process.plugin_path = program.all("plugin-path");
        const auto tables = top.tables("service");
        if (tables.empty() && !top.has("service")) {
            top.fault("there is no [[service]]");
        }
        for (const TomlTable& table : tables) {
            if (auto spec = service_from(table)) {
                configuration.services.push_back(std::move(*spec));
            }
        }
        return configuration;
    }

private:
    ProcessOptions process_from(const TomlTable& top, const OptionValues& process) {
        try {
            (void)LogLevels::parse(process.get("log-level"));
        } catch (const Failure& failure) {
            throw_if_given("log-level");
            top.fault_of("log-level", failure.what());
            return {};
        }
        try {
            return process_options_from(process);
        } catch (const OptionError& error) {
            throw_if_given(error.option());
            top.fault_of(error.option(),
                         fmt::format("{}: {}", error.option(), error.what_is_wrong()));
        } catch (const EndpointError& error) {
            throw_if_given("status");
            top.fault_of("status", error.what(), error.picture());
        }
        return {};
    }

    /// Again, in a catch: what the command line says is no fault of the file.
    void throw_if_given(std::string_view option) const {
        if (given_.given(option)) {
            throw;
        }
    }

    std::optional<ServiceSpec> service_from(const TomlTable& table) {
        const std::size_t faults_before = faults_.size();
        OptionValues head(service_head);
        OptionValues service(service_options());
        table.check_keys({service_head, service_options()}, {"options"});
        table.set(head, service_head);
        table.set(service, service_options());

        ServiceSpec spec{.plugin = head.get("plugin")};
        spec.name = head.given("name") ? head.get("name") : spec.plugin;
        const Plugin* const plugin = plugin_of(table, spec.plugin);
        check_name(table, spec.name);
        read_endpoints(table, service, spec);
        try {
            spec.policies = policies_from(service);
        } catch (const OptionError& error) {
            table.fault_of(error.option(),
                           fmt::format("{}: {}", error.option(), error.what_is_wrong()));
        }
        std::optional<TomlTable> options = table.table("options");
        if (plugin != nullptr) {
            spec.options = OptionValues(plugin->options);
            if (options) {
                options->check_keys({plugin->options}, {});
                options->set(spec.options, plugin->options);
            }
        }
        if (faults_.size() != faults_before) {
            return std::nullopt;
        }
        try_out(table, options, spec);
        return spec;
    }

    const Plugin* plugin_of(const TomlTable& table, const std::string& name) {
        if (!table.has("plugin")) {
            table.fault("this service has no plugin");
            return nullptr;
        }
        if (plugins_.find(name) == nullptr) {
            std::vector<std::string_view> names;
            for (const Manifest& manifest : plugins_.manifests()) {
                names.push_back(manifest.name);
            }
            table.fault_of("plugin", names.empty()
                                         ? fmt::format("no plug-in \"{}\": there are none", name)
                                         : detail::no_such_name("plug-in", name, names));
            return nullptr;
        }
        try {
            return &plugins_.load(name);
        } catch (const std::exception& error) { // its module is broken
            table.fault_of("plugin", error.what());
            return nullptr;
        }
    }

    void check_name(const TomlTable& table, const std::string& name) {
        if (table.has("name") && !is_plugin_name(name)) {
            table.fault_of("name", fmt::format("\"{}\" is no name: a small letter, then small "
                                               "letters, digits, _ and -, 64 in all at most",
                                               name));
        } else if (!name.empty() && !names_.insert(name).second) {
            table.fault_of("name", fmt::format("there is a service \"{}\" already", name));
        }
    }

    void read_endpoints(const TomlTable& table, const OptionValues& service, ServiceSpec& spec) {
        const std::vector<std::string> texts = service.all("listen");
        if (!table.has("listen")) {
            table.fault("this service has no listen: where to listen, like \"tcp:8000\"");
        } else if (texts.empty()) {
            table.fault_of("listen", "listen: it is to be one endpoint at least");
        }
        for (std::size_t i = 0; i < texts.size(); ++i) {
            try {
                const Endpoint& endpoint = spec.listen.emplace_back(texts[i]);
                const bool any_port =
                    endpoint.kind() == Endpoint::Kind::tcp && endpoint.port() == 0;
                const auto [found, is_new] = taken_.emplace(to_string(endpoint), spec.name);
                if (!is_new && !any_port) {
                    table.fault_of(
                        "listen",
                        fmt::format("service {} listens on {} already", found->second, texts[i]),
                        "", i);
                }
            } catch (const EndpointError& error) {
                table.fault_of("listen", error.what(), error.picture(), i);
            }
        }
    }

    void try_out(const TomlTable& table, const std::optional<TomlTable>& options,
                 const ServiceSpec& spec) {
        try {
            try_service_(spec);
        } catch (const OptionError& error) {
            const bool set = options && options->has(error.option());
            (set ? *options : table)
                .fault_of(error.option(),
                          fmt::format("{}: {}", error.option(), error.what_is_wrong()));
        } catch (const EndpointError& error) {
            const std::string option = option_with(error, spec);
            (option.empty() ? table : *options)
                .fault_of(option.empty() ? "listen" : option, error.what(), error.picture());
        } catch (...) {
            table.fault(message_of(std::current_exception()));
        }
    }

    /// Of the plug-in's options the one whose value is that endpoint; else empty.
    std::string option_with(const EndpointError& error, const ServiceSpec& spec) const {
        for (const PluginOption& option : plugins_.load(spec.plugin).options) {
            const std::vector<std::string> values = spec.options.all(option.name);
            if (spec.options.given(option.name) &&
                std::any_of(values.begin(), values.end(), [&](const std::string& value) {
                    return error.picture().starts_with(value + '\n');
                })) {
                return option.name;
            }
        }
        return {};
    }

    const TomlFile& file_;
    const Plugins& plugins_;
    const OptionValues& given_;
    const std::function<void(const ServiceSpec&)>& try_service_;
    Faults& faults_;
    std::set<std::string, std::less<>> names_;
    std::map<std::string, std::string> taken_; // endpoints, and by which service
};

std::string first_and_count(const std::vector<ConfigurationFault>& faults) {
    return faults.size() == 1
               ? faults.front().text
               : fmt::format("{} (and {} more)", faults.front().text, faults.size() - 1);
}

} // namespace

ConfigurationError::ConfigurationError(std::vector<ConfigurationFault> faults)
    : Error(Whole{}, std::make_error_code(std::errc::invalid_argument), first_and_count(faults)),
      faults_(std::move(faults)) {}

ConfigurationError::~ConfigurationError() = default;

std::vector<std::string> plugin_path_in(std::string_view text, const std::string& path) {
    Faults faults(path);
    OptionValues program(program_table);
    TomlFile(text, faults).top().set(program, program_table);
    faults.throw_if_any();
    return program.all("plugin-path");
}

Configuration read_configuration(std::string_view text, const std::string& path,
                                 const Plugins& plugins, const OptionValues& given,
                                 const std::function<void(const ServiceSpec&)>& try_service) {
    Faults faults(path);
    const TomlFile file(text, faults);
    Configuration configuration = Reading(file, plugins, given, try_service, faults).read();
    faults.throw_if_any();
    return configuration;
}

} // namespace hawser::runner
