// SPDX-License-Identifier: MIT
// Each case must be refused by the compiler with the text behind it; CASE 0 must compile. See
// check.py.
#include <hawser/core/deferred.h>

#include <functional>
#include <string>

using hawser::Deferred;

#if CASE == 0 // what looks alike and is allowed
struct Empty {
    Deferred<> operator()(int) const { co_return; }
};
struct Session {
    int state = 0;
    Deferred<> greet(std::string) { co_return; }
    void operator()(int) const {} // but greet() is not called like this
};
Deferred<> takes_a_function(std::function<Deferred<>()> function) {
    co_await function();
}
Deferred<> takes_a_reference(Session& session) {
    co_await session.greet("Ada");
}
class Declared;
Deferred<> takes_what_is_only_declared(Declared&) {
    co_return;
}
void use() {
    auto no_captures = []() -> Deferred<> { co_return; };
    no_captures().cancel();
}
#elif CASE == 1 // a lambda with captures cannot be a coroutine
void use(int captured) {
    auto lambda = [captured]() -> Deferred<int> { co_return captured; };
    lambda().cancel();
}
#elif CASE == 2 // a lambda with captures cannot be a coroutine
void use(int captured) {
    auto lambda = [&captured](int more) mutable -> Deferred<int> { co_return captured + more; };
    lambda(1).cancel();
}
#elif CASE == 3 // a lambda with captures cannot be a coroutine
struct Adder {
    int base;
    Deferred<int> operator()(int more) { co_return base + more; }
};
#elif CASE == 4 // deleted
Deferred<> waits(Deferred<> other) {
    co_await other;
}
#elif CASE == 5 // await_transform
Deferred<> waits() {
    co_await std::suspend_always();
}
#elif CASE == 6 // ignoring return
Deferred<> task() {
    co_return;
}
void use() {
    task();
}
#endif
