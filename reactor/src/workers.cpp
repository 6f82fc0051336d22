// SPDX-License-Identifier: MIT
#include <hawser/reactor/workers.h>

#include "loop.h"
#include "no_pipe_signal.h"
#include "socket_listener.h"
#include "worker_sockets.h"

#include <hawser/core/log.h>
#include <hawser/core/proxy_protocol.h>

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>

namespace hawser {

namespace {

using Time = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

Time now() {
    return std::chrono::steady_clock::now();
}

// SIGCHLD, SIGTERM, SIGINT and those to pass on wait until they are asked for.
class SignalsHeld {
public:
    explicit SignalsHeld(const std::vector<int>& pass_on) {
        sigset_t held;
        sigemptyset(&held);
        for (const int number : {SIGCHLD, SIGTERM, SIGINT}) {
            sigaddset(&held, number);
        }
        sigemptyset(&pass_on_);
        for (const int number : pass_on) {
            sigaddset(&held, number);
            sigaddset(&pass_on_, number);
        }
        arrived_ = Descriptor(signalfd(-1, &held, SFD_NONBLOCK | SFD_CLOEXEC));
        if (!arrived_) {
            throw Error(detail::last_error(), "cannot wait for signals");
        }
        struct sigaction standard {};
        standard.sa_handler = SIG_DFL; // SIGCHLD ignored would mean children without a status
        sigaction(SIGCHLD, &standard, &child_before_);
        sigprocmask(SIG_BLOCK, &held, &mask_before_);
    }
    SignalsHeld(const SignalsHeld&) = delete;
    SignalsHeld& operator=(const SignalsHeld&) = delete;
    ~SignalsHeld() { let_go(); }

    void let_go() const noexcept { let_go_but(mask_before_); }

    // Those to pass on wait on, until the worker watches them.
    void let_go_in_worker() noexcept {
        arrived_.close();
        sigset_t mask;
        sigorset(&mask, &mask_before_, &pass_on_);
        let_go_but(mask);
    }

    [[nodiscard]] bool passes_on(int number) const noexcept {
        return sigismember(&pass_on_, number) == 1;
    }

    // The next one; its number is 0 when \p until comes first, or something to read from \p other.
    [[nodiscard]] signalfd_siginfo wait(std::optional<Time> until,
                                        const Descriptor& other) const noexcept {
        const auto left = std::max(until.value_or(now()) - now(), Time::duration::zero());
        const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
        timespec longest{};
        longest.tv_sec = static_cast<time_t>(seconds.count());
        longest.tv_nsec = static_cast<long>(std::chrono::nanoseconds(left - seconds).count());
        std::array<pollfd, 2> sources{{{arrived_.get(), POLLIN, 0}, {other.get(), POLLIN, 0}}};
        ppoll(sources.data(), sources.size(), until ? &longest : nullptr, nullptr);
        signalfd_siginfo signal{};
        if (read(arrived_.get(), &signal, sizeof(signal)) < 0) {
            signal.ssi_signo = 0;
        }
        return signal;
    }

private:
    void let_go_but(const sigset_t& mask) const noexcept {
        sigaction(SIGCHLD, &child_before_, nullptr);
        sigprocmask(SIG_SETMASK, &mask, nullptr);
    }

    Descriptor arrived_; // signals that are held, to be read
    sigset_t pass_on_;   // of these
    sigset_t mask_before_;
    struct sigaction child_before_ {};
};

// How workers report to their parent: each report is the number of one that is ready.
struct Reports {
    Reports() {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) != 0) {
            throw Error(detail::last_error(), "cannot make a pipe for workers");
        }
        reading = Descriptor(ends[0]);
        writing = Descriptor(ends[1]);
    }

    // What was reported since it was asked last.
    [[nodiscard]] std::optional<std::size_t> next() const noexcept {
        std::size_t number = 0;
        const bool whole = read(reading.get(), &number, sizeof(number)) == sizeof(number);
        return whole ? std::optional(number) : std::nullopt;
    }

    Descriptor reading;
    Descriptor writing;
};

// In a worker that ended: it could not start, and its next would not either.
bool is_lasting_failure(int status) noexcept {
    return WIFEXITED(status) && WEXITSTATUS(status) >= EX__BASE && WEXITSTATUS(status) <= EX__MAX;
}

struct Place {
    pid_t pid = 0;      // 0: empty
    bool ready = false; // since it was filled, or told to do something
    bool ever_ready = false;
    Time started;
    Time due;                                  // when empty: to be filled then
    milliseconds pause = milliseconds::zero(); // before it was filled last
};

class Parent {
public:
    Parent(const std::vector<Endpoint>& endpoints, const std::function<int(Worker&)>& body,
           const WorkersOptions& options)
        : options_(options), body_(body),
          places_(options.workers > 0 ? options.workers : processors()), signals_(options.pass_on),
          sockets_(endpoints, places_.size()) {}

    int run();

private:
    template <class Call>
    void guarded(Call call) noexcept;
    void stop() noexcept;
    void kill_late();
    void start_due();
    void start(std::size_t number);
    [[noreturn]] void be_worker(std::size_t number);
    void reap();
    void ended(std::size_t number, int status);
    void replace_later(Place& place);
    void end_for(std::size_t number, int status);
    void hear_reports();
    void tell_when_ready();
    void signaled(const signalfd_siginfo& signal);
    void pass_on(int signal);
    void send(int signal) const noexcept;
    [[nodiscard]] std::size_t living() const noexcept;
    [[nodiscard]] std::optional<Time> next() const noexcept;

    const WorkersOptions& options_;
    const std::function<int(Worker&)>& body_;
    std::vector<Place> places_;
    SignalsHeld signals_; // before the sockets: one that comes as they are opened waits too
    detail::WorkerSockets sockets_;
    Reports reports_;
    pid_t self_ = getpid();
    std::optional<Time> kill_at_; // set: stopping
    std::exception_ptr threw_;    // a call of the program's, or ours
    bool told_ready_ = false;     // the program, that all are
    bool killed_ = false;
    bool failed_ = false;
    int start_failure_ = 0; // set: the status of a worker that could not start
};

int Parent::run() {
    while (!kill_at_ || living() > 0) {
        guarded([this] {
            start_due();
            signaled(signals_.wait(next(), reports_.reading));
            hear_reports();
            reap();
            tell_when_ready();
            kill_late();
        });
    }
    if (threw_) {
        std::rethrow_exception(threw_);
    }
    return start_failure_ != 0 ? start_failure_ : failed_ ? 1 : 0;
}

// What is thrown comes out when the workers have ended: nobody else would end them.
template <class Call>
void Parent::guarded(Call call) noexcept {
    try {
        call();
    } catch (...) {
        threw_ = threw_ ? threw_ : std::current_exception();
        stop();
        send(SIGTERM);
    }
}

void Parent::stop() noexcept {
    if (!kill_at_) {
        kill_at_ = now() + options_.stop_timeout;
        sockets_.close(); // the workers close theirs: nobody is to be let in and not served
    }
}

void Parent::kill_late() {
    if (kill_at_ && !killed_ && *kill_at_ <= now() && living() > 0) {
        log(LogLevel::warning, "workers",
            fmt::format("killing workers that did not end in time: {}", living()));
        send(SIGKILL);
        killed_ = failed_ = true;
    }
}

void Parent::start_due() {
    for (std::size_t number = 0; !kill_at_ && number < places_.size(); ++number) {
        if (places_[number].pid == 0 && places_[number].due <= now()) {
            start(number);
        }
    }
}

void Parent::start(std::size_t number) {
    std::fflush(nullptr); // else what waits in buffers is written twice
    Place& place = places_[number];
    place.started = now();
    place.pid = fork();
    if (place.pid == 0) {
        be_worker(number);
    }
    if (place.pid < 0) {
        const std::error_code error(errno, std::system_category());
        place.pid = 0;
        replace_later(place);
        log(LogLevel::error, "workers",
            fmt::format("cannot start worker {}: {}; next try in {} ms", number, message_of(error),
                        place.pause.count()));
    }
}

void Parent::be_worker(std::size_t number) {
    int status = 1;
    try {
        Worker worker(sockets_, number, self_, reports_.writing.get());
        worker.end_with_parent();
        signals_.let_go_in_worker();
        reports_.reading.close();
        sockets_.keep_only(number);
        status = body_(worker);
    } catch (...) {
        log(LogLevel::error, "workers",
            fmt::format("worker {} threw: {}", number, message_of(std::current_exception())));
    }
    std::fflush(nullptr);
    _exit(status); // the rest of this stack is the parent's
}

void Parent::reap() {
    for (std::size_t number = 0; number < places_.size(); ++number) {
        int status = 0;
        if (places_[number].pid > 0 && waitpid(places_[number].pid, &status, WNOHANG) > 0) {
            ended(number, status);
        }
    }
}

void Parent::ended(std::size_t number, int status) {
    hear_reports(); // it may have been ready before
    Place& place = places_[number];
    place.ready = false;
    const pid_t pid = std::exchange(place.pid, 0);
    const std::string how = WIFSIGNALED(status)
                                ? fmt::format("was ended by signal {}", WTERMSIG(status))
                                : fmt::format("ended with status {}", WEXITSTATUS(status));
    if (kill_at_) {
        // One that had not come so far as to watch signals had nothing to lose.
        const bool well = status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
        failed_ = failed_ || !well;
        log(well ? LogLevel::debug : LogLevel::warning, "workers",
            fmt::format("worker {} {}", number, how), {{"pid", std::to_string(pid)}});
        return;
    }
    if (!place.ever_ready && is_lasting_failure(status)) {
        end_for(number, WEXITSTATUS(status));
        return;
    }
    replace_later(place);
    log(LogLevel::warning, "workers",
        fmt::format("worker {} {}; the next one comes in {} ms", number, how, place.pause.count()),
        {{"pid", std::to_string(pid)}});
}

// The others go as well: what one cannot be they cannot.
void Parent::end_for(std::size_t number, int status) {
    start_failure_ = status;
    stop();
    send(SIGTERM);
    log(LogLevel::error, "workers",
        fmt::format("worker {} could not start: it ended with status {}", number, status));
}

void Parent::hear_reports() {
    while (const auto number = reports_.next()) {
        if (*number < places_.size()) { // it may be no user whom we trust
            places_[*number].ready = places_[*number].ever_ready = true;
        }
    }
}

void Parent::tell_when_ready() {
    const bool all =
        std::all_of(places_.begin(), places_.end(), [](const Place& place) { return place.ready; });
    if (all && !kill_at_ && !std::exchange(told_ready_, true) && options_.ready) {
        options_.ready();
    }
}

void Parent::replace_later(Place& place) {
    const bool young = now() - place.started <= options_.longest_pause;
    place.pause =
        young && place.pause > milliseconds::zero() ? place.pause * 2 : options_.restart_pause;
    place.pause = std::min(place.pause, options_.longest_pause);
    place.due = now() + place.pause;
}

void Parent::signaled(const signalfd_siginfo& signal) {
    const int number = static_cast<int>(signal.ssi_signo);
    if (signals_.passes_on(number)) {
        pass_on(number);
        return;
    }
    if (number != SIGTERM && number != SIGINT) {
        return;
    }
    const bool first = !kill_at_;
    stop();
    if (first && options_.stopping) {
        options_.stopping();
    }
    // The terminal tells all processes at once, and two signals would mean to end without delay.
    if (signal.ssi_code != SI_KERNEL) {
        send(SIGTERM);
    }
}

void Parent::pass_on(int signal) {
    if (options_.signaled) {
        options_.signaled(signal);
    }
    hear_reports(); // what was said before is no answer
    for (Place& place : places_) {
        place.ready = false; // until it has done what the signal asks for
    }
    told_ready_ = false;
    send(signal);
}

void Parent::send(int signal) const noexcept {
    for (const Place& place : places_) {
        if (place.pid > 0) {
            kill(place.pid, signal);
        }
    }
}

std::size_t Parent::living() const noexcept {
    return static_cast<std::size_t>(std::count_if(
        places_.begin(), places_.end(), [](const Place& place) { return place.pid > 0; }));
}

// When there is something to do, if no signal comes before.
std::optional<Time> Parent::next() const noexcept {
    if (kill_at_) {
        return killed_ ? std::nullopt : kill_at_;
    }
    std::optional<Time> first;
    for (const Place& place : places_) {
        if (place.pid == 0 && (!first || place.due < *first)) {
            first = place.due;
        }
    }
    return first;
}

} // namespace

std::size_t processors() noexcept {
    cpu_set_t ours;
    CPU_ZERO(&ours);
    return sched_getaffinity(0, sizeof(ours), &ours) == 0
               ? static_cast<std::size_t>(std::max(CPU_COUNT(&ours), 1))
               : 1;
}

Listener Worker::listen(Reactor& reactor, std::shared_ptr<Factory> factory, std::size_t endpoint) {
    for (std::size_t proxies = sockets_.proxies(endpoint); proxies > 0; --proxies) {
        factory = behind_proxy(std::move(factory), reactor);
    }
    return detail::SocketListener::listen(detail::loop_of(reactor), sockets_.endpoint(endpoint),
                                          sockets_.take(endpoint, number_), {}, std::move(factory));
}

void Worker::end_with_parent() const noexcept {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent_) { // it has gone meanwhile
        raise(SIGTERM);
    }
}

void Worker::report_ready() const noexcept {
    const detail::NoPipeSignal no_signal; // our parent may have ended
    // One that finds the pipe full, after thousands, is not missed: those before it say the same.
    [[maybe_unused]] const ssize_t written = write(reports_, &number_, sizeof(number_));
}

int run_workers(const std::vector<Endpoint>& endpoints, const std::function<int(Worker&)>& body,
                const WorkersOptions& options) {
    return Parent(endpoints, body, options).run();
}

} // namespace hawser
