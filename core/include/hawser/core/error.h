// SPDX-License-Identifier: MIT
/// \file
/// Errc, what can go wrong besides the system's own errors, and Error, how it is thrown.
#pragma once

#include <hawser/core/export.h>

#include <exception>
#include <string>
#include <string_view>
#include <system_error>

namespace hawser {

/// hawser's own reasons; the system's come as std::system_category(). `timed_out`, `canceled` and
/// `aborted` compare equal to std::errc::timed_out, operation_canceled and connection_aborted.
enum class Errc {
    aborted = 1,       ///< abort_connection() was called, or the reactor ended
    timed_out,         ///< a deadline of ours passed: connect, close
    protocol_error,    ///< the peer broke the protocol's rules
    line_too_long,     ///< the peer sent a line over the limit
    incomplete,        ///< the peer ended in the middle of what was read
    write_limit,       ///< the peer did not read and the write queue reached its cap
    callback_threw,    ///< a protocol callback let an exception out
    refused,           ///< the factory refused the peer
    canceled,          ///< the operation was canceled
    abandoned,         ///< a Promise was dropped without a result
    already_resolved,  ///< a Promise was given a second result
    not_running,       ///< stop() of what does not run
    already_running,   ///< start() of what runs
    bad_endpoint,      ///< an endpoint string that cannot be read
    bad_address,       ///< an address that cannot be read
    delimiter_in_line, ///< send_line() was given a line with the delimiter inside
    rate_limit,        ///< the peer sent more in a second than it may
    bad_host,          ///< a host name that is none, so nobody was asked for it
    host_not_found,    ///< a host name without an address
    output_limit,      ///< a process wrote more than was asked for
    wrong_kind,        ///< an endpoint of a kind that this cannot be done with
    no_such_socket,    ///< `systemd:` names a socket that was not passed
    already_listening, ///< `systemd:` names a socket that is in use
};

} // namespace hawser

template <>
struct std::is_error_code_enum<hawser::Errc> : std::true_type {};

namespace hawser {

/// The category of Errc, named "hawser".
HAWSER_API const std::error_category& error_category() noexcept;

HAWSER_API std::error_code make_error_code(Errc code) noexcept;

/// A std::system_error that reads as one lower-case line: `cannot listen on tcp:8000: address
/// already in use`.
class HAWSER_API Error : public std::system_error {
public:
    Error(std::error_code code, std::string_view subject);
    Error(Errc code, std::string_view subject) : Error(make_error_code(code), subject) {}
    ~Error() override;

    [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

protected:
    struct Whole {};
    /// For what says it all in \p text already.
    Error(Whole, std::error_code code, std::string_view text);

private:
    std::string text_;
};

/// The code's message as our log lines and errors show it: with a lower-case first letter.
HAWSER_API std::string message_of(std::error_code code);

/// What() of a std::exception, else "unknown exception".
HAWSER_API std::string message_of(const std::exception_ptr& error);

/// The code of a std::system_error; \p otherwise for any other exception.
HAWSER_API std::error_code code_of(const std::exception_ptr& error,
                                   std::error_code otherwise = Errc::callback_threw);

} // namespace hawser
