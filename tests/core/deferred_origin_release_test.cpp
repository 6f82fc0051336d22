// SPDX-License-Identifier: MIT
// Compiled with NDEBUG, and a program by itself for that: see deferred_origin_test.cpp.
#include <hawser/core/deferred.h>
#include <hawser/core/log.h>

#include <doctest/doctest.h>

#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

/// Keeps the names of the fields of all records.
class Fields final : public hawser::LogSink {
public:
    Fields() : before_(hawser::set_log_sink(this)) {}
    ~Fields() override { hawser::set_log_sink(before_); }
    int records = 0;
    std::vector<std::string> names;

    void write(const hawser::LogRecord& record) override {
        ++records;
        for (const hawser::LogField& field : record.fields) {
            names.emplace_back(field.key);
        }
    }

private:
    hawser::LogSink* before_;
};

} // namespace

TEST_CASE("in release builds a report does not say where the Deferred was made") {
    Fields seen;

    {
        auto failure =
            hawser::Deferred<int>::fail(std::make_exception_ptr(std::runtime_error("oops")));
    }

    CHECK(seen.records == 1);
    CHECK(seen.names == std::vector<std::string>{});
}
