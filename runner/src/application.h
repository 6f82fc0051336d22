// SPDX-License-Identifier: MIT
/// \file
/// Application, what one `hawser` process runs.
#pragma once

#include "configuration.h"
#include "service_manager.h"
#include "user.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace hawser {
class Worker;
}

namespace hawser::runner {

class Figures;
class LogWriter;
class Plugins;
class RunningServices;

/// The services of a configuration, from their plug-ins to the end of the process.
class Application {
public:
    /// The configuration as it is by now; throws when it cannot be.
    using Reread = std::function<Configuration()>;

    /// \p plugins outlives this. Without \p reread there is nothing to read anew.
    Application(const Plugins& plugins, Configuration configuration, Reread reread = {});
    ~Application();

    [[nodiscard]] const Configuration& configuration() const noexcept { return configuration_; }

    /// Loads the plug-ins, has them make their services, and looks up the user; opens and starts
    /// nothing. Throws what is wrong.
    void check() const;

    /// Opens the log, as the user it is to become, and the pid file; starts the services in their
    /// order, those parts of all first that may need privileges, and drops these in between; runs
    /// until SIGTERM or SIGINT; then stops them in reverse, and drains connections. Returns the
    /// exit code. Throws when something cannot start: the rest is stopped then. With workers a
    /// service that one of them cannot start is such an error too.
    ///
    /// Signals that come while it starts wait until it runs. SIGUSR1 and SIGHUP open the log file
    /// anew. SIGHUP reads the configuration too, and makes the services those that it wants, see
    /// RunningServices::change_to(); one that cannot be is refused, and all goes on as it was;
    /// without log file and configuration it ends the process, as when a terminal is closed. With
    /// workers each does so, where the parent could; where they listen can then not change.
    [[nodiscard]] int run();

private:
    [[nodiscard]] std::optional<User> user() const;
    [[nodiscard]] std::vector<Endpoint> endpoints() const;
    [[nodiscard]] std::vector<int> reopen_signals() const;
    int run_with(LogWriter& log, const std::optional<User>& user);
    void serve(LogWriter& log, const std::optional<User>& user, const ServiceManager& manager,
               Worker* worker);
    int serve_as_worker(LogWriter& log, const std::optional<User>& user,
                        const ServiceManager& manager, Worker& worker);
    void parent_signaled(int number, LogWriter& log, const std::optional<User>& user,
                         const ServiceManager& manager);
    void reload_services(LogWriter& log, Figures& figures, RunningServices& services,
                         const Worker* worker);
    void check_workers_can(const Configuration& wanted) const;

    const Plugins& plugins_;
    Configuration configuration_;  // that runs
    Reread reread_;                // empty: there is none
    std::vector<Endpoint> opened_; // by the parent of workers, in this order
    unsigned reloads_ = 0;         // of the parent, that are in configuration_
    std::shared_ptr<std::atomic<unsigned>> parent_reloads_; // in memory shared with the workers
};

} // namespace hawser::runner
