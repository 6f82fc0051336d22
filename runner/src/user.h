// SPDX-License-Identifier: MIT
/// \file
/// User, whom the program becomes when what only root may do is done, and ActingAs.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace hawser::runner {

/// A user and a group, looked up before anything starts, so that a typing error is told at once.
class User {
public:
    /// \p user and \p group are names or numbers; a group that is empty is the user's own. A number
    /// that nobody has is taken as it is, with a group. Throws Failure:
    ///
    ///     no user "hawsr"                                   ExitCode::no_user
    ///     no group "hawsr"                                  ExitCode::no_user
    ///     user 4711 has no group: give one                  ExitCode::no_user
    ///     only root can become user "hawser"                ExitCode::no_permission
    ///
    /// The last one not when we are that user, with that group, already.
    explicit User(const std::string& user, const std::string& group = {});

    /// Becomes the user, with all its groups, in every thread; for good. Call it when ports are
    /// bound and files are open. Throws Failure with ExitCode::no_permission; the process is then
    /// in between, and should end.
    void become() const;

    [[nodiscard]] uid_t uid() const noexcept { return uid_; }
    [[nodiscard]] gid_t gid() const noexcept { return gid_; }

private:
    friend class ActingAs;
    [[nodiscard]] bool is_us() const noexcept;
    [[nodiscard]] bool add_groups() const noexcept; // errno says why not

    std::string given_; // how it was named, for errors
    std::string name_;  // empty: a number that nobody has
    uid_t uid_ = 0;
    gid_t gid_ = 0;
};

/// While it lives root opens files as a user, with its groups and no other rights: in a directory
/// of that user a file may be a link to anywhere. For all threads. The way back is open, so this is
/// no protection from code that is run meanwhile.
class ActingAs {
public:
    /// Does nothing without a \p user, and where we are it already. Throws Failure with
    /// ExitCode::no_permission.
    explicit ActingAs(const std::optional<User>& user);
    ActingAs(const ActingAs&) = delete;
    ActingAs& operator=(const ActingAs&) = delete;
    ~ActingAs(); ///< Who we were. Ends the process if that cannot be.

private:
    [[nodiscard]] bool return_to_root() const noexcept;

    bool acting_ = false;
    gid_t group_before_ = 0;
    std::vector<gid_t> groups_before_;
};

} // namespace hawser::runner
