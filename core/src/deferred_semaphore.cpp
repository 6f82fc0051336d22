// SPDX-License-Identifier: MIT
#include <hawser/core/deferred_semaphore.h>

#include <hawser/core/detail/waiting_list.h>
#include <hawser/core/error.h>

namespace hawser {

class DeferredSemaphore::Core : public std::enable_shared_from_this<Core> {
public:
    explicit Core(std::size_t permits) noexcept : available(permits) {}

    void release() {
        ++available;
        hand_on();
    }

    void hand_on() {
        if (handing_on_) {
            return; // a waiter that gives its permit back at once: the loop below goes on, not we
        }
        const auto self = shared_from_this();
        handing_on_ = true;
        while (available > 0 && !waiting.empty()) {
            --available;
            waiting.pop().promise.resolve(Permit(self));
        }
        handing_on_ = false;
    }

    std::size_t available;
    detail::WaitingList<Permit> waiting;

private:
    bool handing_on_ = false;
};

DeferredSemaphore::Permit& DeferredSemaphore::Permit::operator=(Permit&& other) noexcept {
    if (this != &other) {
        const Permit before(std::move(*this));
        core_ = std::move(other.core_);
    }
    return *this;
}

DeferredSemaphore::Permit::~Permit() {
    if (core_) {
        std::exchange(core_, nullptr)->release();
    }
}

void DeferredSemaphore::Permit::release() {
    if (!core_) {
        throw Error(std::make_error_code(std::errc::operation_not_permitted),
                    "cannot release a permit that is not held");
    }
    std::exchange(core_, nullptr)->release();
}

DeferredSemaphore::DeferredSemaphore(std::size_t permits) {
    if (permits == 0) {
        throw Error(std::make_error_code(std::errc::invalid_argument), "a semaphore of no permits");
    }
    core_ = std::make_shared<Core>(permits);
}

DeferredSemaphore::~DeferredSemaphore() {
    core_->waiting.abandon("waiting for a permit");
}

Deferred<DeferredSemaphore::Permit> DeferredSemaphore::acquire() {
    if (std::optional<Permit> permit = try_acquire()) {
        return Deferred<Permit>::succeed(std::move(*permit));
    }
    return core_->waiting.add();
}

std::optional<DeferredSemaphore::Permit> DeferredSemaphore::try_acquire() {
    if (core_->available == 0 || !core_->waiting.empty()) {
        return std::nullopt;
    }
    --core_->available;
    return Permit(core_);
}

std::size_t DeferredSemaphore::available() const noexcept {
    return core_->available;
}

std::size_t DeferredSemaphore::waiting() const noexcept {
    return core_->waiting.size();
}

} // namespace hawser
