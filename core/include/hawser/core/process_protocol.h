// SPDX-License-Identifier: MIT
/// \file
/// ProcessProtocol, the class you derive from to talk with a process.
#pragma once

#include <hawser/core/bytes.h>
#include <hawser/core/exit_status.h>
#include <hawser/core/export.h>
#include <hawser/core/process_transport.h>

namespace hawser {

/// The conversation with one process. Its process owns it and calls it from the loop:
///
///     connection_made()         first, once: the program runs
///     child_data_received()     any number of times, for each descriptor
///     child_connection_lost()   once for each pipe to the process
///     process_exited()          once; what it wrote before has been received, unless paused
///     process_ended()           last, once; then the protocol is destroyed
///
/// A child of the process may keep its pipes open for longer: what comes through them is still
/// received after process_exited(), and process_ended() waits for it.
///
/// An exception that leaves a callback is reported, and the process is killed.
class HAWSER_API ProcessProtocol {
public:
    ProcessProtocol();
    ProcessProtocol(const ProcessProtocol&) = delete;
    ProcessProtocol& operator=(const ProcessProtocol&) = delete;
    virtual ~ProcessProtocol();

    /// The program runs: transport() may be used from here on.
    virtual void connection_made();

    virtual void out_received(Bytes data); ///< It wrote to its standard output.
    virtual void err_received(Bytes data); ///< It wrote to its standard error.

    /// It wrote to its descriptor \p fd. The default calls the two above for 1 and 2.
    virtual void child_data_received(int fd, Bytes data);

    virtual void in_connection_lost();  ///< Its standard input is closed, by either side.
    virtual void out_connection_lost(); ///< Its standard output is.
    virtual void err_connection_lost(); ///< Its standard error is.

    /// The pipe to its descriptor \p fd is closed, by either side. The default calls the three
    /// above for 0, 1 and 2.
    virtual void child_connection_lost(int fd);

    /// What is queued for its standard input is above the high mark: it reads slower than we write.
    virtual void write_paused();
    virtual void write_resumed(); ///< The queue is back at its low mark.

    virtual void process_exited(ExitStatus status); ///< It is no more.
    virtual void process_ended(ExitStatus status);  ///< And all its pipes are closed.

    /// What a process does to start: remembers \p transport, then calls connection_made().
    void make_connection(ProcessTransport& transport);

protected:
    /// Precondition: make_connection() was called.
    [[nodiscard]] ProcessTransport& transport() const noexcept;

private:
    ProcessTransport* transport_ = nullptr; // null before make_connection()
};

} // namespace hawser
