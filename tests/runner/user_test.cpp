// SPDX-License-Identifier: MIT
#include "user.h"

#include "child.h"
#include "exit_code.h"
#include "temporary_directory.h"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using hawser::runner::ActingAs;
using hawser::runner::ExitCode;
using hawser::runner::Failure;
using hawser::runner::User;
using runner_test::in_child;
using runner_test::TemporaryDirectory;

namespace {

struct Refusal {
    std::string text;
    ExitCode exit_code = ExitCode::ok;
};

Refusal refusal_of(const std::string& user, const std::string& group = {}) {
    try {
        const User found(user, group);
        return {};
    } catch (const Failure& failure) {
        return {failure.what(), failure.exit_code()};
    }
}

bool skipped() {
    if (::geteuid() != 0) {
        MESSAGE("skipped: only root becomes another user");
        return true;
    }
    return false;
}

constexpr uid_t nobody_has_it = 4711471;

std::vector<gid_t> groups() {
    std::vector<gid_t> groups(static_cast<std::size_t>(::getgroups(0, nullptr)));
    groups.resize(
        static_cast<std::size_t>(::getgroups(static_cast<int>(groups.size()), groups.data())));
    std::sort(groups.begin(), groups.end());
    return groups;
}

// All that the process is now, as "user/user/user group/group/group groups...".
std::string identity() {
    std::array<uid_t, 3> users{};
    std::array<gid_t, 3> mine{};
    ::getresuid(&users[0], &users[1], &users[2]);
    ::getresgid(&mine[0], &mine[1], &mine[2]);
    std::string text;
    for (const uid_t user : users) {
        text += "u" + std::to_string(user) + " ";
    }
    for (const gid_t group : mine) {
        text += "g" + std::to_string(group) + " ";
    }
    for (const gid_t group : groups()) {
        text += "+" + std::to_string(group);
    }
    return text;
}

// Root without one of its rights.
void give_up(unsigned capability) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> sets{};
    ::syscall(SYS_capget, &header, sets.data());
    sets[0].effective &= ~(1U << capability);
    sets[0].permitted &= ~(1U << capability);
    ::syscall(SYS_capset, &header, sets.data());
}

} // namespace

TEST_SUITE_BEGIN("User");

TEST_CASE("a name or a number is looked up, and brings its group along") {
    if (skipped()) {
        return;
    }
    const passwd* nobody = ::getpwnam("nobody");
    REQUIRE(nobody != nullptr);
    const uid_t uid = nobody->pw_uid;
    const gid_t gid = nobody->pw_gid;

    for (const std::string& name : {std::string("nobody"), std::to_string(uid)}) {
        CAPTURE(name);
        const User user(name);
        CHECK(user.uid() == uid);
        CHECK(user.gid() == gid);
    }
    CHECK(User("nobody", "root").gid() == 0);
    CHECK(User("nobody", "4711").gid() == 4711);
    CHECK(User("nobody", "0").uid() == uid);
    CHECK(User(std::to_string(nobody_has_it), "0").uid() == nobody_has_it);
}

TEST_CASE("whom nobody knows is an error that names it") {
    const Refusal user = refusal_of("hawser-unknown");
    CHECK(user.text == "no user \"hawser-unknown\"");
    CHECK(user.exit_code == ExitCode::no_user);

    const Refusal group = refusal_of("root", "hawser-unknown");
    CHECK(group.text == "no group \"hawser-unknown\"");
    CHECK(group.exit_code == ExitCode::no_user);

    CHECK(refusal_of(std::to_string(nobody_has_it)).text == "user 4711471 has no group: give one");
    for (const char* name : {"", "-1", "4294967295", "4294967296", "1x", " 1", "a:b"}) {
        CAPTURE(name);
        CHECK(refusal_of(name, "0").exit_code == ExitCode::no_user);
    }
}

TEST_CASE("who becomes a user has its groups, in all threads, and no way back") {
    if (skipped()) {
        return;
    }
    const User user("nobody");
    const std::string uid = std::to_string(user.uid());
    const std::string gid = std::to_string(user.gid());

    const auto child = in_child([&] {
        const std::array<gid_t, 2> too_many{4711, 4712}; // as root had them
        ::setgroups(too_many.size(), too_many.data());
        user.become();
        std::string text = identity();
        std::thread([&] {
            text += ::setuid(0) == 0 || ::setgid(0) == 0 || ::seteuid(0) == 0 ? " root again" : "";
        }).join();
        user.become(); // nothing more to do
        return text;
    });

    CHECK(child.status == 0);
    CHECK(child.said ==
          "u" + uid + " u" + uid + " u" + uid + " g" + gid + " g" + gid + " g" + gid + " +" + gid);
}

TEST_CASE("a number that nobody has gets one group and no other") {
    if (skipped()) {
        return;
    }
    const User user(std::to_string(nobody_has_it), "4711");

    const auto child = in_child([&] {
        user.become();
        return identity();
    });

    CHECK(child.said == "u4711471 u4711471 u4711471 g4711 g4711 g4711 +4711");
}

TEST_CASE("who is not root can only stay what it is") {
    if (skipped()) {
        return;
    }
    const User user("nobody");

    const auto child = in_child([&] {
        user.become();
        std::string said = refusal_of("root").text;
        said += refusal_of("root").exit_code == ExitCode::no_permission ? "; " : "?; ";
        said += refusal_of("nobody", "root").text;
        const User same("nobody");
        same.become();
        return said;
    });

    CHECK(child.status == 0);
    CHECK(child.said == "only root can become user \"root\"; only root can become user \"nobody\"");
}

TEST_CASE("a root without its rights is told which one is missing") {
    if (skipped()) {
        return;
    }
    const User user("nobody");

    const auto no_groups = in_child([&] {
        give_up(CAP_SETGID);
        user.become();
        return identity();
    });
    const auto no_user = in_child([&] {
        give_up(CAP_SETUID);
        user.become();
        return identity();
    });

    CHECK(no_groups.status == 1);
    CHECK(no_groups.said == "cannot take the groups of user \"nobody\": operation not permitted");
    CHECK(no_user.status == 1);
    CHECK(no_user.said == "cannot become user \"nobody\": operation not permitted");
}

TEST_CASE("one that could become root again is an error, not a surprise") {
    if (skipped()) {
        return;
    }
    const User user("nobody");

    const auto child = in_child([&]() -> std::string {
        // Now a change of user takes no rights away.
        if (::prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP) != 0) {
            return "cannot become user \"nobody\": the way back is open"; // not to be had here
        }
        user.become();
        return identity();
    });

    CHECK(child.said == "cannot become user \"nobody\": the way back is open");
}

TEST_CASE("who acts as a user has its rights to files, and is then who it was") {
    if (skipped()) {
        return;
    }
    const std::optional<User> user("nobody");
    const TemporaryDirectory directory; // of root alone
    const std::string path = directory.file("secret", "");

    const auto child = in_child([&] {
        const std::array<gid_t, 2> ours{4711, 4712};
        ::setgroups(ours.size(), ours.data());
        const std::string before = identity();
        std::string said;
        {
            const ActingAs acting(user);
            said +=
                ::open(path.c_str(), O_WRONLY | O_CLOEXEC) < 0 && errno == EACCES ? "no" : "yes";
            said += ::geteuid() == user->uid() && ::getegid() == user->gid() ? "" : " other";
            said += groups() == std::vector<gid_t>{user->gid()} ? "" : " groups";
        }
        said += identity() == before ? ", back" : ", " + identity();
        const ActingAs nobody_else(std::nullopt);
        said += identity() == before ? ", back" : ", " + identity();
        return said;
    });

    CHECK(child.status == 0);
    CHECK(child.said == "no, back, back");
}

TEST_CASE("a root without its rights acts as nobody, and stays what it was") {
    if (skipped()) {
        return;
    }
    const auto child = in_child([] {
        const std::optional<User> user("nobody");
        give_up(CAP_SETUID);
        const std::string before = identity();
        try {
            const ActingAs acting(user);
        } catch (const Failure& failure) {
            return std::string(failure.what()) + (identity() == before ? "" : identity());
        }
        return std::string("it does");
    });

    CHECK(child.said == "cannot act as user \"nobody\": operation not permitted");
}

TEST_CASE("root may be root") {
    if (skipped()) {
        return;
    }
    const auto child = in_child([] {
        User("root").become();
        return identity().substr(0, 18);
    });

    CHECK(child.said == "u0 u0 u0 g0 g0 g0 ");
}

TEST_SUITE_END();
