// SPDX-License-Identifier: MIT
#include "memory_place.h"

#include <fmt/format.h>

namespace hawser::testing {

namespace {

constexpr std::uint32_t local_cid = 1; // VMADDR_CID_LOCAL

std::string host_of(const std::string& written) {
    if (written == "localhost") {
        return "127.0.0.1";
    }
    return written == "0.0.0.0" || written == "::" ? "" : written;
}

bool is_loopback(const std::string& host) {
    return host == "127.0.0.1" || host == "::1";
}

} // namespace

std::optional<MemoryPlace> MemoryPlace::of(const Endpoint& endpoint, std::uint16_t port) {
    MemoryPlace place;
    place.kind_ = endpoint.kind();
    switch (endpoint.kind()) {
    case Endpoint::Kind::tcp:
        place.host_ = host_of(endpoint.host());
        place.port_ = endpoint.port() == 0 ? port : endpoint.port();
        place.name_ = std::to_string(place.port_);
        return place;
    case Endpoint::Kind::vsock:
        place.host_ = endpoint.cid() == Endpoint::any_cid ? "" : std::to_string(endpoint.cid());
        place.vsock_port_ = endpoint.vsock_port();
        place.name_ = std::to_string(place.vsock_port_);
        return place;
    case Endpoint::Kind::unix_stream: place.name_ = endpoint.path(); return place;
    case Endpoint::Kind::tipc:
        place.name_ = fmt::format("{}:{}", endpoint.tipc_type(), endpoint.tipc_instance());
        return place;
    case Endpoint::Kind::fd: place.name_ = std::to_string(endpoint.descriptor()); return place;
    case Endpoint::Kind::systemd:
        place.name_ =
            fmt::format("{}:{}", endpoint.socket_name(), endpoint.socket_index().value_or(0));
        return place;
    case Endpoint::Kind::stdio: return place;
    default: return std::nullopt;
    }
}

bool MemoryPlace::clashes_with(const MemoryPlace& other) const {
    return kind_ == other.kind_ && name_ == other.name_ &&
           (host_.empty() || other.host_.empty() || host_ == other.host_);
}

bool MemoryPlace::leads_to(const MemoryPlace& listening) const {
    return kind_ == listening.kind_ && name_ == listening.name_ &&
           (listening.host_.empty() || host_ == listening.host_ ||
            (host_.empty() && is_loopback(listening.host_)));
}

Address MemoryPlace::address() const {
    switch (kind_) {
    case Endpoint::Kind::tcp:
        // A name, which a real network would not listen on: an address of RFC 5737, nobody's.
        return Address::from_ip(host_.empty() ? "::" : host_, port_)
            .value_or(Address::ipv4({192, 0, 2, 1}, port_));
    case Endpoint::Kind::vsock:
        return Address::vsock(host_.empty() ? Endpoint::any_cid
                                            : static_cast<std::uint32_t>(std::stoul(host_)),
                              vsock_port_);
    case Endpoint::Kind::unix_stream:
        return name_.starts_with('@') ? Address::unix_abstract(name_.substr(1))
                                      : Address::unix_path(name_);
    default: return {};
    }
}

Address MemoryPlace::address_at(const MemoryPlace& listening) const {
    MemoryPlace exact = host_.empty() ? listening : *this;
    if (exact.host_.empty() && kind_ == Endpoint::Kind::tcp) {
        exact.host_ = "127.0.0.1";
    } else if (exact.host_.empty() && kind_ == Endpoint::Kind::vsock) {
        exact.host_ = std::to_string(local_cid);
    }
    return exact.address();
}

Address MemoryPlace::address_from(const std::string& bind, std::uint16_t port) const {
    switch (kind_) {
    case Endpoint::Kind::tcp:
        return Address::from_ip(!bind.empty()                          ? bind
                                : host_.find(':') != std::string::npos ? "::1"
                                                                       : "127.0.0.1",
                                port)
            .value_or(Address());
    case Endpoint::Kind::vsock: return Address::vsock(local_cid, port);
    case Endpoint::Kind::unix_stream: return Address::unix_path("");
    default: return {};
    }
}

} // namespace hawser::testing
