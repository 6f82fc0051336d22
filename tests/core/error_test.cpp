// SPDX-License-Identifier: MIT
#include <hawser/core/error.h>

#include <doctest/doctest.h>

#include <ostream>
#include <set>
#include <stdexcept>
#include <string>

using hawser::Errc;
using hawser::Error;

namespace {

template <class Exception>
std::exception_ptr holding(Exception exception) {
    return std::make_exception_ptr(std::move(exception));
}

} // namespace

TEST_SUITE_BEGIN("Error");

TEST_CASE("it reads as one lower-case line that names its subject") {
    const Error error(std::make_error_code(std::errc::address_in_use), "cannot listen on tcp:8000");

    CHECK(error.what() == std::string("cannot listen on tcp:8000: address already in use"));
    CHECK(error.code() == std::errc::address_in_use);
}

TEST_CASE("it is caught as a system_error with its code") {
    try {
        throw Error(Errc::refused, "tcp:8000");
    } catch (const std::system_error& error) {
        CHECK(error.code() == Errc::refused);
        CHECK(error.what() == std::string("tcp:8000: refused by the factory"));
    }
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("Errc");

TEST_CASE("every code has a message of its own, of the category hawser") {
    std::set<std::string> messages;
    const int last = static_cast<int>(Errc::wrong_kind);
    for (int value = 1; value <= last; ++value) {
        const std::error_code code = static_cast<Errc>(value);
        CAPTURE(value);
        CHECK(code.category().name() == std::string("hawser"));
        CHECK(code.message().find("unknown") == std::string::npos);
        messages.insert(code.message());
    }

    CHECK(messages.size() == static_cast<std::size_t>(last));
    CHECK(std::error_code(9999, hawser::error_category()).message() == "unknown hawser error 9999");
}

TEST_CASE("a code compares with its enumerator, and no error is false") {
    const std::error_code code = Errc::aborted;

    CHECK(code == Errc::aborted);
    CHECK(code != Errc::timed_out);
    CHECK(static_cast<bool>(code));
    CHECK(code != std::error_code());
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("message_of");

TEST_CASE("a code's message begins in lower case, unless with an abbreviation") {
    CHECK(hawser::message_of(std::make_error_code(std::errc::broken_pipe)) == "broken pipe");
    CHECK(hawser::message_of(std::error_code(71, std::system_category())) == "protocol error");
    CHECK(hawser::message_of(std::error_code(73, std::system_category())) == "RFS specific error");
}

TEST_CASE("an exception's message is its what") {
    CHECK(hawser::message_of(holding(std::runtime_error("oops"))) == "oops");
    CHECK(hawser::message_of(holding(42)) == "unknown exception");
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("code_of");

TEST_CASE("the code of a system_error, another for the rest") {
    CHECK(hawser::code_of(holding(Error(Errc::canceled, "x"))) == Errc::canceled);
    CHECK(hawser::code_of(holding(std::runtime_error("x"))) == Errc::callback_threw);
    CHECK(hawser::code_of(holding(42), Errc::protocol_error) == Errc::protocol_error);
}

TEST_SUITE_END();
