// SPDX-License-Identifier: MIT
/// \file
/// run_workers(), one server in several processes that share their ports.
#pragma once

#include <hawser/core/endpoint.h>
#include <hawser/core/export.h>
#include <hawser/core/factory.h>
#include <hawser/core/listener.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace hawser {

class Reactor;

namespace detail {
class WorkerSockets;
}

/// How many processors there are for us.
[[nodiscard]] HAWSER_API std::size_t processors() noexcept;

struct WorkersOptions {
    std::size_t workers = 0; ///< Processes; 0: processors().
    /// How long workers may take to end in good order; those that are left are killed. Longer
    /// than ReactorOptions::drain_timeout, so that they can say what they left.
    std::chrono::milliseconds stop_timeout{15000};
    /// How long after its death a worker is replaced; twice as long after each that lived no longer
    /// than longest_pause, up to that.
    std::chrono::milliseconds restart_pause{100};
    std::chrono::milliseconds longest_pause{5000};
    /// Called in the parent once each worker is ready, see Worker::report_ready(); and again when
    /// they have done what a signal told them that was passed on.
    std::function<void()> ready{};
    /// Called in the parent when SIGTERM or SIGINT tells it to end, before the workers are told.
    std::function<void()> stopping{};
    /// Signals that the parent passes on to the workers, SIGHUP for one. A worker begins with them
    /// blocked, so that none ends it before it watches them: it unblocks them then.
    std::vector<int> pass_on{};
    /// Called in the parent with a signal that is passed on, before it is.
    std::function<void(int)> signaled{};
};

/// What a worker process knows.
class HAWSER_API Worker {
public:
    Worker(detail::WorkerSockets& sockets, std::size_t number, int parent, int reports) noexcept
        : sockets_(sockets), number_(number), parent_(parent), reports_(reports) {}

    [[nodiscard]] std::size_t number() const noexcept { return number_; } ///< From 0.

    /// Accepts our share of the connections of the endpoint with that index. Call once for each.
    [[nodiscard]] Listener listen(Reactor& reactor, std::shared_ptr<Factory> factory,
                                  std::size_t endpoint = 0);

    /// Tells the parent that we serve; or, after a signal that was passed on, that we have done
    /// what it asks for.
    void report_ready() const noexcept;

    /// Has the system end us by SIGTERM when our parent ends, however that ends. A worker begins
    /// so, but the system forgets it when a process becomes another user: call this after that.
    void end_with_parent() const noexcept;

private:
    detail::WorkerSockets& sockets_;
    std::size_t number_;
    int parent_;  // a process id
    int reports_; // a descriptor of the parent's pipe
};

/// Listens on \p endpoints, starts the workers and keeps them running until SIGINT or SIGTERM;
/// then ends them in good order. \p body is the main() of each: it makes a Reactor of its own,
/// and what it returns is the exit status of its process.
///
/// Each worker has a listening socket of its own for each TCP port, to which the kernel gives its
/// share of the connections (SO_REUSEPORT); a Unix socket is one for all, and so is what systemd
/// passed. `haproxy:` may stand before each, other added kinds not. The parent made them and keeps
/// them open: a port that is taken is an error before anything starts, and what comes
/// while a worker is replaced waits for the next.
///
/// A worker that ends by itself, well or not, is replaced. But one that ends with a status of
/// sysexits(3), 64 to 78, when none in its place was ever ready could not start, and the next could
/// not either: all end then, and that status is returned. SIGTERM and SIGINT are passed on as
/// SIGTERM, a second one too; a Ctrl-C has reached the workers already. Returns 0 when all then
/// ended well, 1 when one had to be killed or failed. A parent that dies takes its workers along.
///
/// Throws Error: `cannot listen on tcp:8000: address already in use`. What the calls of \p options
/// throw ends the workers, and comes out when they have ended. Precondition: the process has one
/// thread and no Reactor, of which a child would have half.
[[nodiscard]] HAWSER_API int run_workers(const std::vector<Endpoint>& endpoints,
                                         const std::function<int(Worker&)>& body,
                                         const WorkersOptions& options = {});

} // namespace hawser
