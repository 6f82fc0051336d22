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
using hawser::UniqueFunction;
using hawser::testing::LogCapture;

namespace {

using Notes = std::vector<std::string>;

/// Notes its end, once.
class Local {
public:
    Local(std::string name, Notes* notes) : name_(std::move(name)), notes_(notes) {}
    Local(Local&& other) noexcept
        : name_(std::move(other.name_)), notes_(std::exchange(other.notes_, nullptr)) {}
    Local& operator=(Local&&) = delete;
    ~Local() {
        if (notes_ != nullptr) {
            notes_->push_back(name_ + " gone");
        }
    }

private:
    std::string name_;
    Notes* notes_;
};

/// What a coroutine does between two awaits; shared, because the test sets it later.
struct Action {
    UniqueFunction<void()> call;
};

Deferred<> body([[maybe_unused]] Local parameter, Deferred<> event, Notes* notes) {
    const Local local("local", notes);
    co_await std::move(event);
    notes->emplace_back("went on");
}

Deferred<> act(Deferred<> start, std::shared_ptr<Action> action, Deferred<> next, Notes* notes) {
    const Local local("local", notes);
    co_await std::move(start);
    action->call();
    notes->emplace_back("went on");
    co_await std::move(next);
    notes->emplace_back("had the next");
}

Deferred<> act_and_end(Deferred<> start, std::shared_ptr<Action> action, Notes* notes) {
    const Local local("local", notes);
    co_await std::move(start);
    action->call();
    notes->emplace_back("ended");
}

Deferred<> act_and_throw(Deferred<> start, std::shared_ptr<Action> action, Notes* notes) {
    const Local local("local", notes);
    co_await std::move(start);
    action->call();
    throw std::runtime_error("oops");
}

Deferred<> wait_for(Deferred<> inner, Notes* notes) {
    const Local local("outer", notes);
    co_await std::move(inner);
    notes->emplace_back("outer went on");
}

} // namespace

TEST_SUITE_BEGIN("coroutine: drop");

TEST_CASE("dropping a coroutine that waits destroys its frame, and stops the producer") {
    Notes notes;
    Promise<> event;
    event.on_cancel([&] { notes.emplace_back("stopped"); });

    { auto deferred = body(Local("parameter", &notes), event.deferred(), &notes); }

    CHECK(notes == Notes{"stopped", "local gone", "parameter gone"});
    event.resolve();
    CHECK(notes.size() == 3);
}

TEST_CASE("the frame goes when the body ends, not when the result is taken") {
    Notes notes;
    Promise<> event;
    auto deferred = body(Local("parameter", &notes), event.deferred(), &notes);

    event.resolve();

    CHECK(notes == Notes{"went on", "local gone", "parameter gone"});
    CHECK(deferred.settled());
}

TEST_CASE("dropping the last of many destroys each frame, from the outside in") {
    Notes notes;
    Promise<> event;
    {
        auto deferred = wait_for(
            body(Local("parameter", &notes), event.deferred(), &notes).then([] {}), &notes);
    }

    CHECK(notes == Notes{"outer gone", "local gone", "parameter gone"});
    CHECK_FALSE(event.wanted());
}

TEST_CASE("dropped from inside, a coroutine goes on to its next co_await and ends there") {
    for (const bool ready : {false, true}) {
        CAPTURE(ready);
        Notes notes;
        Promise<> start;
        Promise<> next;
        auto action = std::make_shared<Action>();
        Deferred<> deferred =
            act(start.deferred(), action, ready ? Deferred<>::succeed() : next.deferred(), &notes);
        action->call = [&] { deferred = Deferred<>(); };

        start.resolve();

        CHECK(notes == Notes{"went on", "local gone"});
        CHECK(action.use_count() == 1);
        CHECK_FALSE((!ready && next.wanted()));
    }
}

TEST_CASE("dropped from inside, a coroutine may end, or throw, unseen") {
    const LogCapture log;
    Notes notes;
    Promise<> start;
    Promise<> other;
    auto action = std::make_shared<Action>();
    Deferred<> ends = act_and_end(start.deferred(), action, &notes);
    action->call = [&] { ends = Deferred<>(); };
    start.resolve();
    Deferred<> throws = act_and_throw(other.deferred(), action, &notes);
    action->call = [&] { throws = Deferred<>(); };
    other.resolve();

    CHECK(notes == Notes{"ended", "local gone", "local gone"});
    CHECK(action.use_count() == 1);
    CHECK(log.lines().empty());
}

TEST_CASE("dropping what waits for a running coroutine destroys the waiting one at once") {
    Notes notes;
    Promise<> start;
    Promise<> next;
    auto action = std::make_shared<Action>();
    Deferred<> deferred = wait_for(act(start.deferred(), action, next.deferred(), &notes), &notes);
    action->call = [&] { deferred = Deferred<>(); };

    start.resolve();

    CHECK(notes == Notes{"outer gone", "went on", "local gone"});
}

TEST_CASE("it may be dropped from inside a canceller, as it is canceled") {
    Notes notes;
    Promise<> event;
    Deferred<> deferred = body(Local("parameter", &notes), event.deferred(), &notes);
    event.on_cancel([&] { deferred = Deferred<>(); });

    deferred.cancel();

    CHECK(notes == Notes{"local gone", "parameter gone"});
}

TEST_CASE("it may be dropped by a local of its own as that goes") {
    Notes notes;
    Promise<> start;
    auto action = std::make_shared<Action>();
    Deferred<> deferred = act_and_end(start.deferred(), action, &notes);
    action->call = [&, drop = std::shared_ptr<void>(nullptr, [&](void*) {
                           deferred = Deferred<>();
                       })]() mutable { drop.reset(); };

    start.resolve();

    CHECK(notes == Notes{"ended", "local gone"});
}

TEST_CASE("an object that owns its coroutine may be destroyed from inside it") {
    struct Owner {
        Deferred<> running;
    };
    Notes notes;
    Promise<> start;
    Promise<> next;
    auto action = std::make_shared<Action>();
    auto owner = std::make_unique<Owner>();
    owner->running = act(start.deferred(), action, next.deferred(), &notes);
    action->call = [&] { owner.reset(); };

    start.resolve();

    CHECK(notes == Notes{"went on", "local gone"});
}

TEST_CASE("assigning a new coroutine drops the one before") {
    Notes notes;
    Promise<> first;
    Promise<> second;
    Deferred<> deferred = body(Local("first", &notes), first.deferred(), &notes);

    deferred = body(Local("second", &notes), second.deferred(), &notes);

    CHECK(notes == Notes{"local gone", "first gone"});
    CHECK(second.wanted());
}

TEST_SUITE_END();
