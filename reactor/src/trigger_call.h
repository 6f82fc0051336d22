// SPDX-License-Identifier: MIT
/// \file
/// TriggerCall, the reactor's side of a Trigger.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/detail/intrusive_list.h>
#include <hawser/core/unique_function.h>
#include <hawser/reactor/trigger.h>

#include <string_view>
#include <utility>

namespace hawser::detail {

class Loop;

class TriggerCall : public Trigger::Call, public ListHook<TriggerCall> {
public:
    explicit TriggerCall(UniqueFunction<Deferred<>()> call) noexcept : call_(std::move(call)) {}
    ~TriggerCall() override {
        if (gone_ != nullptr) {
            *gone_ = true;
        }
    }

    /// An exception is reported as one of \p what. This may have \p gone when it returns.
    Deferred<> fire(std::string_view what, bool& gone) noexcept;

    /// Keeps what fire() gave until it is done: it goes with the Trigger, because it may touch
    /// what the Trigger is a member of. Who waits for it outside of \p loop is then told.
    void keep(Deferred<> done, Loop& loop);
    [[nodiscard]] bool under_way() const noexcept { return under_way_; }
    /// What keep() has kept. It is then not under way any more.
    Deferred<> let_go() noexcept;

    [[nodiscard]] bool active() const noexcept final { return listed(); }

private:
    UniqueFunction<Deferred<>()> call_;
    Deferred<> kept_;
    bool under_way_ = false;
    bool* gone_ = nullptr; // set while it is being called: told when it is destroyed
};

using TriggerCalls = IntrusiveList<TriggerCall, TriggerCall>;

} // namespace hawser::detail
