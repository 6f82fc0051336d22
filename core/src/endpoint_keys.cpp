// SPDX-License-Identifier: MIT
#include "endpoint_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <type_traits>

namespace hawser {

namespace {

using Kind = Endpoint::Kind;
using Parts = EndpointParts;
using Options = SocketOptions;
using Value = EndpointKey::Value;

constexpr std::size_t longest_host = 253;      // RFC 1035, 2.3.4, without the final dot
constexpr std::size_t longest_unix_path = 107; // sun_path of unix(7), less its final zero
constexpr std::int64_t most_int = std::numeric_limits<int>::max();
constexpr std::int64_t most_u32 = std::numeric_limits<std::uint32_t>::max();

template <class... Kinds>
constexpr unsigned of(Kinds... kinds) {
    return ((1U << static_cast<unsigned>(kinds)) | ...);
}

constexpr unsigned internet = of(Kind::tcp, Kind::udp);
constexpr unsigned unix_path = of(Kind::unix_stream, Kind::unix_datagram);
constexpr unsigned streams = of(Kind::tcp, Kind::unix_stream, Kind::vsock, Kind::tipc);
constexpr unsigned adopted = of(Kind::fd, Kind::systemd); // may be any
constexpr unsigned tcp_socket = of(Kind::tcp) | adopted;
constexpr unsigned ip_socket = internet | adopted;
constexpr unsigned any_socket = internet | unix_path | streams | adopted;

std::string check_host(std::string_view host) {
    if (host.size() > longest_host) {
        return fmt::format("a host name has at most {} bytes, this one has {}", longest_host,
                           host.size());
    }
    return host.find('\0') != std::string::npos ? "a host name has no zero bytes" : "";
}

std::string check_path(std::string_view path) {
    if (path.empty() || path == "@") {
        return "the path is empty";
    }
    if (path.size() > longest_unix_path) {
        return fmt::format("a Unix socket path has at most {} bytes, this one has {}",
                           longest_unix_path, path.size());
    }
    return path.find('\0') != std::string::npos ? "a path has no zero bytes" : "";
}

std::string check_socket_name(std::string_view name) {
    if (name.empty()) {
        return "the name is empty";
    }
    return name.find(':') != std::string_view::npos ? "the name of a socket has no colon" : "";
}

template <auto Member, class Of>
constexpr auto& member(Of& parts) {
    if constexpr (std::is_invocable_v<decltype(Member), Options&>) {
        return parts.options.*Member;
    } else {
        return parts.*Member;
    }
}

template <class T>
std::optional<std::int64_t> to_number(const T& value) {
    if constexpr (requires { value.has_value(); }) {
        return value ? to_number(*value) : std::nullopt;
    } else if constexpr (requires { value.count(); }) {
        return value.count();
    } else {
        return static_cast<std::int64_t>(value);
    }
}

template <class T>
void assign(T& value, std::int64_t number) {
    if constexpr (requires { value.has_value(); }) {
        assign(value.emplace(), number);
    } else {
        value = static_cast<T>(number);
    }
}

constexpr EndpointKey text(std::string_view name, unsigned kinds, std::string Parts::*member,
                           std::string (*check)(std::string_view)) {
    return {name, kinds, Value::text, member, check};
}

template <auto Member>
constexpr EndpointKey number(std::string_view name, unsigned kinds, std::string_view what,
                             std::int64_t least, std::int64_t most, Value value = Value::number) {
    const auto get = [](const Parts& parts) { return to_number(member<Member>(parts)); };
    const auto set = [](Parts& parts, std::int64_t to) { assign(member<Member>(parts), to); };
    return {name, kinds, value, nullptr, nullptr, get, set, what, least, most};
}

template <auto Member>
constexpr EndpointKey yes_or_no(std::string_view name, unsigned kinds) {
    return number<Member>(name, kinds, name, 0, 1, Value::yes_or_no);
}

constexpr std::array keys{
    text("host", internet, &Parts::host, check_host),
    number<&Parts::port>("port", internet, "a port is a number", 0, 65535),
    text("path", unix_path, &Parts::path, check_path),
    number<&Parts::descriptor>("descriptor", of(Kind::fd), "a descriptor is a number", 0, most_int),
    number<&Parts::cid>("cid", of(Kind::vsock), "a cid is a number", 0, most_u32),
    number<&Parts::vsock_port>("port", of(Kind::vsock), "a port is a number", 0, most_u32),
    number<&Parts::tipc_type>("type", of(Kind::tipc), "a type is a number", 64, most_u32),
    number<&Parts::tipc_instance>("instance", of(Kind::tipc), "an instance is a number", 0,
                                  most_u32),
    text("name", of(Kind::systemd), &Parts::socket_name, check_socket_name),
    number<&Parts::socket_index>("index", of(Kind::systemd), "an index is a number", 0, most_int),

    number<&Parts::mode>("mode", unix_path, "a mode is an octal number", 0, 0777, Value::octal),
    number<&Parts::timeout>("timeout", streams, "a timeout is a number of seconds", 1, 86400),
    number<&Parts::backlog>("backlog", streams, "a backlog is a number", 1, 65535),
    text("bind", of(Kind::tcp), &Parts::bind, check_host),

    yes_or_no<&Options::no_delay>("nodelay", tcp_socket),
    number<&Options::keep_alive>("keepalive", tcp_socket, "keepalive is a number of seconds", 0,
                                 32767),
    number<&Options::keep_alive_interval>("keepinterval", tcp_socket,
                                          "keepinterval is a number of seconds", 1, 32767),
    number<&Options::keep_alive_count>("keepcount", tcp_socket, "keepcount is a number", 1, 127),
    number<&Options::user_timeout>("usertimeout", tcp_socket, "usertimeout is a number of seconds",
                                   0, 86400),
    number<&Options::receive_buffer>("rcvbuf", any_socket, "rcvbuf is a number of bytes", 1,
                                     most_int),
    number<&Options::send_buffer>("sndbuf", any_socket, "sndbuf is a number of bytes", 1, most_int),
    number<&Options::type_of_service>("tos", ip_socket, "tos is a number", 0, 255),
    number<&Options::mark>("mark", any_socket, "mark is a number", 0, most_int),
    number<&Options::fast_open>("fastopen", of(Kind::tcp), "fastopen is a number", 0, 65535),
    yes_or_no<&Options::reuse_address>("reuseaddr", internet),
    yes_or_no<&Options::reuse_port>("reuseport", internet),
    yes_or_no<&Options::v6_only>("v6only", internet),
    yes_or_no<&Options::reset_on_close>("reset", tcp_socket),
};

} // namespace

std::span<const EndpointKey> endpoint_keys() noexcept {
    return keys;
}

const EndpointKey* endpoint_key(Endpoint::Kind kind, std::string_view name) noexcept {
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const EndpointKey& key) {
        return key.name == name && key.goes_with(kind);
    });
    return found == keys.end() ? nullptr : &*found;
}

std::string EndpointKey::read(std::string_view text_value, EndpointParts& parts) const {
    if (value == Value::text) {
        parts.*text = text_value;
        return check(text_value);
    }
    if (value == Value::yes_or_no) {
        set(parts, text_value == "yes" ? 1 : 0);
        return text_value == "yes" || text_value == "no" ? ""
                                                         : fmt::format("{} is yes or no", name);
    }
    std::int64_t number = 0;
    const char* end = text_value.data() + text_value.size();
    const auto [stop, error] =
        std::from_chars(text_value.data(), end, number, value == Value::octal ? 8 : 10);
    if (text_value.empty() || stop != end || error != std::errc() || number < least ||
        number > most) {
        return value == Value::octal ? fmt::format("{} up to {:o}", what, most)
                                     : fmt::format("{} from {} to {}", what, least, most);
    }
    set(parts, number);
    return {};
}

std::optional<std::string> EndpointKey::write(const EndpointParts& parts) const {
    if (value == Value::text) {
        return (parts.*text).empty() ? std::nullopt : std::optional(parts.*text);
    }
    const std::optional<std::int64_t> number = get(parts);
    if (!number) {
        return std::nullopt;
    }
    switch (value) {
    case Value::yes_or_no: return *number != 0 ? "yes" : "no";
    case Value::octal: return fmt::format("{:o}", *number);
    default: return std::to_string(*number);
    }
}

} // namespace hawser
