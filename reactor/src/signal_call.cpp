// SPDX-License-Identifier: MIT
#include "signal_call.h"

#include "loop.h"

#include <hawser/reactor/signal.h>

#include <fmt/format.h>

#include <cstring>

namespace hawser {

namespace detail {

namespace {

std::string name_of_signal(int number) {
    const char* name = sigabbrev_np(number);
    return name != nullptr ? fmt::format("signal {} ({})", number, name)
                           : fmt::format("signal {}", number);
}

} // namespace

SignalCall::SignalCall(int number, UniqueFunction<void()> call)
    : TriggerCall([call = std::move(call)]() mutable {
          call();
          return Deferred<>::succeed();
      }),
      disposition_(number) {}

Trigger SignalCall::watch(Loop& loop, int number, UniqueFunction<void()> call) {
    const std::string subject = "cannot watch " + name_of_signal(number);
    std::unique_ptr<SignalCall> made(new SignalCall(number, std::move(call)));
    made->handle_ = make_handle<uv_signal_t>(made.get(), subject, loop.uv(), uv_signal_init);
    uv_check(uv_signal_start(
                 made->handle_.get(),
                 [](uv_signal_t* handle, int) {
                     auto* self = static_cast<SignalCall*>(handle->data);
                     bool gone = false;
                     const Deferred<> done = self->fire("a signal's call", gone);
                 },
                 number),
             subject);
    loop.signals.push_back(*made);
    loop.armed();
    return Trigger(std::move(made));
}

void SignalCall::end() noexcept {
    handle_.reset();
    disposition_.reset();
    leave();
}

} // namespace detail

Trigger on_signal(Reactor& reactor, int number, UniqueFunction<void()> call) {
    return detail::SignalCall::watch(detail::loop_of(reactor), number, std::move(call));
}

} // namespace hawser
