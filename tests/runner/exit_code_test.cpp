// SPDX-License-Identifier: MIT
#include "exit_code.h"

#include <hawser/core/endpoint.h>
#include <hawser/core/error.h>
#include <hawser/core/factory.h>
#include <hawser/protocols/echo.h>
#include <hawser/reactor/reactor.h>

#include <doctest/doctest.h>

#include <exception>
#include <stdexcept>
#include <string>
#include <system_error>

using hawser::Errc;
using hawser::Error;
using hawser::runner::exit_code_of;
using hawser::runner::ExitCode;
using hawser::runner::Failure;

namespace {

template <class Exception>
ExitCode exit_code_for(const Exception& exception) {
    return exit_code_of(std::make_exception_ptr(exception));
}

ExitCode exit_code_for(std::errc code) {
    return exit_code_for(Error(std::make_error_code(code), "cannot listen on tcp:80"));
}

} // namespace

TEST_SUITE("ExitCode") {
    TEST_CASE("its numbers are those of sysexits") {
        CHECK(static_cast<int>(ExitCode::ok) == 0);
        CHECK(static_cast<int>(ExitCode::usage) == 64);
        CHECK(static_cast<int>(ExitCode::no_user) == 67);
        CHECK(static_cast<int>(ExitCode::no_host) == 68);
        CHECK(static_cast<int>(ExitCode::unavailable) == 69);
        CHECK(static_cast<int>(ExitCode::software) == 70);
        CHECK(static_cast<int>(ExitCode::os_error) == 71);
        CHECK(static_cast<int>(ExitCode::cannot_create) == 73);
        CHECK(static_cast<int>(ExitCode::no_permission) == 77);
        CHECK(static_cast<int>(ExitCode::config) == 78);
    }

    TEST_CASE("a Failure brings its own, and reads as one line") {
        const Failure whole(ExitCode::config, "hawser.toml:3: no such key");
        const Failure with_code(ExitCode::cannot_create,
                                std::make_error_code(std::errc::no_space_on_device),
                                "cannot write /run/hawser.pid");

        CHECK(exit_code_for(whole) == ExitCode::config);
        CHECK(std::string(whole.what()) == "hawser.toml:3: no such key");
        CHECK(exit_code_for(with_code) == ExitCode::cannot_create);
        CHECK(std::string(with_code.what()) ==
              "cannot write /run/hawser.pid: no space left on device");
    }

    TEST_CASE("what the system refuses is told apart by why") {
        CHECK(exit_code_for(std::errc::address_in_use) == ExitCode::unavailable);
        CHECK(exit_code_for(std::errc::address_not_available) == ExitCode::unavailable);
        CHECK(exit_code_for(std::errc::permission_denied) == ExitCode::no_permission);
        CHECK(exit_code_for(std::errc::operation_not_permitted) == ExitCode::no_permission);
        CHECK(exit_code_for(std::errc::too_many_files_open) == ExitCode::os_error);
    }

    TEST_CASE("a port that is taken, as a reactor tells it, is unavailable") {
        hawser::Reactor reactor({.handle_signals = false});
        const auto echo = hawser::factory_for<hawser::Echo>();
        const auto first = reactor.listen("tcp:127.0.0.1:0", echo);

        try {
            const auto second = reactor.listen("tcp:" + to_string(first.address()), echo);
            FAIL("it listens twice");
        } catch (...) {
            CHECK(exit_code_of(std::current_exception()) == ExitCode::unavailable);
        }
    }

    TEST_CASE("an endpoint that cannot be read is a matter of usage") {
        try {
            static_cast<void>(hawser::Endpoint("tcp:http"));
            FAIL("it reads");
        } catch (...) {
            CHECK(exit_code_of(std::current_exception()) == ExitCode::usage);
        }
    }

    TEST_CASE("a host that nobody knows has a code of its own") {
        CHECK(exit_code_for(Error(Errc::host_not_found, "cannot connect to tcp:nosuch:80")) ==
              ExitCode::no_host);
    }

    TEST_CASE("all else is software") {
        CHECK(exit_code_for(std::runtime_error("oops")) == ExitCode::software);
        CHECK(exit_code_for(Error(Errc::callback_threw, "plug-in")) == ExitCode::software);
        CHECK(exit_code_for(42) == ExitCode::software);
    }
}
