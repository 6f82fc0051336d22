// SPDX-License-Identifier: MIT
#include <hawser/reactor/workers.h>

#include "loop.h"
#include "socket_listener.h"
#include "worker_sockets.h"

#include <hawser/core/log.h>
#include <hawser/core/proxy_protocol.h>

#include <fmt/format.h>

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
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
    explicit SignalsHeld(const std::vector<int>& pass_on) noexcept {
        struct sigaction standard {};
        standard.sa_handler = SIG_DFL; // SIGCHLD ignored would mean children without a status
        sigaction(SIGCHLD, &standard, &child_before_);
        sigemptyset(&held_);
        for (const int number : {SIGCHLD, SIGTERM, SIGINT}) {
            sigaddset(&held_, number);
        }
        sigemptyset(&pass_on_);
        for (const int number : pass_on) {
            sigaddset(&held_, number);
            sigaddset(&pass_on_, number);
        }
        sigprocmask(SIG_BLOCK, &held_, &mask_before_);
    }
    SignalsHeld(const SignalsHeld&) = delete;
    SignalsHeld& operator=(const SignalsHeld&) = delete;
    ~SignalsHeld() { let_go(); }

    void let_go() const noexcept { let_go_but(mask_before_); }

    // Those to pass on wait on, until the worker watches them.
    void let_go_in_worker() const noexcept {
        sigset_t mask;
        sigorset(&mask, &mask_before_, &pass_on_);
        let_go_but(mask);
    }

    [[nodiscard]] bool passes_on(int number) const noexcept {
        return sigismember(&pass_on_, number) == 1;
    }

    // The next one; its number is 0 when \p until comes first.
    [[nodiscard]] siginfo_t wait(std::optional<Time> until) const noexcept {
        siginfo_t signal{};
        if (!until) {
            sigwaitinfo(&held_, &signal);
            return signal;
        }
        const auto left = std::max(*until - now(), Time::duration::zero());
        const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
        timespec wait{};
        wait.tv_sec = static_cast<time_t>(seconds.count());
        wait.tv_nsec = static_cast<long>(std::chrono::nanoseconds(left - seconds).count());
        if (sigtimedwait(&held_, &signal, &wait) < 0) {
            signal.si_signo = 0;
        }
        return signal;
    }

private:
    void let_go_but(const sigset_t& mask) const noexcept {
        sigaction(SIGCHLD, &child_before_, nullptr);
        sigprocmask(SIG_SETMASK, &mask, nullptr);
    }

    sigset_t held_;
    sigset_t pass_on_; // of these
    sigset_t mask_before_;
    struct sigaction child_before_ {};
};

struct Place {
    pid_t pid = 0; // 0: empty
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
    void signaled(const siginfo_t& signal);
    void pass_on(int signal) const;
    void send(int signal) const noexcept;
    [[nodiscard]] std::size_t living() const noexcept;
    [[nodiscard]] std::optional<Time> next() const noexcept;

    const WorkersOptions& options_;
    const std::function<int(Worker&)>& body_;
    std::vector<Place> places_;
    SignalsHeld signals_; // before the sockets: one that comes as they are opened waits too
    detail::WorkerSockets sockets_;
    pid_t self_ = getpid();
    std::optional<Time> kill_at_; // set: stopping
    std::exception_ptr threw_;    // a call of the program's, or ours
    bool killed_ = false;
    bool failed_ = false;
};

int Parent::run() {
    guarded([this] {
        start_due();
        if (options_.started) {
            options_.started();
        }
    });
    while (!kill_at_ || living() > 0) {
        guarded([this] {
            start_due();
            signaled(signals_.wait(next()));
            reap();
            kill_late();
        });
    }
    if (threw_) {
        std::rethrow_exception(threw_);
    }
    return failed_ ? 1 : 0;
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
        Worker worker(sockets_, number, self_);
        worker.end_with_parent();
        signals_.let_go_in_worker();
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
    Place& place = places_[number];
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
    replace_later(place);
    log(LogLevel::warning, "workers",
        fmt::format("worker {} {}; the next one comes in {} ms", number, how, place.pause.count()),
        {{"pid", std::to_string(pid)}});
}

void Parent::replace_later(Place& place) {
    const bool young = now() - place.started <= options_.longest_pause;
    place.pause =
        young && place.pause > milliseconds::zero() ? place.pause * 2 : options_.restart_pause;
    place.pause = std::min(place.pause, options_.longest_pause);
    place.due = now() + place.pause;
}

void Parent::signaled(const siginfo_t& signal) {
    if (signals_.passes_on(signal.si_signo)) {
        pass_on(signal.si_signo);
        return;
    }
    if (signal.si_signo != SIGTERM && signal.si_signo != SIGINT) {
        return;
    }
    stop();
    // The terminal tells all processes at once, and two signals would mean to end without delay.
    if (signal.si_code != SI_KERNEL) {
        send(SIGTERM);
    }
}

void Parent::pass_on(int signal) const {
    if (options_.signaled) {
        options_.signaled(signal);
    }
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

int run_workers(const std::vector<Endpoint>& endpoints, const std::function<int(Worker&)>& body,
                const WorkersOptions& options) {
    return Parent(endpoints, body, options).run();
}

} // namespace hawser
