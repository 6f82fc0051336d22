// SPDX-License-Identifier: MIT
/// \file
/// UvHost, a Reactor in a uv_loop_t that the program owns. Needs libuv's header, as the program
/// does.
#pragma once

#include <hawser/core/error.h>
#include <hawser/reactor/reactor.h>

#include <uv.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <system_error>

namespace hawser {

/// Has \p loop, which the program owns and runs, turn \p reactor.
///
/// The reactor's sockets stay in its own loop, which the program's watches as one descriptor: so
/// the program's handles, its uv_run() and its `data` are left alone, at the price of a system call
/// each time there is news. uv_run() goes on while Reactor::idle() is false, as it does for handles
/// of the program's own; what callbacks of the program write leaves before it sleeps.
///
/// Goes before the reactor and the loop, and not from a callback of the reactor's. uv_run() once
/// more then makes the close callbacks, and uv_loop_close() gives 0. Before a uv_walk() that closes
/// what it finds, too: its four handles are among that.
class UvHost {
public:
    /// Throws what libuv says.
    UvHost(uv_loop_t& loop, Reactor& reactor);
    UvHost(const UvHost&) = delete;
    UvHost& operator=(const UvHost&) = delete;
    ~UvHost() { reactor_.when_armed(nullptr); }

private:
    struct Closer {
        template <class Handle>
        void operator()(Handle* handle) const noexcept {
            uv_close(reinterpret_cast<uv_handle_t*>(handle), [](uv_handle_t* closed) {
                const std::unique_ptr<Handle> memory(reinterpret_cast<Handle*>(closed));
            });
        }
    };
    template <class Handle>
    using Owned = std::unique_ptr<Handle, Closer>;

    template <class Handle, class Init, class... Args>
    Owned<Handle> make(uv_loop_t& loop, Init init, Args... args);
    static void check(int code) {
        if (code < 0) {
            throw Error({-code, std::system_category()}, "cannot join the program's loop");
        }
    }

    void turn();
    void count() noexcept; // as one that keeps uv_run() going, or not
    void before_sleep();
    void stay_awake() {
        uv_idle_start(awake_.get(), [](uv_idle_t*) {});
    }

    Reactor& reactor_;
    Owned<uv_poll_t> news_;
    Owned<uv_prepare_t> prepare_;
    Owned<uv_timer_t> timer_;
    Owned<uv_idle_t> awake_; // active: the loop does not sleep, and does not end
};

template <class Handle, class Init, class... Args>
UvHost::Owned<Handle> UvHost::make(uv_loop_t& loop, Init init, Args... args) {
    auto memory = std::make_unique<Handle>();
    check(init(&loop, memory.get(), args...));
    memory->data = this;
    Owned<Handle> handle(memory.release());
    uv_unref(reinterpret_cast<uv_handle_t*>(handle.get()));
    return handle;
}

inline UvHost::UvHost(uv_loop_t& loop, Reactor& reactor)
    : reactor_(reactor), news_(make<uv_poll_t>(loop, uv_poll_init, reactor.descriptor())),
      prepare_(make<uv_prepare_t>(loop, uv_prepare_init)),
      timer_(make<uv_timer_t>(loop, uv_timer_init)), awake_(make<uv_idle_t>(loop, uv_idle_init)) {
    uv_ref(reinterpret_cast<uv_handle_t*>(awake_.get()));
    check(uv_poll_start(news_.get(), UV_READABLE, [](uv_poll_t* handle, int, int) {
        static_cast<UvHost*>(handle->data)->turn();
    }));
    check(uv_prepare_start(prepare_.get(), [](uv_prepare_t* handle) {
        static_cast<UvHost*>(handle->data)->before_sleep();
    }));
    reactor_.when_armed([this] { stay_awake(); });
    stay_awake();
}

inline void UvHost::turn() {
    if (!reactor_.turning()) {
        reactor_.run_once();
    }
    count();
}

inline void UvHost::count() noexcept {
    auto* const handle = reinterpret_cast<uv_handle_t*>(news_.get());
    reactor_.idle() ? uv_unref(handle) : uv_ref(handle);
}

inline void UvHost::before_sleep() {
    using std::chrono::milliseconds;
    std::optional<milliseconds> wait = reactor_.timeout();
    if (wait == milliseconds::zero()) {
        turn();
        wait = reactor_.timeout();
    }
    if (wait == milliseconds::zero()) {
        stay_awake();
        return;
    }
    count();
    uv_idle_stop(awake_.get());
    if (wait) {
        uv_timer_start(
            timer_.get(), [](uv_timer_t* handle) { static_cast<UvHost*>(handle->data)->turn(); },
            static_cast<std::uint64_t>(wait->count()), 0);
    } else {
        uv_timer_stop(timer_.get());
    }
}

} // namespace hawser
