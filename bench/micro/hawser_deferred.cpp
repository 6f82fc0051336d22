// SPDX-License-Identifier: MIT
// What a Deferred costs: made, awaited, chained. asio_deferred.cpp does the same with Asio.
#include "micro.h"

#include <hawser/core/deferred.h>

#include <utility>

using hawser::Deferred;
using hawser::Promise;
using micro::keep;
using micro::operations;

namespace {

void make_and_drop() {
    for (int i = 0; i < operations; ++i) {
        const Deferred<int> made = Deferred<int>::succeed(i);
        keep(made);
    }
}

Deferred<int> make_and_await() {
    int sum = 0;
    for (int i = 0; i < operations; ++i) {
        sum += co_await Deferred<int>::succeed(i);
    }
    co_return sum;
}

Deferred<int> at_once(int value) {
    co_return value;
}

Deferred<int> await_coroutines() {
    int sum = 0;
    for (int i = 0; i < operations; ++i) {
        sum += co_await at_once(i);
    }
    co_return sum;
}

Deferred<int> await_events(Promise<int>* event) {
    int sum = 0;
    for (int i = 0; i < operations; ++i) {
        *event = Promise<int>();
        sum += co_await event->deferred();
    }
    co_return sum;
}

void bare_events() {
    for (int i = 0; i < operations; ++i) {
        Promise<int> event;
        const Deferred<int> deferred = event.deferred();
        keep(deferred);
        event.resolve(i);
    }
}

void awaited_events() {
    Promise<int> event;
    const Deferred<int> sum = await_events(&event);
    for (int i = 0; i < operations; ++i) {
        Promise<int> now = std::move(event);
        now.resolve(i);
    }
    keep(sum);
}

void awaited_by_then() {
    for (int i = 0; i < operations; ++i) {
        Promise<int> event;
        const Deferred<> step = event.deferred().then([](int value) { keep(value); });
        event.resolve(i);
    }
}

void chain_of_ten() {
    const auto add = [](int value) { return value + 1; };
    for (int i = 0; i < operations / 10; ++i) {
        Promise<int> event;
        Deferred<int> chain = event.deferred();
        for (int step = 0; step < 10; ++step) {
            chain = std::move(chain).then(add);
        }
        event.resolve(i);
        keep(chain);
    }
}

} // namespace

int main() {
    const double dropped = micro::measure(make_and_drop);
    const double made = micro::measure([] { keep(make_and_await()); });
    micro::print("a result: make it and drop it", dropped);
    micro::print("make it and await it", made);
    micro::print("await of a ready result, the difference", made - dropped);
    micro::print("call a coroutine and await it", micro::measure([] { keep(await_coroutines()); }));
    const double bare = micro::measure(bare_events);
    const double awaited = micro::measure(awaited_events);
    micro::print("an event: promise, deferred, resolve", bare);
    micro::print("the same, awaited before", awaited);
    micro::print("await of a pending result, the difference", awaited - bare);
    micro::print("an event with one step", micro::measure(awaited_by_then));
    micro::print("a step in a chain of ten", micro::measure(chain_of_ten));
}
