// SPDX-License-Identifier: MIT
/// \file
/// GlibHost, a Reactor in a GLib main loop, and so in GTK's. Needs GLib.
#pragma once

#include <hawser/reactor/reactor.h>

#include <glib-unix.h>
#include <glib.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>

namespace hawser {

/// Has the main loop of \p context turn \p reactor, by a GSource: one turn a dispatch, so that what
/// arrives never keeps the rest from its turn. Everything happens on the thread that runs the
/// main loop.
///
/// With the \p priority it has unless told otherwise, events and drawing come first: a window stays
/// responsive, however much arrives. A nested main loop turns the reactor too, unless it is
/// run by a callback of the reactor's, which then waits for its end.
///
/// Goes before the reactor, and not from a callback of the reactor's.
class GlibHost {
public:
    /// \p context: null is the default one. It outlives this.
    explicit GlibHost(Reactor& reactor, GMainContext* context = nullptr,
                      int priority = G_PRIORITY_DEFAULT_IDLE);
    GlibHost(const GlibHost&) = delete;
    GlibHost& operator=(const GlibHost&) = delete;
    ~GlibHost();

private:
    struct Source {
        GSource base;
        Reactor* reactor;
        gpointer descriptor; // as GLib calls what it watches
    };

    static Source& of(GSource* source) noexcept { return *reinterpret_cast<Source*>(source); }
    static gboolean prepare(GSource* source, gint* timeout);
    static gboolean check(GSource* source);
    static gboolean dispatch(GSource* source, GSourceFunc, gpointer);

    // Static: GLib may look into it when the host has gone.
    static inline GSourceFuncs functions_{&prepare, &check, &dispatch, nullptr, nullptr, nullptr};
    GSource* source_;
};

inline GlibHost::GlibHost(Reactor& reactor, GMainContext* context, int priority)
    : source_(g_source_new(&functions_, sizeof(Source))) {
    Source& source = of(source_);
    source.reactor = &reactor;
    source.descriptor = g_source_add_unix_fd(source_, reactor.descriptor(), G_IO_IN);
    g_source_set_name(source_, "hawser");
    g_source_set_priority(source_, priority);
    g_source_attach(source_, context);
    reactor.when_armed([context] { g_main_context_wakeup(context); });
}

inline GlibHost::~GlibHost() {
    of(source_).reactor->when_armed(nullptr);
    g_source_destroy(source_);
    g_source_unref(source_);
}

// GLib asks it before each sleep.
inline gboolean GlibHost::prepare(GSource* source, gint* timeout) {
    const Reactor& reactor = *of(source).reactor;
    const auto wait = reactor.turning() ? std::nullopt : reactor.timeout();
    constexpr auto longest = std::numeric_limits<gint>::max();
    *timeout = wait ? static_cast<gint>(std::min<std::int64_t>(wait->count(), longest)) : -1;
    return *timeout == 0;
}

inline gboolean GlibHost::check(GSource* source) {
    const Reactor& reactor = *of(source).reactor;
    return !reactor.turning() && (g_source_query_unix_fd(source, of(source).descriptor) != 0 ||
                                  reactor.timeout() == std::chrono::milliseconds::zero());
}

inline gboolean GlibHost::dispatch(GSource* source, GSourceFunc, gpointer) {
    if (!of(source).reactor->turning()) { // a nested loop of who turns it besides
        of(source).reactor->run_once();
    }
    return G_SOURCE_CONTINUE;
}

} // namespace hawser
