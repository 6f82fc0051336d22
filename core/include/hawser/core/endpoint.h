// SPDX-License-Identifier: MIT
/// \file
/// Endpoint, a place to listen on or to connect to, written as one string.
#pragma once

#include <hawser/core/error.h>
#include <hawser/core/export.h>

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
///     tcp:example.org:80:timeout=5    connect within 5 s (30 s unless set)
///     unix:/run/chat.sock:mode=660    a path, at most 107 bytes; mode is octal, 666 unless set
///     unix:@name                      a name in Linux's abstract namespace
///
/// Kinds and keys are lower case. A value: copies, compares, and parse(to_string(e)) == e.
class HAWSER_API Endpoint {
public:
    enum class Kind : std::uint8_t { tcp, unix_stream };

    /// Reads \p text; throws EndpointError. Implicit, so that a string can stand for an endpoint.
    Endpoint(std::string_view text); // NOLINT(google-explicit-constructor)
    Endpoint(const char* text);      // NOLINT(google-explicit-constructor)
    Endpoint(const std::string& text);
    static Endpoint parse(std::string_view text) { return Endpoint(text); }
    /// \p host empty: every interface, or localhost when connecting.
    static Endpoint tcp(std::string_view host, std::uint16_t port);
    static Endpoint unix_path(std::string_view path);

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] const std::string& host() const noexcept { return host_; } ///< tcp only
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }      ///< tcp only; 0: any
    [[nodiscard]] const std::string& path() const noexcept { return path_; } ///< unix; `@name` too
    /// Permissions of a Unix socket file.
    [[nodiscard]] unsigned mode() const noexcept { return mode_.value_or(default_mode); }
    /// How long connecting may take, names and all addresses included.
    [[nodiscard]] std::chrono::milliseconds timeout() const noexcept;
    /// Connections the kernel keeps until they are accepted.
    [[nodiscard]] int backlog() const noexcept { return backlog_.value_or(default_backlog); }

    static constexpr unsigned default_mode = 0666;
    static constexpr int default_backlog = 511;
    static constexpr std::chrono::seconds default_timeout{30};

    friend bool operator==(const Endpoint&, const Endpoint&) = default;

private:
    friend class EndpointReader;
    friend std::string to_string(const Endpoint& endpoint);
    Endpoint() = default;

    Kind kind_ = Kind::tcp;
    std::uint16_t port_ = 0;
    std::string host_;
    std::string path_;
    std::optional<unsigned> mode_;
    std::optional<std::chrono::milliseconds> timeout_;
    std::optional<int> backlog_;
};

/// The shortest string that reads as \p endpoint.
HAWSER_API std::string to_string(const Endpoint& endpoint);

/// A string that is no endpoint: `bad endpoint "tcp:http", column 5: a port is a number from 0
/// to 65535`.
class HAWSER_API EndpointError : public Error {
public:
    EndpointError(std::string_view text, std::size_t column, std::string_view what_is_wrong);
    ~EndpointError() override;
    [[nodiscard]] std::size_t column() const noexcept { return column_; } ///< From 1.

private:
    std::size_t column_;
};

} // namespace hawser
