// SPDX-License-Identifier: MIT
// hawser in a GLib main loop: an echo server beside the program's ticker. Ctrl-C ends it.
//
//     ./embed_glib tcp:127.0.0.1:8000
#include <hawser/embed/glib.h>
#include <hawser/protocols/echo.h>
#include <hawser/reactor/reactor.h>
#include <hawser/reactor/system_event.h>

#include <glib-unix.h>

#include <csignal>
#include <cstdio>

static gboolean tick(gpointer) {
    std::puts("tick");
    std::fflush(stdout);
    return G_SOURCE_CONTINUE;
}

static gboolean stop(gpointer reactor) {
    static_cast<hawser::Reactor*>(reactor)->stop();
    return G_SOURCE_REMOVE;
}

int main(int argc, char** argv) try {
    if (argc != 2 || argv[1][0] == '-') {
        std::fputs("usage: embed_glib ENDPOINT   for instance tcp:127.0.0.1:8000\n", stderr);
        return 2;
    }
    GMainLoop* loop = g_main_loop_new(nullptr, FALSE);
    g_timeout_add(1000, tick, nullptr);
    hawser::Reactor reactor;
    const hawser::GlibHost host(reactor); // from here on the main loop turns it too
    const auto quit = add_system_event_trigger(reactor, hawser::SystemEvent::after_shutdown,
                                               [&] { g_main_loop_quit(loop); });
    g_unix_signal_add(SIGINT, stop, &reactor);
    reactor.start_running();
    const auto listener = reactor.listen(argv[1], hawser::factory_for<hawser::Echo>());
    std::printf("listening on %s\n", to_string(listener.address()).c_str());
    std::fflush(stdout);
    g_main_loop_run(loop);
    g_main_loop_unref(loop);
    std::puts("closed");
} catch (const std::exception& error) {
    std::fprintf(stderr, "embed_glib: %s\n", error.what());
    return 1;
}
