// SPDX-License-Identifier: MIT
#include <hawser/core/error.h>
#include <hawser/core/resolver.h>
#include <hawser/testing/fixed_resolver.h>
#include <hawser/testing/manual_clock.h>

#include <doctest/doctest.h>

#include <chrono>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

using hawser::Address;
using hawser::Deferred;
using hawser::Errc;
using hawser::is_host_name;
using hawser::testing::FixedResolver;
using hawser::testing::ManualClock;
using namespace std::chrono_literals;

namespace {

/// What came of it so far: "192.0.2.1 ::1", an error's message, or "waiting".
struct Outcome {
    explicit Outcome(Deferred<std::vector<Address>> look_up)
        : done(std::move(look_up)
                   .then([this](const std::vector<Address>& found) {
                       text.clear();
                       for (const Address& address : found) {
                           text += (text.empty() ? "" : " ") + address.ip();
                       }
                   })
                   .recover([this](const std::exception_ptr& error) {
                       text = hawser::message_of(error);
                   })) {}
    std::string text = "waiting";
    Deferred<> done;
};

} // namespace

TEST_SUITE_BEGIN("Resolver");

TEST_CASE("what could be the name of a host") {
    for (const std::string& name :
         {std::string("example.org"), std::string("example.org."), std::string("localhost"),
          std::string("a"), std::string("3com.example"), std::string("_tcp.x-y.EXAMPLE"),
          std::string("xn--bcher-kva.example"), std::string(63, 'a'),
          std::string(63, 'a') + '.' + std::string(63, 'b') + '.' + std::string(63, 'c') + '.' +
              std::string(61, 'd')}) {
        CAPTURE(name);
        CHECK(is_host_name(name));
    }
}

TEST_CASE("what could not") {
    for (const std::string& name : {std::string(),
                                    std::string("."),
                                    std::string("a..b"),
                                    std::string(".a"),
                                    std::string("a.."),
                                    std::string("-x-"),
                                    std::string("x-"),
                                    std::string("a.-b"),
                                    std::string("a b"),
                                    std::string("a\nb"),
                                    std::string("b\xc3\xbc"),
                                    std::string("a/b"),
                                    std::string("::1"),
                                    std::string(64, 'a'),
                                    std::string("1.2.3"),
                                    std::string("256.1.1.1"),
                                    std::string("01.2.3.4"),
                                    std::string("1.2.3.4 "),
                                    std::string("80"),
                                    std::string(63, 'a') + '.' + std::string(63, 'b') + '.' +
                                        std::string(63, 'c') + '.' + std::string(62, 'd')}) {
        CAPTURE(name);
        CHECK_FALSE(is_host_name(name));
    }
}

TEST_CASE("a fixed one answers at once, in the order it was told") {
    FixedResolver resolver;
    resolver.set("example.org", {"2001:db8::1", "192.0.2.1"});
    resolver.set_failure("broken.example", std::make_error_code(std::errc::timed_out));

    CHECK(Outcome(resolver.resolve("example.org")).text == "2001:db8::1 192.0.2.1");
    CHECK(Outcome(resolver.resolve("no.example")).text ==
          "cannot look up no.example: host not found");
    CHECK(Outcome(resolver.resolve("broken.example"))
              .text.starts_with("cannot look up broken.example: "));
    CHECK(resolver.asked() ==
          std::vector<std::string>{"example.org", "no.example", "broken.example"});
}

TEST_CASE("or after its delay, with what was known when it was asked") {
    ManualClock clock;
    FixedResolver resolver;
    resolver.set("example.org", {"192.0.2.1"});
    resolver.set_delay(clock, 50ms);
    const Outcome outcome(resolver.resolve("example.org"));
    resolver.set("example.org", {"192.0.2.2"});

    clock.advance(49ms);
    CHECK(outcome.text == "waiting");
    CHECK(resolver.waiting() == 1);
    clock.advance(1ms);

    CHECK(outcome.text == "192.0.2.1");
    CHECK(resolver.waiting() == 0);
}

TEST_CASE("one that is given up does not wait any more") {
    ManualClock clock;
    FixedResolver resolver;
    resolver.set_delay(clock, 50ms);
    Deferred<std::vector<Address>> look_up = resolver.resolve("example.org");

    look_up = {};

    CHECK(resolver.waiting() == 0);
    CHECK(clock.scheduled() == 0);
}

TEST_CASE("what is no IP address cannot be the address of a name") {
    FixedResolver resolver;
    CHECK_THROWS_WITH(resolver.set("example.org", {"192.0.2"}),
                      "cannot read \"192.0.2\": bad address");
}

TEST_SUITE_END();
