// SPDX-License-Identifier: MIT
/// \file
/// A list whose links are part of its members: to join and to leave allocates nothing.
#pragma once

namespace hawser::detail {

/// The links of one member; leaves its list when it is destroyed. Derive once for each list an
/// object can be in, with a Tag to tell them apart.
template <class Tag>
class ListHook {
public:
    ListHook() noexcept = default;
    ListHook(const ListHook&) = delete;
    ListHook& operator=(const ListHook&) = delete;
    ~ListHook() { leave(); }

    [[nodiscard]] bool listed() const noexcept { return next_ != this; }
    void leave() noexcept {
        next_->previous_ = previous_;
        previous_->next_ = next_;
        next_ = previous_ = this;
    }

private:
    template <class, class>
    friend class IntrusiveList;
    ListHook* next_ = this;
    ListHook* previous_ = this;
};

/// Owns none of its members.
template <class T, class Tag>
class IntrusiveList {
public:
    using Hook = ListHook<Tag>;

    IntrusiveList() noexcept = default;
    IntrusiveList(const IntrusiveList&) = delete;
    IntrusiveList& operator=(const IntrusiveList&) = delete;
    ~IntrusiveList() {
        while (!empty()) {
            ends_.next_->leave();
        }
    }

    [[nodiscard]] bool empty() const noexcept { return ends_.next_ == &ends_; }
    [[nodiscard]] T& front() const noexcept { return *static_cast<T*>(ends_.next_); }

    void push_back(T& member) noexcept {
        Hook& hook = member;
        hook.previous_ = ends_.previous_;
        hook.next_ = &ends_;
        hook.previous_->next_ = &hook;
        ends_.previous_ = &hook;
    }

    T& pop_front() noexcept {
        T& member = front();
        static_cast<Hook&>(member).leave();
        return member;
    }

    /// Takes all members of \p other, behind our own.
    void splice(IntrusiveList& other) noexcept {
        if (other.empty()) {
            return;
        }
        other.ends_.next_->previous_ = ends_.previous_;
        ends_.previous_->next_ = other.ends_.next_;
        other.ends_.previous_->next_ = &ends_;
        ends_.previous_ = other.ends_.previous_;
        other.ends_.next_ = other.ends_.previous_ = &other.ends_;
    }

    /// Calls \p visit with each member; the visited one may leave.
    template <class Visit>
    void for_each(Visit visit) const {
        for (Hook* hook = ends_.next_; hook != &ends_;) {
            T& member = *static_cast<T*>(hook);
            hook = hook->next_;
            visit(member);
        }
    }

private:
    Hook ends_;
};

} // namespace hawser::detail
