// SPDX-License-Identifier: MIT
#include <hawser/core/service_group.h>

#include <hawser/core/error.h>
#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <optional>
#include <stdexcept>

using hawser::Deferred;
using hawser::Errc;
using hawser::Promise;
using hawser::Service;
using hawser::ServiceGroup;

namespace {

using Calls = std::vector<std::string>;

/// Says what is done with it. A slow one has stopped when the test resolves its `stopped`.
class Recorded final : public Service {
public:
    enum class Stop { at_once, slow };

    Recorded(Calls& calls, std::string name, Stop how = Stop::at_once)
        : calls_(calls), name_(std::move(name)), how_(how) {}
    ~Recorded() override { calls_.push_back("gone " + name_); }

    void privileged_start() override {
        calls_.push_back("privileged " + name_);
        if (privileged_fails) {
            throw std::runtime_error(name_ + " may not");
        }
        if (on_privileged_start) {
            on_privileged_start();
        }
    }
    void start() override {
        calls_.push_back("start " + name_);
        if (start_fails) {
            throw std::runtime_error(name_ + " cannot start");
        }
        if (on_start) {
            on_start();
        }
    }
    Deferred<> stop() override {
        calls_.push_back("stop " + name_);
        if (stop_throws) {
            throw std::runtime_error(name_ + " cannot stop");
        }
        if (how_ == Stop::at_once) {
            return Deferred<>::succeed();
        }
        return stopped.emplace().deferred();
    }

    std::optional<Promise<>> stopped;
    hawser::UniqueFunction<void()> on_privileged_start;
    hawser::UniqueFunction<void()> on_start;
    bool privileged_fails = false;
    bool start_fails = false;
    bool stop_throws = false;

private:
    Calls& calls_;
    std::string name_;
    Stop how_;
};

struct Fixture {
    Recorded& add(const std::string& name, Recorded::Stop how = Recorded::Stop::at_once) {
        return group.add(std::make_unique<Recorded>(calls, name, how), name);
    }
    Calls take() { return std::exchange(calls, {}); }

    Calls calls;
    ServiceGroup group;
};

/// Whether it has ended, and with which failure.
class Ending {
public:
    explicit Ending(Deferred<> deferred)
        : waits_(std::move(deferred).then([this] { done = true; },
                                          [this](const std::exception_ptr& error) {
                                              done = true;
                                              failure = hawser::message_of(error);
                                          })) {}
    Ending(const Ending&) = delete;
    Ending& operator=(const Ending&) = delete;

    bool done = false;
    std::string failure;

private:
    Deferred<> waits_;
};

} // namespace

TEST_SUITE_BEGIN("ServiceGroup");

TEST_CASE_FIXTURE(Fixture,
                  "services start in order and stop in reverse; one joins while they run") {
    add("a");
    add("b");

    group.privileged_start();
    CHECK(take() == Calls{"privileged a", "privileged b"});
    group.start();
    CHECK(take() == Calls{"start a", "start b"});
    add("c");
    CHECK(take() == Calls{"privileged c", "start c"});
    const Ending end(group.stop());

    CHECK(take() == Calls{"stop c", "stop b", "stop a"});
    CHECK(end.done);
}

TEST_CASE_FIXTURE(Fixture, "start does what privileged_start does, for all before any starts") {
    add("a");
    add("b");

    group.start();

    CHECK(calls == Calls{"privileged a", "privileged b", "start a", "start b"});
}

TEST_CASE_FIXTURE(Fixture, "one that joins between the two starts is privileged at once") {
    add("a");
    group.privileged_start();
    add("b");
    CHECK(take() == Calls{"privileged a", "privileged b"});

    group.start();

    CHECK(take() == Calls{"start a", "start b"});
}

TEST_CASE_FIXTURE(Fixture, "each stop is waited for before the next") {
    Recorded& a = add("a", Recorded::Stop::slow);
    Recorded& b = add("b", Recorded::Stop::slow);
    group.start();
    take();

    const Ending end(group.stop());
    CHECK(take() == Calls{"stop b"});
    b.stopped->resolve();
    CHECK(take() == Calls{"stop a"});
    CHECK_FALSE(end.done);
    a.stopped->resolve();

    CHECK(end.done);
}

TEST_CASE_FIXTURE(Fixture,
                  "what was begun is stopped when one cannot start, whose error leaves start") {
    Recorded& a = add("a", Recorded::Stop::slow);
    Recorded& b = add("b", Recorded::Stop::slow);
    add("c").start_fails = true;
    add("d"); // had its privileged start

    CHECK_THROWS_WITH(group.start(), "c cannot start");

    CHECK(calls == Calls{"privileged a", "privileged b", "privileged c", "privileged d", "start a",
                         "start b", "start c", "stop d", "stop c", "stop b"});
    take();
    const Ending end(group.stop()); // joins the stopping that goes on
    CHECK_FALSE(end.done);
    b.stopped->resolve();
    CHECK(take() == Calls{"stop a"});
    a.stopped->resolve();
    CHECK(end.done);
    CHECK(end.failure.empty());
}

TEST_CASE_FIXTURE(Fixture, "what was privileged is stopped when one may not be") {
    add("a");
    add("b").privileged_fails = true;
    add("c");

    CHECK_THROWS_WITH(group.start(), "b may not");

    CHECK(take() == Calls{"privileged a", "privileged b", "stop b", "stop a"});
    CHECK(Ending(group.stop()).done);
    CHECK(take().empty());
}

TEST_CASE_FIXTURE(Fixture, "a group that is still stopping cannot be started, and can afterwards") {
    Recorded& a = add("a", Recorded::Stop::slow);
    group.start();
    const Ending end(group.stop());
    take();

    CHECK_THROWS_WITH(group.start(),
                      "cannot start services that are still stopping: already running");
    CHECK(take().empty());
    a.stopped->resolve();
    group.start();

    CHECK(take() == Calls{"privileged a", "start a"});
}

TEST_CASE_FIXTURE(Fixture, "a group that could not start may be started again") {
    add("a");
    Recorded& b = add("b");
    b.start_fails = true;
    CHECK_THROWS(group.start());
    take();

    b.start_fails = false;
    group.start();

    CHECK(take() == Calls{"privileged a", "privileged b", "start a", "start b"});
}

TEST_CASE_FIXTURE(Fixture, "starting what runs does nothing, and so does stopping what does not") {
    add("a");
    CHECK(Ending(group.stop()).done);
    CHECK(take().empty());
    group.start();
    take();

    group.privileged_start();
    group.start();

    CHECK(take().empty());
}

TEST_CASE_FIXTURE(Fixture, "stop while stopping joins the same end") {
    Recorded& a = add("a", Recorded::Stop::slow);
    group.start();
    take();
    const Ending first(group.stop());
    const Ending second(group.stop());

    CHECK(take() == Calls{"stop a"});
    CHECK_FALSE(second.done);
    a.stopped->resolve();

    CHECK(first.done);
    CHECK(second.done);
}

TEST_CASE_FIXTURE(Fixture, "dropping the result of stop does not keep the services from stopping") {
    add("a");
    Recorded& b = add("b", Recorded::Stop::slow);
    group.start();
    take();

    (void)group.stop();
    b.stopped->resolve();

    CHECK(take() == Calls{"stop b", "stop a"});
}

TEST_CASE_FIXTURE(Fixture, "one that cannot stop does not keep the others, and is the result") {
    const hawser::testing::LogCapture log;
    add("a").stop_throws = true;
    add("b");
    Recorded& c = add("c", Recorded::Stop::slow);
    group.start();
    take();

    const Ending end(group.stop());
    c.stopped->fail(std::make_error_code(std::errc::io_error), "closing c");

    CHECK(take() == Calls{"stop c", "stop b", "stop a"});
    CHECK(end.failure == "closing c: input/output error");
    CHECK(log.lines() ==
          Calls{"error service: a service failed to stop: a cannot stop"}); // the second
}

TEST_CASE_FIXTURE(Fixture, "a failure to stop that nobody waits for is logged") {
    const hawser::testing::LogCapture log;
    add("a").stop_throws = true;
    add("b").start_fails = true;

    CHECK_THROWS_WITH(group.start(), "b cannot start");

    CHECK(log.lines() == Calls{"error service: a service failed to stop: a cannot stop"});
}

TEST_CASE_FIXTURE(Fixture, "a name can be taken once, and is found until its service is removed") {
    Recorded& a = add("a", Recorded::Stop::slow);
    group.start();
    take();
    CHECK(group.find("a") == &a);
    CHECK_THROWS_WITH(add("a"), "cannot add a second service \"a\": invalid argument");
    CHECK(take() == Calls{"gone a"}); // the second, which was never started

    const Ending removed(group.remove(a));
    CHECK(group.find("a") == nullptr);
    CHECK(take() == Calls{"stop a"});
    CHECK_FALSE(removed.done);
    a.stopped->resolve();

    CHECK(removed.done);
    CHECK(take() == Calls{"gone a"});
    CHECK_THROWS_WITH((void)group.remove(a),
                      "cannot remove a service that is not in the group: invalid argument");
    add("a"); // the name is free again
}

TEST_CASE_FIXTURE(Fixture, "services without a name are many, and not found") {
    group.add(std::make_unique<Recorded>(calls, "a"));
    group.add(std::make_unique<Recorded>(calls, "b"));

    CHECK(group.find("") == nullptr);
    group.start();
    CHECK(take().size() == 4);
}

TEST_CASE_FIXTURE(Fixture, "dropping the result of remove destroys the service where it stands") {
    Recorded& a = add("a", Recorded::Stop::slow);
    group.start();
    take();

    (void)group.remove(a);

    CHECK(take() == Calls{"stop a", "gone a"});
}

TEST_CASE_FIXTURE(Fixture, "a service may be removed while the group waits for its stop") {
    add("a");
    Recorded& b = add("b", Recorded::Stop::slow);
    group.start();
    take();
    const Ending end(group.stop());
    std::optional<Promise<>> first = std::exchange(b.stopped, std::nullopt);

    const Ending removed(group.remove(b));
    CHECK(take() == Calls{"stop b", "stop b"});
    first->resolve();
    CHECK(end.done);
    b.stopped->resolve();

    CHECK(removed.done);
    CHECK(take() == Calls{"stop a", "gone b"});
}

TEST_CASE_FIXTURE(Fixture, "one that cannot start does not join a group that runs") {
    group.start();
    auto late = std::make_unique<Recorded>(calls, "late");
    late->start_fails = true;

    CHECK_THROWS_WITH(group.add(std::move(late), "late"), "late cannot start");

    CHECK(take() == Calls{"privileged late", "start late", "gone late"});
    CHECK(group.find("late") == nullptr);
}

TEST_CASE_FIXTURE(Fixture, "one that joins may stop the group as it starts, and is stopped too") {
    add("a");
    group.start();
    take();
    auto late = std::make_unique<Recorded>(calls, "late");
    late->on_start = [&] { (void)group.stop(); };
    group.add(std::move(late), "late");
    CHECK(take() == Calls{"privileged late", "start late", "stop late", "stop a"});

    CHECK(Ending(group.stop()).done);
    CHECK(take().empty());
    group.start();

    CHECK(take() ==
          Calls{"privileged a", "privileged late", "start a", "start late", "stop late", "stop a"});
}

TEST_CASE_FIXTURE(Fixture, "one that joins may stop the group before it would start") {
    group.start();
    auto late = std::make_unique<Recorded>(calls, "late");
    late->on_privileged_start = [&] { (void)group.stop(); };

    group.add(std::move(late), "late");

    CHECK(take() == Calls{"privileged late", "stop late"});
}

TEST_CASE_FIXTURE(Fixture, "one that joins is found as it starts, and its name is taken") {
    group.start();
    auto late = std::make_unique<Recorded>(calls, "late");
    Service* const added = late.get();
    late->on_start = [&] {
        CHECK(group.find("late") == added);
        CHECK_THROWS_WITH(add("late"), "cannot add a second service \"late\": invalid argument");
        add("later");
    };
    group.add(std::move(late), "late");
    take();

    CHECK(Ending(group.stop()).done);

    CHECK(take() == Calls{"stop later", "stop late"});
}

TEST_CASE_FIXTURE(Fixture, "a service may add another as it starts, or stop them all") {
    Recorded& a = add("a");
    a.on_start = [&] { add("b"); };
    group.start();
    CHECK(take() == Calls{"privileged a", "start a", "privileged b", "start b"});
    CHECK(Ending(group.stop()).done);
    take();

    a.on_start = [&] { (void)group.stop(); };
    group.start();

    CHECK(take() == Calls{"privileged a", "privileged b", "start a", "stop b", "stop a"});
}

TEST_CASE("groups nest: the outer waits for what the inner undoes") {
    Calls calls;
    ServiceGroup outer;
    auto& inner = outer.add(std::make_unique<ServiceGroup>(), "inner");
    auto& slow = inner.add(std::make_unique<Recorded>(calls, "slow", Recorded::Stop::slow), "slow");
    inner.add(std::make_unique<Recorded>(calls, "bad")).start_fails = true;

    CHECK_THROWS_WITH(outer.start(), "bad cannot start");

    const Ending end(outer.stop());
    CHECK_FALSE(end.done);
    slow.stopped->resolve();
    CHECK(end.done);
}

TEST_CASE("a group that goes takes its services along, the last first") {
    Calls calls;
    auto group = std::make_unique<ServiceGroup>();
    group->add(std::make_unique<Recorded>(calls, "a"));
    group->add(std::make_unique<Recorded>(calls, "b", Recorded::Stop::slow));
    group->start();
    const Ending end(group->stop());
    calls.clear();

    group.reset();

    CHECK(calls == Calls{"gone b", "gone a"});
    CHECK(end.failure == "waiting for services to stop: abandoned without a result");
}

TEST_CASE("who waits for the end of a group may destroy it") {
    for (const auto how : {Recorded::Stop::at_once, Recorded::Stop::slow}) {
        Calls calls;
        auto group = std::make_unique<ServiceGroup>();
        auto& only = group->add(std::make_unique<Recorded>(calls, "a", how));
        group->start();

        Deferred<> stopped = group->stop().then([&] { group.reset(); });
        if (how == Recorded::Stop::slow) {
            Promise<> resolved = std::move(*only.stopped);
            resolved.resolve();
        }

        CHECK(group == nullptr);
    }
}

TEST_SUITE_END();
