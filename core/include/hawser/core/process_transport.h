// SPDX-License-Identifier: MIT
/// \file
/// ProcessTransport, a process of ours as its ProcessProtocol sees it.
#pragma once

#include <hawser/core/bytes.h>
#include <hawser/core/connection_ref.h>
#include <hawser/core/export.h>
#include <hawser/core/producer.h>

namespace hawser {

/// A process that runs, and the pipes to it. Each pipe is a Transport of its own: a queue with
/// marks and a cap towards it, pauses on what comes from it.
///
/// Nothing here calls a protocol back before it returns. After the end calls do nothing.
///
/// As a Producer it is all its outputs together: paused, the process waits in its next write.
class HAWSER_API ProcessTransport : public Producer {
public:
    ProcessTransport() = default;
    ProcessTransport(const ProcessTransport&) = delete;
    ProcessTransport& operator=(const ProcessTransport&) = delete;
    ~ProcessTransport() override;

    /// Queues \p data for its standard input. Past the queue's cap, 16 MiB unless set with
    /// child(0).get()->set_write_limit(), the process is killed: it would take what it has read
    /// so far for the whole.
    void write(Bytes data) { child(0).write(data); }

    /// Sends the queue, for as long as that takes, then closes its standard input. On a terminal
    /// it types the character that means the end, Ctrl-D.
    virtual void close_stdin() = 0;

    /// The pipe to its descriptor \p fd: to write, to pause and resume, to register producers, to
    /// close. Of no connection when there is none, or it is closed.
    [[nodiscard]] virtual ConnectionRef child(int fd) const = 0;

    /// Sends the signal \p number to the process, or to the group that it leads. False when it has
    /// exited. Throws std::errc::invalid_argument for what is no signal.
    virtual bool signal(int number) = 0;

    /// SIGTERM now, and SIGKILL when it is still there after ProcessOptions::grace.
    virtual void terminate() = 0;

    [[nodiscard]] virtual int pid() const noexcept = 0; ///< Known after the end too.
    [[nodiscard]] virtual bool exited() const noexcept = 0;
};

} // namespace hawser
