// SPDX-License-Identifier: MIT
#include "activated_sockets.h"

#include <hawser/core/detail/no_such_name.h>
#include <hawser/core/error.h>

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <optional>
#include <utility>

namespace hawser::detail {

namespace {

constexpr int first_passed = 3; // SD_LISTEN_FDS_START

/// What the environment has, which then has it no more.
std::optional<std::string> taken_variable(const char* name) {
    const char* value = std::getenv(name);
    std::optional<std::string> taken =
        value != nullptr ? std::optional<std::string>(value) : std::nullopt;
    unsetenv(name);
    return taken;
}

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size() && value >= 0;
    return whole ? std::optional(value) : std::nullopt;
}

/// Splits at colons; one more than there are.
std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t colon = text.find(':');
        parts.emplace_back(text.substr(0, colon));
        if (colon == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(colon + 1);
    }
}

bool is_open(int fd) noexcept {
    return fcntl(fd, F_GETFD) != -1;
}

/// Whether \p fd is open on what \p original is: every socket is a file of its own.
bool is_same_socket(int fd, const Descriptor& original) noexcept {
    struct stat one {};
    struct stat other {};
    return fstat(fd, &one) == 0 && fstat(original.get(), &other) == 0 &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

} // namespace

Descriptor ActivatedSockets::socket(const Endpoint& endpoint, AdoptedSocket as,
                                    std::string_view subject) {
    if (!std::exchange(taken_, true)) {
        take();
    }
    Socket& socket = find(endpoint, subject);
    if (socket.lent >= 0 && is_same_socket(socket.lent, socket.descriptor)) {
        throw Error(Errc::already_listening, subject);
    }
    Descriptor ours = adopted_duplicate(socket.descriptor.get(), endpoint.options(), as, subject);
    socket.lent = ours.get();
    return ours;
}

void ActivatedSockets::take() {
    const auto pid = taken_variable("LISTEN_PID");
    const auto count = taken_variable("LISTEN_FDS");
    const auto names = taken_variable("LISTEN_FDNAMES");
    if (!pid || !count) {
        none_because_ = fmt::format("{} is not set", !pid ? "LISTEN_PID" : "LISTEN_FDS");
    } else if (number(*pid) != getpid()) {
        none_because_ = fmt::format("LISTEN_PID is \"{}\", this process is {}", *pid, getpid());
    } else if (const auto passed = number(*count); !passed) {
        none_because_ = fmt::format("LISTEN_FDS is \"{}\", which is no number", *count);
    } else if (*passed == 0) {
        none_because_ = "LISTEN_FDS is 0";
    } else {
        take_passed(*passed, names);
    }
}

void ActivatedSockets::take_passed(int count, const std::optional<std::string>& names) {
    for (int i = 0; i < count; ++i) {
        if (!is_open(first_passed + i)) {
            none_because_ = fmt::format("LISTEN_FDS is {}, but descriptor {} is not open", count,
                                        first_passed + i);
            return;
        }
    }
    const auto size = static_cast<std::size_t>(count);
    std::vector<std::string> called =
        names ? split(*names) : std::vector<std::string>(size, "unknown"); // as systemd has it
    if (called.size() != size) {
        none_because_ =
            fmt::format("LISTEN_FDNAMES has {} names for {} sockets", called.size(), size);
        return;
    }
    for (int i = 0; i < count; ++i) {
        Descriptor passed(first_passed + i);
        fcntl(passed.get(), F_SETFD, FD_CLOEXEC);
        sockets_.push_back({std::move(called[static_cast<std::size_t>(i)]), std::move(passed)});
    }
}

ActivatedSockets::Socket& ActivatedSockets::find(const Endpoint& endpoint,
                                                 std::string_view subject) {
    const auto fail = [&](std::string_view why) {
        throw Error(Errc::no_such_socket, fmt::format("{}: {}", subject, why));
    };
    if (sockets_.empty()) {
        fail(none_because_);
    }
    std::vector<Socket*> found;
    std::vector<std::string_view> names;
    for (Socket& socket : sockets_) {
        names.push_back(socket.name);
        if (endpoint.socket_name().empty() || endpoint.socket_name() == socket.name) {
            found.push_back(&socket);
        }
    }
    const std::size_t index = endpoint.socket_index().value_or(0);
    if (index >= found.size()) {
        fail(fmt::format("there {} {}", sockets_.size() == 1 ? "is" : "are", listed(names)));
    }
    if (!endpoint.socket_index() && found.size() > 1) {
        fail(fmt::format("{} have this name, so an index from 0 to {} is needed", found.size(),
                         found.size() - 1));
    }
    return *found[index];
}

} // namespace hawser::detail
