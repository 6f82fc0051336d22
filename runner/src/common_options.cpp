// SPDX-License-Identifier: MIT
#include "common_options.h"

#include "exit_code.h"

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <optional>

namespace hawser::runner {

namespace {

constexpr PluginOption service_table[] = {
    {.name = "listen",
     .value = "ENDPOINT...",
     .help = "where to listen: tcp:8000, tcp:127.0.0.1:8000, unix:/run/chat.sock; may be given "
             "several times"},
    {.name = "max-connections",
     .value = "N",
     .help = "how many connections there may be at once, 0 for any number; a further one is closed",
     .by_default = "0"},
    {.name = "max-per-peer",
     .value = "N",
     .help = "how many of these from one address",
     .by_default = "0"},
    {.name = "idle-timeout",
     .value = "TIME",
     .help = "how long a peer may say nothing, or take nothing of what is sent to it; 0 for ever",
     .by_default = "0"},
};

constexpr PluginOption process_table[] = {
    {.name = "workers",
     .value = "N",
     .help = "processes that share the ports, 0 for as many as there are processors",
     .by_default = "1"},
    {.name = "drain-timeout",
     .value = "TIME",
     .help = "how long connections may take to end when the program is told to stop; what is "
             "left then is cut off",
     .by_default = "10s"},
    {.name = "user", .value = "NAME", .help = "become this user once the ports are bound"},
    {.name = "group", .value = "NAME", .help = "and this group, not the user's own"},
    {.name = "status",
     .value = "ENDPOINT",
     .help = "answer questions there, a Unix socket for us alone: unix:/run/hawser.sock; ask help"},
    {.name = "pidfile", .value = "FILE", .help = "write the process id there, and run once only"},
    {.name = "log-level",
     .value = "LEVEL",
     .help = "debug, info, warning, error or critical; for one area besides: info,chat=debug",
     .by_default = "info"},
    {.name = "log-format", .value = "FORMAT", .help = "text or json", .by_default = "text"},
    {.name = "log-file",
     .value = "FILE",
     .help = "log there, not to standard error; SIGUSR1 has it opened anew"},
};

constexpr PluginOption command_table[] = {
    {.name = "plugin-path",
     .value = "DIR...",
     .help = "look for plug-ins there first; may be given several times"},
    {.name = "check", .help = "say what is wrong with all this, and start nothing"},
    {.name = "help", .help = "show this"},
};

constexpr std::uint64_t most_workers = 1024;

// Who may open the file may stop us: it is ours alone, unless the operator says otherwise. A name
// without a file is anybody's.
std::optional<Endpoint> status_from(const OptionValues& process) {
    if (!process.given("status")) {
        return std::nullopt;
    }
    const Endpoint endpoint(process.get("status"));
    if (endpoint.kind() != Endpoint::Kind::unix_stream || endpoint.path().starts_with('@')) {
        throw OptionError("status", fmt::format("\"{}\" is no Unix socket with a path, like "
                                                "unix:/run/hawser.sock",
                                                process.get("status")));
    }
    try {
        return Endpoint(to_string(endpoint) + ":mode=600");
    } catch (const EndpointError&) {
        return endpoint; // it has a mode already
    }
}

} // namespace

std::span<const PluginOption> service_options() noexcept {
    return service_table;
}

std::span<const PluginOption> process_options() noexcept {
    return process_table;
}

std::span<const PluginOption> command_options() noexcept {
    return command_table;
}

std::vector<Endpoint> endpoints_from(const OptionValues& service) {
    std::vector<Endpoint> endpoints;
    for (const std::string& text : service.all("listen")) {
        endpoints.emplace_back(text);
    }
    return endpoints;
}

ServicePolicies policies_from(const OptionValues& service) {
    constexpr auto any = std::numeric_limits<std::uint32_t>::max();
    return {.max_connections = service.number("max-connections", 0, any),
            .max_per_peer = service.number("max-per-peer", 0, any),
            .idle_timeout = service.time("idle-timeout")};
}

ProcessOptions process_options_from(const OptionValues& process) {
    const auto format = log_format_named(process.get("log-format"));
    if (!format) {
        throw OptionError("log-format", fmt::format("\"{}\" is neither text nor json",
                                                    process.get("log-format")));
    }
    if (process.given("group") && !process.given("user")) {
        throw OptionError("group", "only with --user");
    }
    const std::string& pidfile = process.get("pidfile");
    if (!pidfile.empty() && !pidfile.starts_with('/')) { // at the end we may be elsewhere
        throw OptionError("pidfile", fmt::format("\"{}\" is no absolute path", pidfile));
    }
    return {.log_file = process.get("log-file"),
            .log_format = *format,
            .log_levels = LogLevels::parse(process.get("log-level")),
            .pidfile = pidfile,
            .user = process.get("user"),
            .group = process.get("group"),
            .workers = process.number("workers", 0, most_workers),
            .drain_timeout = process.time("drain-timeout"),
            .status = status_from(process)};
}

} // namespace hawser::runner
