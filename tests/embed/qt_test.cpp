// SPDX-License-Identifier: MIT
#include "asker.h"

#include <hawser/embed/qt.h>

#include <QCoreApplication>
#include <QEventLoop>

using namespace embed_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::QtHost;
using hawser::Reactor;
using std::chrono::milliseconds;

namespace {

/// The test's program, which has no window.
class Application {
public:
    Application() { QCoreApplication::setSetuidAllowed(true); }

private:
    int argc_ = 1;
    char name_[5] = "test";
    char* argv_[2] = {name_, nullptr};
    QCoreApplication application_{argc_, argv_};
};

/// Runs an event loop; false when patience ends first.
template <class Done>
[[nodiscard]] bool process_until(Done done) {
    QTimer guard;
    bool late = false;
    QObject::connect(&guard, &QTimer::timeout, &guard, [&] { late = true; });
    guard.start(milliseconds(patience));
    QEventLoop loop;
    while (!done() && !late) {
        loop.processEvents(QEventLoop::WaitForMoreEvents);
    }
    return !late;
}

void soon(std::function<void()> call) {
    QTimer::singleShot(0, QCoreApplication::instance(), std::move(call));
}

} // namespace

TEST_SUITE_BEGIN("QtHost");

TEST_CASE("an event loop serves") {
    const Application application;
    Reactor reactor(no_signals());
    const QtHost host(reactor);
    Story served;
    served.echo = true;
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    Asker asker(listener.address(), std::string(1'000'000, 'x'));

    CHECK(process_until([&] { return served.saw("connection_lost"); }));

    CHECK(asker.answer().size() == 1'000'000);
}

TEST_CASE("timers, threads' calls and what the program's callbacks write come in time") {
    const Application application;
    Reactor reactor(no_signals());
    const QtHost host(reactor);
    Story served;
    bool called = false;
    bool posted = false;
    const auto timer = reactor.call_later(milliseconds(1), [&] { called = true; });
    CHECK(process_until([&] { return called; }));
    std::thread thread([&] { reactor.call_from_thread([&] { posted = true; }); });
    CHECK(process_until([&] { return posted; }));
    thread.join();

    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    Asker asker(listener.address(), "hello");
    CHECK(process_until([&] { return served.data == "hello"; }));
    soon([&] { served.transport->write("world"); });
    CHECK(process_until([&] { return served.saw("connection_lost"); }));
    CHECK(asker.answer() == "world");
}

TEST_CASE("however much arrives, the program's events come in between") {
    const Application application;
    Reactor reactor(no_signals());
    const QtHost host(reactor);
    Story served;
    served.echo = true;
    std::uint64_t most = 0; // turns between two events
    std::uint64_t last = 0;
    std::size_t events = 0;
    std::function<void()> event = [&] {
        most = std::max(most, reactor.turns() - last);
        last = reactor.turns();
        ++events;
        soon(event);
    };
    soon(event);
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    std::string lines;
    for (int line = 0; line < 10'000; ++line) {
        lines += "a line of a chat that has got rather lively\n";
    }
    Asker asker(listener.address(), lines);

    CHECK(process_until([&] { return served.saw("connection_lost"); }));

    event = [] {};
    CHECK(served.data.size() == lines.size());
    CHECK(events > 1);
    CHECK(most <= 2); // one for the descriptor, one for the timer
}

TEST_CASE("a nested event loop, a dialog's, turns the reactor too") {
    const Application application;
    Reactor reactor(no_signals());
    const QtHost host(reactor);
    Story served;
    served.echo = true;
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    bool nested = false;
    std::string answer;
    soon([&] {
        Asker asker(listener.address(), "hello");
        nested = process_until([&] { return served.saw("connection_lost"); });
        answer = asker.answer();
    });
    CHECK(process_until([&] { return !answer.empty(); }));
    CHECK(nested);
    CHECK(answer == "hello");
}

TEST_CASE("in one that a callback runs the rest goes on, and the reactor waits for its end") {
    const Application application;
    Reactor reactor(no_signals());
    const QtHost host(reactor);
    Story served;
    served.echo = true;
    bool inside = false;
    bool ran = false;
    served.during = [&](std::string_view event) {
        CHECK_FALSE(inside);
        if (event == "data_received" && !ran) {
            inside = true;
            const auto turns = reactor.turns();
            soon([&] { ran = true; });
            CHECK(process_until([&] { return ran; }));
            QCoreApplication::processEvents();
            QCoreApplication::processEvents();
            CHECK_FALSE(QEventLoop().processEvents()); // no busy loop: it hears of no more
            CHECK(reactor.turns() == turns);
            inside = false;
        }
    };
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    Asker asker(listener.address(), std::string(1'000'000, 'x'));
    CHECK(process_until([&] { return served.saw("connection_lost"); }));
    CHECK(ran);
    CHECK(asker.answer().size() == 1'000'000);
}

TEST_SUITE_END();
