// SPDX-License-Identifier: MIT
#include "trial.h"

#include "figures.h"
#include "plugins.h"
#include "proxied.h"
#include "running_service.h"

#include <hawser/core/address.h>
#include <hawser/core/endpoint_kind.h>
#include <hawser/core/error.h>
#include <hawser/core/log.h>
#include <hawser/reactor/reactor.h>

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <string>
#include <string_view>

namespace hawser::runner {

namespace {

bool brings_kinds(const Manifest& manifest) {
    return std::any_of(manifest.provides.begin(), manifest.provides.end(),
                       [](const std::string& what) { return what.starts_with("endpoint-kind "); });
}

bool can_be_listened_on(Endpoint::Kind kind) noexcept {
    return kind != Endpoint::Kind::udp && kind != Endpoint::Kind::unix_datagram &&
           kind != Endpoint::Kind::stdio;
}

// Whether the machine has that interface is for a start to tell.
bool is_interface(std::string_view host) {
    return host.empty() || host == "localhost" ||
           Address::from_ip(host.substr(0, host.find('%')), 0).has_value();
}

// What a start would say of it, whatever else there is on the machine.
void check_endpoint(const Endpoint& endpoint, Network& network) {
    network.kinds().check(endpoint);
    const Endpoint bare = without_proxies(endpoint);
    const std::string subject = "cannot listen on " + to_string(bare);
    if (!can_be_listened_on(bare.kind())) {
        throw Error(Errc::wrong_kind, subject);
    }
    if (bare.kind() == Endpoint::Kind::tcp && !is_interface(bare.host())) {
        throw Error(
            Errc::bad_address,
            fmt::format("{}: an interface is an IP address, \"{}\" is none", subject, bare.host()));
    }
}

void add_kinds(Network& network, const Plugins& plugins) {
    for (const Manifest& manifest : plugins.manifests()) {
        if (!brings_kinds(manifest)) {
            continue;
        }
        try {
            const Plugin& plugin = plugins.load(manifest.name);
            if (plugin.add_kinds != nullptr) {
                plugin.add_kinds(network);
            }
        } catch (const std::exception& error) { // the kinds of the others are there all the same
            log(LogLevel::error, "plug-ins", error.what());
        }
    }
}

} // namespace

void bring_kinds(Network& network, const Plugins& plugins) {
    network.kinds().when_missing([&network, &plugins] { add_kinds(network, plugins); });
}

void try_service(const Plugins& plugins, const ServiceSpec& spec) {
    Figures figures;
    Reactor reactor({.handle_signals = false});
    bring_kinds(reactor, plugins);
    const RunningService service(plugins.load(spec.plugin), spec, reactor, reactor, figures);
    for (const Endpoint& endpoint : spec.listen) {
        check_endpoint(endpoint, reactor);
    }
}

} // namespace hawser::runner
