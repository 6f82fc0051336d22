// SPDX-License-Identifier: MIT
#include <hawser/core/task_group.h>

#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using hawser::Deferred;
using hawser::Errc;
using hawser::Promise;
using hawser::TaskGroup;
using hawser::testing::LogCapture;

namespace {

using Notes = std::vector<std::string>;

std::exception_ptr oops() {
    return std::make_exception_ptr(std::runtime_error("oops"));
}

/// Notes how its wait ended; cleans up by waiting for \p last when it is canceled.
Deferred<> task(std::string name, Deferred<> work, Deferred<> last, Notes* notes) {
    bool canceled = false;
    try {
        co_await std::move(work);
        notes->push_back(name + " done");
    } catch (const std::system_error& error) {
        canceled = error.code() == Errc::canceled;
        notes->push_back(name + " " + error.code().message());
    }
    if (canceled) {
        co_await std::move(last);
        notes->push_back(name + " cleaned up");
    }
}

Deferred<> spawn(TaskGroup* group, Deferred<> start, Deferred<> child) {
    co_await std::move(start);
    group->add(std::move(child));
}

/// Appends how \p deferred ended to \p notes.
Deferred<> note(Deferred<> deferred, Notes& notes) {
    return std::move(deferred).then(
        [&notes] { notes.emplace_back("joined"); },
        [&notes](const std::exception_ptr& error) { notes.push_back(hawser::message_of(error)); });
}

} // namespace

TEST_SUITE_BEGIN("TaskGroup");

TEST_CASE("join waits for all tasks") {
    TaskGroup group;
    Notes notes;
    Promise<> first;
    Promise<> second;
    group.add(first.deferred());
    group.add(second.deferred());
    group.add(Deferred<>::succeed());
    CHECK(group.size() == 2);
    auto joined = note(group.join(), notes);

    second.resolve();
    CHECK(notes.empty());
    first.resolve();

    CHECK(notes == Notes{"joined"});
    CHECK(group.size() == 0);
}

TEST_CASE("join of an empty group is there at once") {
    TaskGroup group;
    CHECK(group.join().settled());
}

TEST_CASE("when one fails the others are canceled, and join has that failure once all have ended") {
    TaskGroup group;
    Notes notes;
    Promise<> failing;
    Promise<> work;
    Promise<> last;
    group.add(task("a", work.deferred(), last.deferred(), &notes));
    group.add(failing.deferred());
    auto joined = note(group.join(), notes);

    failing.fail(oops());
    CHECK(notes == Notes{"a canceled"});
    last.resolve();

    CHECK(notes == Notes{"a canceled", "a cleaned up", "oops"});
}

TEST_CASE("cancel cancels all, and is no failure") {
    TaskGroup group;
    Notes notes;
    Promise<> works[2];
    group.add(task("a", works[0].deferred(), Deferred<>::succeed(), &notes));
    group.add(works[1].deferred());
    auto joined = note(group.join(), notes);

    group.cancel();

    CHECK(notes == Notes{"a canceled", "a cleaned up", "joined"});
    CHECK_FALSE(works[1].wanted());
}

TEST_CASE("a failure as a task is canceled is one") {
    TaskGroup group;
    Notes notes;
    Promise<> work;
    work.on_cancel([&] { work.fail(oops()); });
    group.add(work.deferred());
    auto joined = note(group.join(), notes);

    group.cancel();

    CHECK(notes == Notes{"oops"});
}

TEST_CASE("a task may add others while join waits") {
    TaskGroup group;
    Notes notes;
    Promise<> start;
    Promise<> child;
    group.add(spawn(&group, start.deferred(), child.deferred()));
    auto joined = note(group.join(), notes);

    start.resolve();
    CHECK(notes.empty());
    child.resolve();

    CHECK(notes == Notes{"joined"});
}

TEST_CASE("what is added to a canceled group is canceled, until a join has ended") {
    Promise<> late;
    Promise<> fresh;
    TaskGroup group;
    group.cancel();

    group.add(late.deferred());
    CHECK_FALSE(late.wanted());
    CHECK(group.join().settled());
    group.add(fresh.deferred());

    CHECK(fresh.wanted());
}

TEST_CASE("canceling or dropping a join cancels the tasks") {
    for (const bool cancel : {true, false}) {
        CAPTURE(cancel);
        TaskGroup group;
        Notes notes;
        Promise<> work;
        Promise<> last;
        group.add(task("a", work.deferred(), last.deferred(), &notes));
        auto joined = note(group.join(), notes);

        if (cancel) {
            joined.cancel();
        } else {
            joined = Deferred<>();
        }

        CHECK(notes.front() == "a canceled");
        CHECK(group.size() == 1);
        auto again = note(group.join(), notes);
        last.resolve();
        CHECK(notes.back() == "joined");
    }
}

TEST_CASE("destroying the group drops its tasks, and join is abandoned") {
    const LogCapture log;
    Notes notes;
    Promise<> work;
    auto group = std::make_unique<TaskGroup>();
    group->add(task("a", work.deferred(), Deferred<>(), &notes));
    auto joined = note(group->join(), notes);

    group.reset();

    CHECK_FALSE(work.wanted());
    CHECK(notes == Notes{"waiting: abandoned without a result"});
    CHECK(log.lines().empty());
}

TEST_CASE("a failure that no join has taken is reported when the group goes") {
    const LogCapture log;
    {
        TaskGroup group;
        group.add(Deferred<>::fail(oops()));
        CHECK(log.lines().empty());
    }

    CHECK(log.lines() == Notes{"error task group: unhandled failure: oops"});
}

TEST_CASE("a second failure is reported as it comes") {
    const LogCapture log;
    TaskGroup group;
    Notes notes;
    Promise<> first;
    Promise<> second;
    second.on_cancel([&] { second.fail(oops()); });
    group.add(first.deferred());
    group.add(second.deferred());
    auto joined = note(group.join(), notes);

    first.fail(std::make_exception_ptr(std::runtime_error("first")));

    CHECK(log.lines() == Notes{"error task group: another task failed: oops"});
    CHECK(notes == Notes{"first"});
}

TEST_CASE("the group may be destroyed from inside a task, a cancel, and what joins it") {
    Notes notes;
    SUBCASE("a task") {
        Promise<> work;
        auto group = std::make_unique<TaskGroup>();
        group->add(work.deferred().then([&] { group.reset(); }));
        Promise<> other;
        group->add(other.deferred());
        work.resolve();
        CHECK_FALSE(other.wanted());
    }
    SUBCASE("a cancel") {
        Promise<> works[3];
        auto group = std::make_unique<TaskGroup>();
        for (Promise<>& work : works) {
            group->add(work.deferred());
        }
        works[1].on_cancel([&] { group.reset(); });
        group->cancel();
        CHECK_FALSE(works[2].wanted());
    }
    SUBCASE("a cancel after a failure") {
        Promise<> works[3];
        auto group = std::make_unique<TaskGroup>();
        for (Promise<>& work : works) {
            group->add(work.deferred());
        }
        works[1].on_cancel([&] { group.reset(); });
        const LogCapture log;
        works[0].fail(oops());
        CHECK_FALSE(works[2].wanted());
        CHECK(log.count("unhandled failure: oops") == 1);
    }
    SUBCASE("what joins it") {
        Promise<> work;
        auto group = std::make_unique<TaskGroup>();
        group->add(work.deferred());
        auto joined = group->join().then([&] { group.reset(); });
        work.resolve();
        CHECK(joined.settled());
    }
    SUBCASE("an added task that has ended") {
        auto group = std::make_unique<TaskGroup>();
        Promise<> work;
        group->add(work.deferred());
        work.on_cancel([&] { group.reset(); });
        const LogCapture log;
        group->add(Deferred<>::fail(oops()));
        CHECK(group == nullptr);
    }
}

TEST_SUITE_END();
