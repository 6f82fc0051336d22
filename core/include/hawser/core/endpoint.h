// SPDX-License-Identifier: MIT
/// \file
/// Endpoint, a place to listen on or to connect to, written as one string.
#pragma once

#include <hawser/core/error.h>
#include <hawser/core/export.h>
#include <hawser/core/socket_options.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hawser {

/// `kind:argument:...:key=value`. A colon or backslash inside a value is written `\:` and `\\`,
/// or the value is put in brackets: `[::1]`.
///
///     tcp:8000                        port 8000 of every interface, or of localhost
///     tcp:127.0.0.1:8000              one address; a name when connecting
///     tcp:8000:interface=[::1]        the same, with keys: host= interface= port=
///     tcp:[fe80::1%eth0]:8000         a link-local address, with its interface or the index of it
///     tcp:example.org:80:timeout=5    connect within 5 s (30 s unless set)
///     tcp:example.org:80:bind=10.0.0.2   connect from that address of ours
///     unix:/run/chat.sock:mode=660    a path, at most 107 bytes; mode is octal, 666 unless set
///     unix:@name                      a name in Linux's abstract namespace
///     udp:53    udp:127.0.0.1:53      datagrams; a host is an IP address
///     unixgram:/run/log.sock          datagrams over a Unix socket; `unixgram:` has no name
///     fd:3                            a socket that is open already, of whatever family
///     vsock:1024    vsock:2:1024      a port of the machine `cid`, for virtual machines
///     tipc:4711:1                     a service of a cluster, by type and instance
///     stdio:                          standard input and output; to connect to
///     systemd:chat    systemd:index=0 a socket that systemd passed, by its name or its number
///     haproxy:tcp:8000                any other word is a kind that a Network may know: it reads
///                                     what is behind the colon, see EndpointKind
///
/// Socket options are keys too, see SocketOptions. Kinds and keys are lower case. A value: copies,
/// compares, and parse(to_string(e)) == e.
class HAWSER_API Endpoint {
public:
    enum class Kind : std::uint8_t {
        tcp,
        udp,
        unix_stream,
        unix_datagram, ///< unixgram
        fd,
        vsock,
        tipc,
        stdio,
        systemd,
        registered, ///< with a Network, see EndpointKinds: not known here
    };

    /// Reads \p text; throws EndpointError. Implicit, so that a string can stand for an endpoint.
    Endpoint(std::string_view text); // NOLINT(google-explicit-constructor)
    Endpoint(const char* text);      // NOLINT(google-explicit-constructor)
    Endpoint(const std::string& text);
    static Endpoint parse(std::string_view text) { return Endpoint(text); }
    /// \p host empty: every interface, or localhost when connecting.
    static Endpoint tcp(std::string_view host, std::uint16_t port);
    static Endpoint udp(std::string_view host, std::uint16_t port);
    static Endpoint unix_path(std::string_view path);
    static Endpoint fd(int descriptor);
    /// The same with \p options in place of its own. Throws EndpointError when its kind does not
    /// take one of them, or not such a value.
    [[nodiscard]] Endpoint with(const SocketOptions& options) const;

    [[nodiscard]] Kind kind() const noexcept { return parts_.kind; }
    /// The word before the first colon.
    [[nodiscard]] std::string_view kind_name() const noexcept;
    /// registered: what is behind the first colon, as it is written.
    [[nodiscard]] const std::string& rest() const noexcept { return parts_.rest; }
    /// registered: rest() as an endpoint of its own, for kinds that wrap another. Throws
    /// EndpointError with the column in the whole.
    [[nodiscard]] Endpoint inner() const;
    /// tcp and udp; as it is written.
    [[nodiscard]] const std::string& host() const noexcept { return parts_.host; }
    /// tcp and udp; 0: any.
    [[nodiscard]] std::uint16_t port() const noexcept { return parts_.port.value_or(0); }
    /// unix and unixgram; `@name` too; empty: unnamed.
    [[nodiscard]] const std::string& path() const noexcept { return parts_.path; }
    [[nodiscard]] int descriptor() const noexcept { return parts_.descriptor.value_or(-1); } ///< fd
    /// vsock: the machine; any_cid is each of ours, or our own when connecting.
    [[nodiscard]] std::uint32_t cid() const noexcept { return parts_.cid.value_or(any_cid); }
    [[nodiscard]] std::uint32_t vsock_port() const noexcept {
        return parts_.vsock_port.value_or(0);
    }
    [[nodiscard]] std::uint32_t tipc_type() const noexcept { return parts_.tipc_type.value_or(0); }
    [[nodiscard]] std::uint32_t tipc_instance() const noexcept {
        return parts_.tipc_instance.value_or(0);
    }
    /// systemd: as FileDescriptorName= has it; empty: whatever it is called.
    [[nodiscard]] const std::string& socket_name() const noexcept { return parts_.socket_name; }
    /// systemd: which of those with that name, from 0.
    [[nodiscard]] std::optional<std::uint32_t> socket_index() const noexcept {
        return parts_.socket_index;
    }

    /// Where to connect from, an IP address; empty: the system chooses.
    [[nodiscard]] const std::string& bind() const noexcept { return parts_.bind; }
    /// Permissions of a Unix socket file.
    [[nodiscard]] unsigned mode() const noexcept { return parts_.mode.value_or(default_mode); }
    /// How long connecting may take, names and all addresses included.
    [[nodiscard]] std::chrono::milliseconds timeout() const noexcept;
    /// Connections the kernel keeps until they are accepted.
    [[nodiscard]] int backlog() const noexcept { return parts_.backlog.value_or(default_backlog); }
    [[nodiscard]] const SocketOptions& options() const noexcept { return parts_.options; }

    static constexpr unsigned default_mode = 0666;
    static constexpr int default_backlog = 511;
    static constexpr std::chrono::seconds default_timeout{30};
    static constexpr std::uint32_t any_cid = 0xffffffff;

    friend bool operator==(const Endpoint&, const Endpoint&) = default;

private:
    friend struct EndpointAccess; // for the tables of kinds and keys
    friend std::string to_string(const Endpoint& endpoint);

    struct Parts { // not set: the default, or not of this kind
        Kind kind = Kind::tcp;
        std::optional<std::uint16_t> port;
        std::string host;
        std::string path;
        std::string bind;
        std::string socket_name;
        std::string kind_name; // registered
        std::string rest;      // registered
        std::optional<int> descriptor;
        std::optional<std::uint32_t> cid;
        std::optional<std::uint32_t> vsock_port;
        std::optional<std::uint32_t> tipc_type;
        std::optional<std::uint32_t> tipc_instance;
        std::optional<std::uint32_t> socket_index;
        std::optional<unsigned> mode;
        std::optional<std::chrono::seconds> timeout;
        std::optional<int> backlog;
        SocketOptions options;

        friend bool operator==(const Parts&, const Parts&) = default;
    };

    Parts parts_;
};

/// The shortest string that reads as \p endpoint.
HAWSER_API std::string to_string(const Endpoint& endpoint);

/// A string that is no endpoint: `bad endpoint "tcp:http", column 5: a port is a number from 0
/// to 65535`. For a key or a kind that is nearly right it asks: `did you mean nodelay?`
class HAWSER_API EndpointError : public Error {
public:
    EndpointError(std::string_view text, std::size_t column, std::string_view what_is_wrong);
    ~EndpointError() override;
    [[nodiscard]] std::size_t column() const noexcept { return column_; } ///< From 1.

    /// Two lines for whoever typed it: the text, and a caret below the column. What is not
    /// printable ASCII is escaped.
    [[nodiscard]] std::string picture() const;

    /// The same error of \p outer, whose rest() is what was wrong.
    [[nodiscard]] EndpointError within(const Endpoint& outer) const;

private:
    std::string text_;
    std::string what_is_wrong_;
    std::size_t column_;
};

} // namespace hawser
