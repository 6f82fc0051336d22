// SPDX-License-Identifier: MIT
#include <hawser/core/deferred.h>

#include <hawser/core/log.h>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

using hawser::Deferred;
using hawser::Promise;

namespace {

/// Keeps where each report says that its Deferred was made.
class Places final : public hawser::LogSink {
public:
    Places() : before_(hawser::set_log_sink(this)) {}
    ~Places() override { hawser::set_log_sink(before_); }
    std::vector<std::string> seen;

    void write(const hawser::LogRecord& record) override {
        for (const hawser::LogField& field : record.fields) {
            if (field.key == "made") {
                seen.emplace_back(field.value);
            }
        }
    }

private:
    hawser::LogSink* before_;
};

std::exception_ptr oops() {
    return std::make_exception_ptr(std::runtime_error("oops"));
}

Deferred<> failing_coroutine() {
    std::rethrow_exception(oops());
    co_return;
}

std::string place(int line) {
    return std::string(__FILE__) + ":" + std::to_string(line);
}

} // namespace

TEST_SUITE_BEGIN("Deferred");

TEST_CASE("in debug builds a report says where the Deferred that was dropped was made") {
    Places places;

    {
        auto step = Deferred<int>::fail(oops()).then([](int) {});
    }
    { auto failure = Deferred<int>::fail(oops()); }
    {
        Promise<> promise;
        auto deferred = promise.deferred();
        promise.fail(oops());
    }

    const int line = __LINE__;
    CHECK(places.seen ==
          std::vector<std::string>{place(line - 9), place(line - 7), place(line - 5)});
}

TEST_CASE("that of a coroutine names its file") {
    Places places;

    { auto deferred = failing_coroutine(); }

    REQUIRE(places.seen.size() == 1);
    CHECK(places.seen[0].starts_with(__FILE__));
}

TEST_SUITE_END();
