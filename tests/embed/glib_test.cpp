// SPDX-License-Identifier: MIT
#include "asker.h"

#include <hawser/embed/glib.h>

using namespace embed_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::GlibHost;
using hawser::Reactor;
using std::chrono::milliseconds;

namespace {

constexpr int drawing = G_PRIORITY_HIGH_IDLE + 20; // GDK_PRIORITY_REDRAW

gboolean set(gpointer flag) {
    *static_cast<bool*>(flag) = true;
    return G_SOURCE_REMOVE;
}

/// Iterates the default context; false when patience ends first.
template <class Done>
[[nodiscard]] bool iterate_until(Done done) {
    bool late = false;
    const guint guard =
        g_timeout_add(static_cast<guint>(milliseconds(patience).count()), &set, &late);
    while (!done() && !late) {
        g_main_context_iteration(nullptr, TRUE);
    }
    if (!late) {
        g_source_remove(guard);
    }
    return !late;
}

/// Has \p call made by the main loop, once.
void soon(std::function<void()> call, int priority = G_PRIORITY_DEFAULT) {
    g_idle_add_full(
        priority,
        [](gpointer data) -> gboolean {
            (*static_cast<std::function<void()>*>(data))();
            return G_SOURCE_REMOVE;
        },
        new std::function<void()>(std::move(call)),
        [](gpointer data) { delete static_cast<std::function<void()>*>(data); });
}

} // namespace

TEST_SUITE_BEGIN("GlibHost");

TEST_CASE("a main loop serves") {
    Reactor reactor(no_signals());
    const GlibHost host(reactor);
    Story served;
    served.echo = true;
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    Asker asker(listener.address(), std::string(1'000'000, 'x'));

    CHECK(iterate_until([&] { return served.saw("connection_lost"); }));

    CHECK(asker.answer().size() == 1'000'000);
}

TEST_CASE("timers, threads' calls and what the program's callbacks write come in time") {
    Reactor reactor(no_signals());
    const GlibHost host(reactor);
    Story served;
    bool called = false;
    bool posted = false;
    const auto timer = reactor.call_later(milliseconds(1), [&] { called = true; });
    CHECK(iterate_until([&] { return called; }));
    std::thread thread([&] { reactor.call_from_thread([&] { posted = true; }); });
    CHECK(iterate_until([&] { return posted; }));
    thread.join();

    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    Asker asker(listener.address(), "hello");
    CHECK(iterate_until([&] { return served.data == "hello"; }));
    soon([&] { served.transport->write("world"); });
    CHECK(iterate_until([&] { return served.saw("connection_lost"); }));
    CHECK(asker.answer() == "world");
}

TEST_CASE("however much arrives, it is drawn before more is read") {
    Reactor reactor(no_signals());
    const GlibHost host(reactor);
    Story served;
    served.echo = true;
    std::size_t drawn = 0;
    std::size_t behind = 0;
    std::optional<std::uint64_t> undrawn; // the turn that brought what is not drawn yet
    served.during = [&](std::string_view event) {
        if (event != "data_received") {
            return;
        }
        if (!undrawn) {
            soon([&] { undrawn.reset(), ++drawn; }, drawing);
            undrawn = reactor.turns();
        }
        behind += *undrawn == reactor.turns() ? 0 : 1;
    };
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    std::string lines;
    for (int line = 0; line < 10'000; ++line) {
        lines += "a line of a chat that has got rather lively\n";
    }
    Asker asker(listener.address(), lines);

    CHECK(iterate_until([&] { return served.saw("connection_lost"); }));

    CHECK(served.data.size() == lines.size());
    CHECK(behind == 0);
    CHECK(drawn > 1);
}

TEST_CASE("a nested main loop, a dialog's, turns the reactor too") {
    Reactor reactor(no_signals());
    const GlibHost host(reactor);
    Story served;
    served.echo = true;
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    bool nested = false;
    std::string answer;
    soon([&] {
        Asker asker(listener.address(), "hello");
        nested = iterate_until([&] { return served.saw("connection_lost"); });
        answer = asker.answer();
    });
    CHECK(iterate_until([&] { return !answer.empty(); }));
    CHECK(nested);
    CHECK(answer == "hello");
}

TEST_CASE("in one that a callback runs the rest goes on, and the reactor waits for its end") {
    Reactor reactor(no_signals());
    const GlibHost host(reactor);
    Story served;
    served.echo = true;
    bool inside = false;
    bool ran = false;
    served.during = [&](std::string_view event) {
        CHECK_FALSE(inside);
        if (event == "data_received" && !ran) {
            inside = true;
            const auto turns = reactor.turns();
            const auto due = reactor.call_later(milliseconds(0), [] {});
            soon([&] { ran = true; });
            CHECK(iterate_until([&] { return ran; }));
            for (int i = 0; i < 100; ++i) { // no busy loop: there is nothing it dispatches
                CHECK_FALSE(g_main_context_iteration(nullptr, FALSE));
            }
            CHECK(reactor.turns() == turns);
            inside = false;
        }
    };
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    Asker asker(listener.address(), std::string(1'000'000, 'x'));
    CHECK(iterate_until([&] { return served.saw("connection_lost"); }));
    CHECK(ran);
    CHECK(asker.answer().size() == 1'000'000);
}

TEST_SUITE_END();
