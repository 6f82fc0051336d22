// SPDX-License-Identifier: MIT
/// \file
/// spawn_process(), to run another program and talk with it.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/process_protocol.h>
#include <hawser/reactor/reactor.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hawser {

/// What a descriptor of the child is: a pipe that we write or read, the null device, or (an int) a
/// descriptor of ours that it shares. The others of ours are closed in it.
enum class ChildPipe { write, read, null };
using ChildDescriptor = std::variant<ChildPipe, int>;

/// The environment of a process: values by name.
using Environment = std::map<std::string, std::string>;

/// What to run, and how.
struct ProcessOptions {
    std::string program{};                ///< a path, or a name that is looked for in PATH
    std::vector<std::string> arguments{}; ///< behind the program's name
    /// All of it; unset: as ours.
    std::optional<Environment> environment{};
    std::string directory{};         ///< where it runs; empty: where we do
    std::optional<unsigned> user{};  ///< its user id; its group stays ours unless set as well
    std::optional<unsigned> group{}; ///< its group id; a privileged caller's other groups go too
    /// Standard input, output and error are the null device where this leaves them out.
    std::map<int, ChildDescriptor> descriptors{
        {0, ChildPipe::write}, {1, ChildPipe::read}, {2, ChildPipe::read}};
    /// Standard input, output and error are one terminal, 80 by 24, and the process leads a session
    /// on it: for programs that want to see a person. What it writes comes as standard output.
    bool pty = false;
    /// It leads a process group of its own, and all signals are for the group: for those it has
    /// started too. What is left of them when it has ended, after it was told to, is killed. The
    /// signals of a terminal, Ctrl-C, do not reach it, and from one of ours it cannot read.
    bool process_group = false;
    /// Between SIGTERM and SIGKILL, when it is to end.
    std::chrono::milliseconds grace{5000};
};

/// A process that was started, held by who wants it to run: dropping it, from anywhere, ends the
/// process, with SIGTERM and after ProcessOptions::grace with SIGKILL. Its protocol is destroyed
/// and told no more, so it may refer to what holds the Process.
///
/// When the Reactor goes first the process is ended too, and the handle does nothing any more.
class HAWSER_API Process {
public:
    /// What a Reactor implements; its destructor ends the process.
    class HAWSER_API Owner {
    public:
        virtual ~Owner();
        [[nodiscard]] virtual ProcessTransport* transport() const noexcept = 0;
        virtual void detach() noexcept = 0;
    };

    Process() noexcept; ///< Of nothing.
    explicit Process(std::unique_ptr<Owner> owner) noexcept;
    Process(Process&& other) noexcept;
    Process& operator=(Process&& other) noexcept;
    ~Process();

    /// Null once process_ended() was called.
    [[nodiscard]] ProcessTransport* transport() const noexcept;
    [[nodiscard]] explicit operator bool() const noexcept { return transport() != nullptr; }

    /// Lets it run without an owner: its protocol is told to the end. When the reactor drains or
    /// is destroyed, it is ended all the same.
    void detach() &&;

private:
    std::unique_ptr<Owner> owner_; // null: of nothing
};

/// Runs a program, with \p protocol to talk with it. It has begun when this returns, so a signal
/// reaches it; connection_made() comes from the loop. Throws Error when it cannot be run:
/// `cannot run frobnicate: no such file or directory`.
///
/// While processes run the reactor watches SIGCHLD. When it drains, as in stop(), it ends them:
/// SIGTERM at once, SIGKILL at the deadline; none is left a zombie.
[[nodiscard]] HAWSER_API Process spawn_process(Reactor& reactor, const ProcessOptions& options,
                                               std::unique_ptr<ProcessProtocol> protocol);

} // namespace hawser
