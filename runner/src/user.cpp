// SPDX-License-Identifier: MIT
#include "user.h"

#include "exit_code.h"

#include <hawser/protocols/text.h>

#include <fmt/format.h>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <system_error>
#include <vector>

namespace hawser::runner {

namespace {

// Of uid_t and gid_t alike; the greatest means "leave it as it is" to the system.
std::optional<uid_t> number_in(const std::string& text) noexcept {
    uid_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && number != static_cast<uid_t>(-1) ? std::optional(number) : std::nullopt;
}

constexpr std::size_t longest_entry = 1024 * 1024; // of the data base, with all members

// Calls look_up(entry, buffer, size, found) with more and more room. Null: there is none.
template <class Entry, class LookUp>
Entry* entry_of(LookUp look_up, Entry& entry, std::vector<char>& room, const std::string& what) {
    Entry* found = nullptr;
    int error = ERANGE;
    for (std::size_t size = 4096; error == ERANGE && size <= longest_entry; size *= 4) {
        room.resize(size);
        error = look_up(&entry, room.data(), room.size(), &found);
    }
    // For "there is none", systems disagree: getpwnam_r(3).
    if (found == nullptr && error != 0 && error != ENOENT && error != ESRCH && error != EBADF &&
        error != EPERM) {
        throw Failure(ExitCode::os_error, {error, std::system_category()},
                      fmt::format("cannot look up {}", what));
    }
    return found;
}

gid_t group_named(const std::string& name) {
    const std::string what = fmt::format("group \"{}\"", printable(name));
    group entry{};
    std::vector<char> room;
    const auto by_name = [&](auto... rest) { return ::getgrnam_r(name.c_str(), rest...); };
    if (const group* found = entry_of(by_name, entry, room, what)) {
        return found->gr_gid;
    }
    if (const auto number = number_in(name)) {
        return *number;
    }
    throw Failure(ExitCode::no_user, fmt::format("no {}", what));
}

} // namespace

User::User(const std::string& user, const std::string& group)
    : given_(fmt::format("user \"{}\"", printable(user))) {
    passwd entry{};
    std::vector<char> room;
    const auto number = number_in(user);
    const auto by_name = [&](auto... rest) { return ::getpwnam_r(user.c_str(), rest...); };
    const auto by_number = [&](auto... rest) { return ::getpwuid_r(*number, rest...); };
    const passwd* found = entry_of(by_name, entry, room, given_);
    if (found == nullptr && number) {
        found = entry_of(by_number, entry, room, given_);
    }
    if (found != nullptr) {
        name_ = found->pw_name;
        uid_ = found->pw_uid;
        gid_ = found->pw_gid;
    } else if (number) {
        uid_ = *number;
    } else {
        throw Failure(ExitCode::no_user, fmt::format("no {}", given_));
    }
    if (!group.empty()) {
        gid_ = group_named(group);
    } else if (found == nullptr) {
        throw Failure(ExitCode::no_user, fmt::format("user {} has no group: give one", user));
    }
    if (::geteuid() != 0 && !is_us()) {
        throw Failure(ExitCode::no_permission, fmt::format("only root can become {}", given_));
    }
}

bool User::is_us() const noexcept {
    uid_t user = 0;
    uid_t effective_user = 0;
    uid_t saved_user = 0;
    gid_t group = 0;
    gid_t effective_group = 0;
    gid_t saved_group = 0;
    ::getresuid(&user, &effective_user, &saved_user);
    ::getresgid(&group, &effective_group, &saved_group);
    return user == uid_ && effective_user == uid_ && saved_user == uid_ && group == gid_ &&
           effective_group == gid_ && saved_group == gid_;
}

bool User::add_groups() const noexcept {
    return (name_.empty() ? ::setgroups(1, &gid_) : ::initgroups(name_.c_str(), gid_)) == 0;
}

void User::become() const {
    if (::geteuid() != 0) { // the constructor has seen that we are it
        return;
    }
    if (!add_groups() || ::setgid(gid_) != 0) { // while we still may
        throw Failure(ExitCode::no_permission, {errno, std::system_category()},
                      fmt::format("cannot take the groups of {}", given_));
    }
    if (::setuid(uid_) != 0) {
        throw Failure(ExitCode::no_permission, {errno, std::system_category()},
                      fmt::format("cannot become {}", given_));
    }
    const bool root_again = uid_ != 0 && (::setuid(0) == 0 || ::seteuid(0) == 0);
    if (root_again || !is_us()) {
        throw Failure(ExitCode::no_permission,
                      fmt::format("cannot become {}: the way back is open", given_));
    }
}

ActingAs::ActingAs(const std::optional<User>& user) {
    if (!user || ::geteuid() != 0) {
        return;
    }
    group_before_ = ::getegid();
    groups_before_.resize(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
    ::getgroups(static_cast<int>(groups_before_.size()), groups_before_.data());
    if (!user->add_groups() || ::setegid(user->gid()) != 0 || ::seteuid(user->uid()) != 0) {
        const std::error_code why(errno, std::system_category());
        static_cast<void>(return_to_root()); // as far as we went
        throw Failure(ExitCode::no_permission, why, fmt::format("cannot act as {}", user->given_));
    }
    acting_ = true;
}

ActingAs::~ActingAs() {
    if (acting_ && !return_to_root()) {
        std::abort();
    }
}

bool ActingAs::return_to_root() const noexcept {
    return ::seteuid(0) == 0 && ::setegid(group_before_) == 0 &&
           ::setgroups(groups_before_.size(), groups_before_.data()) == 0;
}

} // namespace hawser::runner
