// SPDX-License-Identifier: MIT
/// \file
/// ChildProcess, a process that a Loop has started.
#pragma once

#include "pipe_transport.h"

#include <hawser/core/detail/intrusive_list.h>
#include <hawser/core/timer.h>
#include <hawser/reactor/process.h>

#include <map>
#include <memory>
#include <string>

namespace hawser::detail {

class Loop;

/// Owns itself until the process is reaped, its pipes are closed and its protocol was told.
class ChildProcess final : public ProcessTransport, public ListHook<ChildProcess> {
public:
    /// Throws Error naming the program.
    static Process spawn(Loop& loop, const ProcessOptions& options,
                         std::unique_ptr<ProcessProtocol> protocol);

    static void reap_all(Loop& loop) noexcept; ///< SIGCHLD came.

    /// No time is left: SIGKILL, and pipes that others hold open are closed.
    void cut() noexcept;
    /// As terminate(); and pipes that others hold open are closed when it exits.
    void finish() noexcept;

    void close_stdin() override;
    [[nodiscard]] ConnectionRef child(int fd) const override;
    bool signal(int number) override;
    void terminate() override;
    [[nodiscard]] int pid() const noexcept override { return pid_; }
    [[nodiscard]] bool exited() const noexcept override { return exited_; }
    void pause_producing() override;
    void resume_producing() override;
    void stop_producing() override;

private:
    class Handle; // the owner's side
    class Pipe;   // the protocol of one pipe
    struct End {  // our end of one
        ConnectionRef connection;
        PipeTransport* transport; // valid while the connection is
        bool output;              // we read it
    };

    ChildProcess(Loop& loop, const ProcessOptions& options,
                 std::unique_ptr<ProcessProtocol> protocol);
    ~ChildProcess() override;

    void attach(int fd, Descriptor end, PipeTransport::Access access);
    void begin() noexcept;
    void received(int fd, Bytes data) noexcept;
    void pipe_lost(int fd, std::error_code reason) noexcept;
    void reap() noexcept;
    void tell_exited() noexcept;
    void kill_group() noexcept; // what is left of it
    void close_pipes() noexcept;
    [[nodiscard]] int target() const noexcept { return process_group_ ? -pid_ : pid_; }
    void end_if_done() noexcept;
    void disown() noexcept; // the handle was dropped

    template <class Callback>
    void call(const char* name, Callback callback) noexcept;
    template <class Visit>
    void for_each_output(Visit visit);

    Loop& loop_;
    std::string program_;
    std::chrono::milliseconds grace_;
    std::unique_ptr<ProcessProtocol> protocol_; // null: nobody is told any more
    Handle* handle_ = nullptr;                  // null: the handle is gone, or was detached
    std::map<int, End> pipes_;
    std::size_t open_ = 0; // of them
    int pid_ = -1;
    bool pty_;
    bool process_group_;    // our signals are for all of it
    bool begun_ = false;    // connection_made() was called
    bool exited_ = false;   // and reaped, unless it leads a group
    bool told_ = false;     // process_exited() was called
    bool alone_ = false;    // its pipes need not outlive it
    bool disowned_ = false; // its handle was dropped
    bool inside_ = false;   // a callback
    ExitStatus status_;
    Timer soon_; // to begin, to tell of the exit
    Timer grace_timer_;
};

} // namespace hawser::detail
