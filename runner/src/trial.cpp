// SPDX-License-Identifier: MIT
#include "trial.h"

#include "figures.h"
#include "plugins.h"
#include "running_service.h"

#include <hawser/core/endpoint_kind.h>
#include <hawser/core/error.h>
#include <hawser/core/log.h>
#include <hawser/reactor/reactor.h>

#include <algorithm>
#include <exception>
#include <string>

namespace hawser::runner {

namespace {

bool is_registered(const Endpoint& endpoint) noexcept {
    return endpoint.kind() == Endpoint::Kind::registered;
}

bool brings_kinds(const Manifest& manifest) {
    return std::any_of(manifest.provides.begin(), manifest.provides.end(),
                       [](const std::string& what) { return what.starts_with("endpoint-kind "); });
}

bool can_be_listened_on(Endpoint::Kind kind) noexcept {
    return kind != Endpoint::Kind::udp && kind != Endpoint::Kind::unix_datagram &&
           kind != Endpoint::Kind::stdio;
}

void check_endpoint(const Endpoint& endpoint, Network& network) {
    if (!can_be_listened_on(endpoint.kind())) {
        throw Error(Errc::wrong_kind, "cannot listen on " + to_string(endpoint));
    }
    if (is_registered(endpoint)) {
        network.kinds().check(endpoint);
    }
}

} // namespace

bool add_kinds(Network& network, const Plugins& plugins, std::span<const ServiceSpec> services) {
    if (std::none_of(services.begin(), services.end(), [](const ServiceSpec& spec) {
            return std::any_of(spec.listen.begin(), spec.listen.end(), is_registered);
        })) {
        return false;
    }
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
    return true;
}

void try_service(const Plugins& plugins, const ServiceSpec& spec) {
    Figures figures;
    Reactor reactor({.handle_signals = false});
    (void)add_kinds(reactor, plugins, {&spec, 1});
    const RunningService service(plugins.load(spec.plugin), spec, reactor, reactor, figures);
    for (const Endpoint& endpoint : spec.listen) {
        check_endpoint(endpoint, reactor);
    }
}

} // namespace hawser::runner
