// SPDX-License-Identifier: MIT
#include <hawser/core/endpoint_kind.h>

#include "built_in_kinds.h"

#include <hawser/core/detail/no_such_name.h>
#include <hawser/core/error.h>

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace hawser {

EndpointKind::EndpointKind() = default;
EndpointKind::~EndpointKind() = default;

void EndpointKind::check(const EndpointKinds&, const Endpoint&) const {}

Listener EndpointKind::listen(Network&, const Endpoint& endpoint, std::shared_ptr<Factory>) {
    throw Error(Errc::wrong_kind, "cannot listen on " + to_string(endpoint));
}

Deferred<Protocol*> EndpointKind::connect(Network&, const Endpoint& endpoint,
                                          std::shared_ptr<Factory>) {
    return Deferred<Protocol*>::fail(Errc::wrong_kind, "cannot connect to " + to_string(endpoint));
}

Listener EndpointKind::bind(Network&, const Endpoint& endpoint, std::unique_ptr<DatagramProtocol>) {
    throw Error(Errc::wrong_kind, "cannot bind " + to_string(endpoint));
}

EndpointKinds::EndpointKinds() = default;
EndpointKinds::~EndpointKinds() = default;

void EndpointKinds::add(std::string_view name, std::unique_ptr<EndpointKind> kind) {
    const char* const wrong = !is_kind_name(name)                   ? "no such word can be one"
                              : find_built_in_kind(name) != nullptr ? "it is built in"
                              : kinds_.find(name) != kinds_.end()   ? "there is one already"
                                                                    : nullptr;
    if (wrong != nullptr) {
        throw Error(std::make_error_code(std::errc::invalid_argument),
                    fmt::format("cannot add the endpoint kind \"{}\": {}", name, wrong));
    }
    kinds_.emplace(name, std::move(kind));
}

void EndpointKinds::when_missing(UniqueFunction<void()> call) {
    missing_ = std::move(call);
}

EndpointKinds::Kinds::const_iterator EndpointKinds::find(std::string_view name) const {
    const auto found = kinds_.find(name);
    if (found != kinds_.end() || !missing_) {
        return found;
    }
    std::exchange(missing_, {})();
    return kinds_.find(name);
}

void EndpointKinds::check(const Endpoint& endpoint) const {
    if (endpoint.kind() == Endpoint::Kind::registered) {
        (void)of(endpoint);
    }
}

void EndpointKinds::check_inner(const Endpoint& endpoint) const {
    const Endpoint inner = endpoint.inner();
    try {
        check(inner);
    } catch (const EndpointError& error) {
        throw error.within(endpoint);
    }
}

EndpointKind& EndpointKinds::of(const Endpoint& endpoint) const {
    const auto found = find(endpoint.kind_name());
    if (found == kinds_.end()) {
        std::vector<std::string_view> names = built_in_kind_names();
        for (const auto& [name, kind] : kinds_) {
            names.push_back(name);
        }
        throw EndpointError(to_string(endpoint), 1,
                            detail::no_such_name("endpoint kind", endpoint.kind_name(), names));
    }
    found->second->check(*this, endpoint);
    return *found->second;
}

} // namespace hawser
