// SPDX-License-Identifier: MIT
/// \file
/// WaitingList, those who wait for something to come, in order. For the primitives alone.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/detail/intrusive_list.h>

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>

namespace hawser::detail {

/// Each waits for a T, and may bring \p With along. A member is owned by the canceller of its own
/// Promise: so it leaves when its Deferred is canceled or dropped.
template <class T, class With = std::monostate>
class WaitingList {
public:
    struct Member : ListHook<WaitingList> {
        explicit Member(With brought) : with(std::move(brought)) {}
        Promise<T> promise;
        [[no_unique_address]] With with;
    };

    WaitingList() = default;
    WaitingList(WaitingList&& other) noexcept { members_.splice(other.members_); }

    Deferred<T> add(With with = With()) {
        auto member = std::make_unique<Member>(std::move(with));
        Promise<T>& promise = member->promise;
        Deferred<T> waits = promise.deferred();
        members_.push_back(*member);
        promise.on_cancel([member = std::move(member)]() mutable { member.reset(); });
        return waits;
    }

    [[nodiscard]] bool empty() const noexcept { return members_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept {
        std::size_t count = 0;
        members_.for_each([&](const auto&) { ++count; });
        return count;
    }

    /// Takes the first out; it is destroyed when its promise has a result.
    Member& pop() noexcept { return members_.pop_front(); }

    /// Takes those out for which \p wanted, given what they brought along, is true.
    template <class Wanted>
    WaitingList take_if(Wanted wanted) {
        WaitingList taken;
        members_.for_each([&](Member& member) {
            if (wanted(member.with)) {
                member.leave();
                taken.members_.push_back(member);
            }
        });
        return taken;
    }

    /// Fails all of them; \p subject says what they waited for.
    void abandon(std::string_view subject) {
        WaitingList all(std::move(*this));
        while (!all.empty()) {
            all.pop().promise.fail(Errc::abandoned, subject);
        }
    }

private:
    IntrusiveList<Member, WaitingList> members_;
};

} // namespace hawser::detail
