// SPDX-License-Identifier: MIT
#include "application.h"

#include "exit_code.h"
#include "figures.h"
#include "lasting_network.h"
#include "log_writer.h"
#include "pid_file.h"
#include "proxied.h"
#include "reload.h"
#include "reload_plan.h"
#include "running_services.h"
#include "status_protocol.h"
#include "trial.h"
#include "watchdog.h"
#include "worker_network.h"

#include <hawser/core/log.h>
#include <hawser/core/server_service.h>
#include <hawser/reactor/reactor.h>
#include <hawser/reactor/signal.h>
#include <hawser/reactor/system_event.h>
#include <hawser/reactor/workers.h>

#include <fmt/format.h>

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <exception>
#include <memory>
#include <new>
#include <system_error>
#include <utility>

namespace hawser::runner {

namespace {

// The log goes there for as long as this lives.
class LogTo {
public:
    explicit LogTo(LogSink& sink) noexcept : before_(set_log_sink(&sink)) {}
    LogTo(const LogTo&) = delete;
    LogTo& operator=(const LogTo&) = delete;
    ~LogTo() { set_log_sink(before_); }

private:
    LogSink* before_;
};

// \p how is SIG_BLOCK or SIG_UNBLOCK, for those that ask us to do something.
void set_signals(int how, const std::vector<int>& reopen) noexcept {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    for (const int number : reopen) {
        sigaddset(&signals, number);
    }
    sigprocmask(how, &signals, nullptr);
}

// `chat, echo`; what is empty is "none".
std::string names(const std::vector<std::string>& services) {
    return services.empty() ? "none" : fmt::format("{}", fmt::join(services, ", "));
}

// In memory that children of this process share with it.
std::shared_ptr<std::atomic<unsigned>> shared_count() {
    using Count = std::atomic<unsigned>;
    void* const memory =
        ::mmap(nullptr, sizeof(Count), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        throw Failure(ExitCode::os_error, {errno, std::system_category()},
                      "cannot share memory with workers");
    }
    return {new (memory) Count(0), [](Count* count) { ::munmap(count, sizeof(Count)); }};
}

// Each worker has its own: `unix:/run/hawser.sock.0`.
Endpoint status_of_worker(const Endpoint& endpoint, std::size_t number) {
    const std::string written = to_string(Endpoint::unix_path(endpoint.path()));
    const std::string options = to_string(endpoint).substr(written.size());
    const std::string path = fmt::format("{}.{}", endpoint.path(), number);
    return Endpoint(to_string(Endpoint::unix_path(path)) + options);
}

} // namespace

Application::Application(const Plugins& plugins, Configuration configuration, Reread reread)
    : plugins_(plugins), configuration_(std::move(configuration)), reread_(std::move(reread)) {}

Application::~Application() = default;

std::optional<User> Application::user() const {
    if (configuration_.process.user.empty()) {
        return std::nullopt;
    }
    return User(configuration_.process.user, configuration_.process.group);
}

std::vector<Endpoint> Application::endpoints() const {
    std::vector<Endpoint> all;
    for (const ServiceSpec& spec : configuration_.services) {
        for (const Endpoint& endpoint : spec.listen) {
            all.push_back(without_proxies(endpoint)); // a service reads the headers itself
        }
    }
    return all;
}

// Where SIGHUP has nothing to do it ends us, as it ends what runs in a terminal that is closed.
std::vector<int> Application::reopen_signals() const {
    std::vector<int> numbers{SIGUSR1};
    if (reread_ || !configuration_.process.log_file.empty()) {
        numbers.push_back(SIGHUP);
    }
    return numbers;
}

void Application::check() const {
    (void)user();
    for (const ServiceSpec& spec : configuration_.services) {
        try_service(plugins_, spec);
    }
}

int Application::run() {
    std::signal(SIGPIPE, SIG_IGN);            // a log that nobody reads is to end nothing
    set_signals(SIG_BLOCK, reopen_signals()); // they wait until somebody watches them
    const ProcessOptions& options = configuration_.process;
    const std::optional<User> unprivileged = user();
    LogWriter log_writer(options.log_format, options.log_levels);
    if (!options.log_file.empty()) {
        const ActingAs acting(unprivileged); // who has to open it anew one day
        log_writer.go_to(LogWriter::open(options.log_file, options.log_format));
    }
    const LogTo log_to(log_writer);
    try {
        return run_with(log_writer, unprivileged);
    } catch (...) {
        if (!options.log_file.empty()) { // standard error is told by whoever called
            log(LogLevel::critical, "hawser", message_of(std::current_exception()));
        }
        throw;
    }
}

int Application::run_with(LogWriter& log_writer, const std::optional<User>& unprivileged) {
    const ProcessOptions& options = configuration_.process;
    const ServiceManager manager;
    auto pid_file = options.pidfile.empty() ? nullptr : std::make_unique<PidFile>(options.pidfile);
    if (options.workers == 1) {
        serve(log_writer, unprivileged, manager, nullptr);
        return 0;
    }
    check(); // what is wrong is told once, not by each worker
    WorkersOptions workers;
    workers.workers = options.workers > 0 ? options.workers : processors();
    // A stop has the drain's time twice: for services, then for connections.
    workers.stop_timeout = 2 * options.drain_timeout + std::chrono::seconds(5);
    workers.ready = [&] { manager.ready(); };
    workers.stopping = [&] { manager.stopping(); };
    workers.pass_on = reopen_signals();
    workers.signaled = [&](int number) {
        parent_signaled(number, log_writer, unprivileged, manager);
    };
    const auto body = [&](Worker& worker) {
        pid_file.reset(); // the lock is the parent's: it is not to last longer
        return serve_as_worker(log_writer, unprivileged, manager, worker);
    };
    parent_reloads_ = shared_count();
    opened_ = endpoints();
    for (std::size_t number = 0; options.status && number < workers.workers; ++number) {
        opened_.push_back(status_of_worker(*options.status, number));
    }
    switch (const int code = run_workers(opened_, body, workers)) {
    case 0: return 0;
    case 1: return static_cast<int>(ExitCode::software);
    default: throw Failure(static_cast<ExitCode>(code), "a worker could not start, see the log");
    }
}

int Application::serve_as_worker(LogWriter& log_writer, const std::optional<User>& unprivileged,
                                 const ServiceManager& manager, Worker& worker) {
    try {
        serve(log_writer, unprivileged, manager, &worker);
        return 0;
    } catch (...) {
        const std::exception_ptr error = std::current_exception();
        log(LogLevel::critical, "hawser",
            fmt::format("worker {}: {}", worker.number(), message_of(error)));
        return static_cast<int>(exit_code_of(error));
    }
}

// Workers that are started later are to run what the others do by then.
void Application::parent_signaled(int number, LogWriter& log_writer,
                                  const std::optional<User>& unprivileged,
                                  const ServiceManager& manager) {
    const bool reread = number == SIGHUP && reread_;
    reread ? manager.reloading() : void(); // until all workers are ready again
    const ActingAs acting(unprivileged);   // what they may not, we refuse too
    log_writer.reopen();
    if (reread) {
        const bool done =
            reload(configuration_, log_writer, reread_, [&](const Configuration& wanted) {
                check_workers_can(wanted);
                return std::string("the workers are told");
            });
        reloads_ += done ? 1 : 0;
        *parent_reloads_ = reloads_;
    }
}

void Application::check_workers_can(const Configuration& wanted) const {
    if (!listen_alike(configuration_.services, wanted.services)) {
        throw Failure(ExitCode::config, "where services listen cannot change while workers run");
    }
    for (const std::size_t i : plan_reload(configuration_.services, wanted.services).start) {
        for (const Endpoint& endpoint : wanted.services[i].listen) {
            if (!has_fixed_address(endpoint)) { // nothing is handed on
                throw Failure(ExitCode::config,
                              fmt::format("{} listens on {}, a new port each time, and cannot "
                                          "change while workers run",
                                          wanted.services[i].name, to_string(endpoint)));
            }
        }
    }
}

void Application::serve(LogWriter& log_writer, const std::optional<User>& unprivileged,
                        const ServiceManager& manager, Worker* worker) {
    Figures figures;
    Reactor reactor({.drain_timeout = configuration_.process.drain_timeout});
    std::optional<WorkerNetwork> share;
    if (worker != nullptr) {
        share.emplace(reactor, *worker, opened_); // in the order of the sockets, come what may
    }
    Network& network = share ? static_cast<Network&>(*share) : reactor;
    const auto process_figures = [&] {
        return ProcessFigures{.loop_turns = reactor.turns(), .log_records_lost = log_writer.lost()};
    };
    const auto drain = [&] {
        if (worker != nullptr) { // it would go on being given its share, and nobody would answer
            throw Failure(ExitCode::unavailable,
                          fmt::format("a worker cannot be drained alone: stop its parent, "
                                      "process {}",
                                      ::getppid()));
        }
        if (!reactor.stopped()) { // by a signal, or by another
            reactor.stop();
        }
    };
    const StatusSubject subject{reactor, figures, log_writer, process_figures, drain};
    // Where they listen is told once, not by all of the workers.
    const bool first = worker == nullptr || worker->number() == 0;
    RunningServices services(plugins_, reactor, network, figures, configuration_.services,
                             first ? LogLevel::info : LogLevel::debug);
    std::optional<ServerService> status;
    if (const auto& endpoint = configuration_.process.status) {
        status.emplace(
            network, worker == nullptr ? *endpoint : status_of_worker(*endpoint, worker->number()),
            status_factory(subject));
        status->privileged_start();
    }
    services.privileged_start();
    if (unprivileged) {
        unprivileged->become();
        worker != nullptr ? worker->end_with_parent() : void();
    }
    services.start();

    // With workers it is the parent whom the manager knows.
    const auto ready = [&] { worker == nullptr ? manager.ready() : worker->report_ready(); };
    std::vector<Trigger> triggers;
    for (const int number : reopen_signals()) {
        triggers.push_back(on_signal(reactor, number, [&, number] {
            log_writer.reopen();
            if (number == SIGHUP && reread_) {
                worker == nullptr ? manager.reloading() : void();
                reload_services(log_writer, figures, services, worker);
            }
            ready();
        }));
    }
    // By then run() watches those that end it.
    reactor.when_running([&] { set_signals(SIG_UNBLOCK, reopen_signals()); });
    triggers.push_back(add_system_event_trigger(reactor, SystemEvent::before_shutdown,
                                                [&] { return services.stop(); }));
    reactor.when_running(ready);
    std::optional<Watchdog> watchdog;
    if (worker == nullptr) {
        watchdog.emplace(reactor, manager);
        triggers.push_back(add_system_event_trigger(reactor, SystemEvent::before_shutdown,
                                                    [&] { manager.stopping(); }));
    }
    reactor.run();
}

void Application::reload_services(LogWriter& log_writer, Figures& figures,
                                  RunningServices& services, const Worker* worker) {
    const unsigned of_parent = worker != nullptr ? parent_reloads_->load() : 0;
    const bool done = reload(configuration_, log_writer, reread_, [&](const Configuration& wanted) {
        if (worker != nullptr) {
            check_workers_can(wanted);
        }
        const ServiceChanges changes = services.change_to(wanted.services);
        return fmt::format("started {}, stopped {}", names(changes.started),
                           names(changes.stopped));
    });
    ++(done ? figures.reloads : figures.refused_reloads);
    if (done) {
        reloads_ = of_parent;
    } else if (reloads_ != of_parent) {
        log(LogLevel::error, "hawser",
            fmt::format("worker {} runs an older configuration than its parent, and than one that "
                        "would replace it",
                        worker->number()));
    }
}

} // namespace hawser::runner
