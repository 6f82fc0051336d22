// SPDX-License-Identifier: MIT
#include <hawser/reactor/trigger.h>

#include <utility>

namespace hawser {

Trigger::Call::~Call() = default;

Trigger::Trigger() noexcept = default;
Trigger::Trigger(std::unique_ptr<Call> call) noexcept : call_(std::move(call)) {}
Trigger::Trigger(Trigger&& other) noexcept = default;
Trigger& Trigger::operator=(Trigger&& other) noexcept = default;
Trigger::~Trigger() = default;

bool Trigger::active() const noexcept {
    return call_ && call_->active();
}

} // namespace hawser
