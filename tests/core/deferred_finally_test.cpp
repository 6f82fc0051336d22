// SPDX-License-Identifier: MIT
#include <hawser/core/deferred.h>

#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using hawser::Deferred;
using hawser::Promise;
using hawser::testing::LogCapture;

namespace {

std::string text_of(const std::exception_ptr& error) {
    return hawser::message_of(error);
}

Deferred<int> failed(const char* text) {
    return Deferred<int>::fail(std::make_exception_ptr(std::runtime_error(text)));
}

} // namespace

TEST_SUITE_BEGIN("Deferred: finally");

TEST_CASE("finally runs either way and passes the result on") {
    std::vector<std::string> seen;
    auto note = [&] { seen.emplace_back("finally"); };

    auto value = Deferred<int>::succeed(1).finally(note).then(
        [&](int result) { seen.push_back(std::to_string(result)); });
    auto failure = failed("oops").finally(note).recover([&](const std::exception_ptr& error) {
        seen.push_back(text_of(error));
        return 0;
    });

    CHECK(seen == std::vector<std::string>{"finally", "1", "finally", "oops"});
}

TEST_CASE("finally waits for the Deferred it returns") {
    Promise<> cleaned;
    std::optional<int> seen;
    auto deferred =
        Deferred<int>::succeed(1).finally([&] { return cleaned.deferred(); }).then([&](int value) {
            seen = value;
        });
    CHECK_FALSE(seen);

    cleaned.resolve();

    CHECK(seen == 1);
}

TEST_CASE("an exception from finally, or its failure, takes the result's place") {
    std::vector<std::string> seen;
    auto note = [&](const std::exception_ptr& error) {
        seen.push_back(text_of(error));
        return 0;
    };

    auto thrown =
        Deferred<int>::succeed(1).finally([] { throw std::runtime_error("thrown"); }).recover(note);
    auto brought =
        Deferred<int>::succeed(1)
            .finally([] {
                return Deferred<>::fail(std::make_exception_ptr(std::runtime_error("brought")));
            })
            .recover(note);

    CHECK(seen == std::vector<std::string>{"thrown", "brought"});
}

TEST_CASE("dropped while finally is waited for, it reports nothing") {
    const LogCapture log;
    Promise<> cleaned;
    {
        auto deferred = failed("oops").finally([&] { return cleaned.deferred(); });
    }

    CHECK_FALSE(cleaned.wanted());
    CHECK(log.lines().empty());
}

TEST_SUITE_END();
