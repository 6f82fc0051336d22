// SPDX-License-Identifier: MIT
/// \file
/// QtHost, a Reactor in the event loop of Qt 6. Needs QtCore.
#pragma once

#include <hawser/reactor/reactor.h>

#include <QObject>
#include <QSocketNotifier>
#include <QTimer>

#include <algorithm>
#include <chrono>

namespace hawser {

/// Has the event loop of this thread turn \p reactor: one turn an event, so that what arrives never
/// keeps the rest from its turn, and a window stays responsive. Everything happens on this thread,
/// which has a QCoreApplication or a running QThread.
///
/// A nested event loop, a modal dialog's, turns the reactor too, unless it is run by a callback of
/// the reactor's, which then waits for its end.
///
/// It alone turns the reactor: the program calls neither run() nor run_once() meanwhile.
///
/// Goes before the reactor, and not from a callback of the reactor's.
class QtHost {
public:
    explicit QtHost(Reactor& reactor);
    QtHost(const QtHost&) = delete;
    QtHost& operator=(const QtHost&) = delete;
    ~QtHost() { reactor_.when_armed(nullptr); }

private:
    void turn();

    Reactor& reactor_;
    QSocketNotifier news_;
    QTimer timer_;
};

inline QtHost::QtHost(Reactor& reactor)
    : reactor_(reactor), news_(reactor.descriptor(), QSocketNotifier::Read) {
    timer_.setSingleShot(true);
    timer_.setTimerType(Qt::PreciseTimer);
    QObject::connect(&news_, &QSocketNotifier::activated, &news_, [this] { turn(); });
    QObject::connect(&timer_, &QTimer::timeout, &timer_, [this] { turn(); });
    reactor_.when_armed([this] { timer_.start(0); });
    timer_.start(0);
}

inline void QtHost::turn() {
    if (reactor_.turning()) {
        news_.setEnabled(false); // a nested loop, which would hear of it again and again
        return;
    }
    reactor_.run_once();
    news_.setEnabled(true);
    if (const auto wait = reactor_.timeout()) {
        timer_.start(std::min<std::chrono::milliseconds>(*wait, std::chrono::hours(24)));
    } else {
        timer_.stop();
    }
}

} // namespace hawser
