// SPDX-License-Identifier: MIT
// What hawser_deferred.cpp measures, with Asio's awaitable and deferred operations.
#include "micro.h"

#include <asio.hpp>
#include <asio/experimental/deferred.hpp>

#include <memory>
#include <utility>

using asio::awaitable;
using micro::keep;
using micro::operations;

namespace {

/// An event with room for one handler, which it owns.
template <class Handler>
struct Slot {
    std::unique_ptr<Handler> handler;

    void fire(int value) {
        Handler now = std::move(*handler);
        handler.reset();
        std::move(now)(value);
    }
};

using AwaitableHandler = asio::async_result<asio::use_awaitable_t<>, void(int)>::handler_type;

awaitable<int> at_once(int value) {
    co_return value;
}

awaitable<void> await_coroutines() {
    int sum = 0;
    for (int i = 0; i < operations; ++i) {
        sum += co_await at_once(i);
    }
    keep(sum);
}

awaitable<void> await_events(Slot<AwaitableHandler>* slot) {
    int sum = 0;
    for (int i = 0; i < operations; ++i) {
        sum += co_await asio::async_initiate<const asio::use_awaitable_t<>, void(int)>(
            [slot](AwaitableHandler handler) {
                slot->handler = std::make_unique<AwaitableHandler>(std::move(handler));
            },
            asio::use_awaitable);
    }
    keep(sum);
}

template <class Body>
double run(Body body) {
    return micro::measure([&] {
        asio::io_context context(1);
        asio::co_spawn(context, body(), asio::detached);
        context.run();
    });
}

void awaited_events() {
    asio::io_context context(1);
    Slot<AwaitableHandler> slot;
    asio::co_spawn(context, await_events(&slot), asio::detached);
    context.poll();
    for (int i = 0; i < operations; ++i) {
        slot.fire(i);
    }
    context.poll();
}

/// An event with a plain callback, which does not know the callback's type.
struct AnySlot {
    std::unique_ptr<struct AnyHandler> handler;
};
struct AnyHandler {
    virtual ~AnyHandler() = default;
    virtual void call(int value) = 0;
};
template <class F>
struct OneHandler final : AnyHandler {
    explicit OneHandler(F f) : function(std::move(f)) {}
    void call(int value) override { std::move(function)(value); }
    F function;
};

template <class Token>
auto wait(AnySlot& slot, Token&& token) {
    return asio::async_initiate<Token, void(int)>(
        [&slot](auto handler) {
            slot.handler = std::make_unique<OneHandler<decltype(handler)>>(std::move(handler));
        },
        token);
}

void fire(AnySlot& slot, int value) {
    const auto now = std::move(slot.handler);
    now->call(value);
}

void event_with_callback() {
    for (int i = 0; i < operations; ++i) {
        AnySlot slot;
        wait(slot, [](int value) { keep(value); });
        fire(slot, i);
    }
}

void chain_of_ten() {
    using asio::experimental::deferred;
    const auto add = deferred([](int value) { return deferred.values(value + 1); });
    for (int i = 0; i < operations / 10; ++i) {
        AnySlot slot;
        (wait(slot, deferred) | add | add | add | add | add | add | add | add | add |
         add)([](int value) { keep(value); });
        fire(slot, i);
    }
}

} // namespace

int main() {
    micro::print("call a coroutine and await it", run(await_coroutines));
    const double bare = micro::measure(event_with_callback);
    const double awaited = micro::measure(awaited_events);
    micro::print("an event with a callback", bare);
    micro::print("the same, awaited", awaited);
    micro::print("await of a pending result, the difference", awaited - bare);
    micro::print("a step in a chain of ten, one type for all", micro::measure(chain_of_ten));
}
