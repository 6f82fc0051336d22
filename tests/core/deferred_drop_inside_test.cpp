// SPDX-License-Identifier: MIT
#include <hawser/core/deferred.h>

#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using hawser::Deferred;
using hawser::Promise;
using hawser::testing::LogCapture;

namespace {

/// Calls a function when it is destroyed, as the capture of a step.
class AtEnd {
public:
    explicit AtEnd(hawser::UniqueFunction<void()> call)
        : call_(std::make_shared<hawser::UniqueFunction<void()>>(std::move(call))) {}
    AtEnd(AtEnd&& other) noexcept = default;
    AtEnd(const AtEnd&) = delete;
    ~AtEnd() {
        if (call_) {
            (*call_)();
        }
    }

private:
    std::shared_ptr<hawser::UniqueFunction<void()>> call_;
};

} // namespace

TEST_SUITE_BEGIN("Deferred: drop from inside");

TEST_CASE("it may be dropped from inside its own step: the step ends, the rest does not run") {
    Promise<> promise;
    std::vector<std::string> ran;
    auto kept = std::make_shared<std::string>("alive");
    Deferred<> deferred;
    deferred = promise.deferred()
                   .then([&, kept] {
                       deferred = Deferred<>();
                       ran.push_back(*kept);
                   })
                   .then([&] { ran.emplace_back("second"); });

    promise.resolve();

    CHECK(ran == std::vector<std::string>{"alive"});
    CHECK(kept.use_count() == 1);
}

TEST_CASE("dropped from inside its own step, what the step returns is dropped too") {
    Promise<> promise;
    Promise<> inner;
    Deferred<> deferred;
    deferred = promise.deferred().then([&] {
        deferred = Deferred<>();
        return inner.deferred();
    });

    promise.resolve();

    CHECK_FALSE(inner.wanted());
}

TEST_CASE("it may be dropped from inside a later step, a recover and a finally") {
    int after = 0;
    for (int place = 0; place < 3; ++place) {
        CAPTURE(place);
        Promise<> promise;
        Deferred<> deferred;
        auto drop_at = [&](int here) {
            return [&, here] {
                if (here == place) {
                    deferred = Deferred<>();
                }
            };
        };
        deferred = promise.deferred()
                       .then(drop_at(0))
                       .finally(drop_at(1))
                       .then([] { throw std::runtime_error("oops"); })
                       .recover([f = drop_at(2)](const std::exception_ptr&) { f(); })
                       .then([&] { ++after; });

        promise.resolve();
    }

    CHECK(after == 0);
}

TEST_CASE("it may be dropped as a step's captures die") {
    Promise<> promise;
    int second = 0;
    Deferred<> deferred;
    deferred =
        promise.deferred().then([end = AtEnd([&] { deferred = Deferred<>(); })] {}).then([&] {
            ++second;
        });

    promise.resolve();

    CHECK(second == 0);
}

TEST_CASE("an exception from a step that dropped its own Deferred goes nowhere") {
    const LogCapture log;
    Promise<> promise;
    Deferred<> deferred;
    deferred = promise.deferred().then([&] {
        deferred = Deferred<>();
        throw std::runtime_error("oops");
    });

    promise.resolve();

    CHECK(log.lines().empty());
}

TEST_SUITE_END();
