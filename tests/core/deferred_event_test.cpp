// SPDX-License-Identifier: MIT
#include <hawser/core/deferred_event.h>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using hawser::Deferred;
using hawser::DeferredEvent;
using hawser::Errc;

namespace {

Deferred<> count_turns(DeferredEvent* event, int* turns) {
    for (;;) {
        co_await event->wait();
        ++*turns;
        event->clear();
    }
}

} // namespace

TEST_SUITE_BEGIN("DeferredEvent");

TEST_CASE("set tells those who wait in the order they came") {
    DeferredEvent event;
    std::vector<std::string> order;
    auto first = event.wait().then([&] { order.emplace_back("first"); });
    auto second = event.wait().then([&] { order.emplace_back("second"); });
    CHECK(order.empty());

    event.set();

    CHECK(order == std::vector<std::string>{"first", "second"});
    CHECK(event.is_set());
}

TEST_CASE("while it is set nobody waits, after a clear one waits again") {
    DeferredEvent event;
    event.set();
    CHECK(event.wait().settled());

    event.clear();

    CHECK_FALSE(event.is_set());
    CHECK_FALSE(event.wait().settled());
}

TEST_CASE("one who waits again from inside set waits for the next") {
    DeferredEvent event;
    int turns = 0;
    auto counting = count_turns(&event, &turns);

    event.set();
    CHECK(turns == 1);
    event.set();

    CHECK(turns == 2);
}

TEST_CASE("one who is canceled or dropped is not told, not even from inside set") {
    DeferredEvent event;
    int told = 0;
    Deferred<> last;
    auto canceled = event.wait().then([&] { ++told; }).recover([](const std::exception_ptr&) {});
    auto first = event.wait().then([&] { last = Deferred<>(); });
    last = event.wait().then([&] { ++told; });
    canceled.cancel();

    event.set();

    CHECK(told == 0);
}

TEST_CASE("those who wait are told when it goes, and it may go from inside set") {
    std::error_code seen;
    auto alone = std::make_unique<DeferredEvent>();
    auto waits = alone->wait().recover(
        [&](const std::exception_ptr& error) { seen = hawser::code_of(error); });
    alone.reset();
    CHECK(seen == Errc::abandoned);

    auto event = std::make_unique<DeferredEvent>();
    bool told = false;
    auto first = event->wait().then([&] { event.reset(); });
    auto second = event->wait().then([&] { told = true; });
    event->set();
    CHECK(told);
}

TEST_SUITE_END();
