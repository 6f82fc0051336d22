// SPDX-License-Identifier: MIT
#include <hawser/core/error.h>

#include <fmt/format.h>

#include <cctype>

namespace hawser {

namespace {

class Category final : public std::error_category {
public:
    [[nodiscard]] const char* name() const noexcept override { return "hawser"; }

    // So that a reason compares with what the system calls the same.
    [[nodiscard]] std::error_condition default_error_condition(int value) const noexcept override {
        switch (static_cast<Errc>(value)) {
        case Errc::aborted: return std::errc::connection_aborted;
        case Errc::timed_out: return std::errc::timed_out;
        case Errc::canceled: return std::errc::operation_canceled;
        default: return {value, *this};
        }
    }

    [[nodiscard]] std::string message(int value) const override {
        switch (static_cast<Errc>(value)) {
        case Errc::aborted: return "connection aborted";
        case Errc::timed_out: return "timed out";
        case Errc::protocol_error: return "protocol error";
        case Errc::line_too_long: return "line too long";
        case Errc::incomplete: return "the peer ended in the middle";
        case Errc::write_limit: return "peer does not read: write queue over its limit";
        case Errc::callback_threw: return "a callback threw";
        case Errc::refused: return "refused by the factory";
        case Errc::canceled: return "canceled";
        case Errc::abandoned: return "abandoned without a result";
        case Errc::already_resolved: return "it already has a result";
        case Errc::not_running: return "not running";
        case Errc::already_running: return "already running";
        case Errc::bad_endpoint: return "bad endpoint";
        case Errc::bad_address: return "bad address";
        case Errc::delimiter_in_line: return "the line contains the delimiter";
        case Errc::rate_limit: return "too much in too short a time";
        case Errc::bad_host: return "bad host name";
        case Errc::host_not_found: return "host not found";
        case Errc::output_limit: return "more output than its limit";
        case Errc::wrong_kind: return "not with this kind of endpoint";
        case Errc::no_such_socket: return "no such activated socket";
        case Errc::already_listening: return "already listened on";
        }
        return fmt::format("unknown hawser error {}", value);
    }
};

} // namespace

const std::error_category& error_category() noexcept {
    static const Category category;
    return category;
}

std::error_code make_error_code(Errc code) noexcept {
    return {static_cast<int>(code), error_category()};
}

Error::Error(std::error_code code, std::string_view subject)
    : Error(Whole{}, code, fmt::format("{}: {}", subject, message_of(code))) {}

Error::Error(Whole, std::error_code code, std::string_view text)
    : std::system_error(code), text_(text) {}

Error::~Error() = default;

std::string message_of(std::error_code code) {
    std::string message = code.message();
    // "Address already in use" goes on in the middle of our lines; "RPC ..." stays.
    if (message.size() > 1 && std::islower(static_cast<unsigned char>(message[1])) != 0) {
        message[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(message[0])));
    }
    return message;
}

std::string message_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& exception) {
        return exception.what();
    } catch (...) {
        return "unknown exception";
    }
}

std::error_code code_of(const std::exception_ptr& error, std::error_code otherwise) {
    try {
        std::rethrow_exception(error);
    } catch (const std::system_error& exception) {
        return exception.code();
    } catch (...) {
        return otherwise;
    }
}

} // namespace hawser
