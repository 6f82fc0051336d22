// SPDX-License-Identifier: MIT
#include "child_process.h"

#include "fork_exec.h"
#include "loop.h"
#include "process_descriptors.h"

#include <hawser/core/detail/class_name.h>

#include <fmt/format.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace hawser::detail {

namespace {

constexpr const char* default_path = "/usr/local/bin:/usr/bin:/bin";

std::vector<std::string> environment_of(const ProcessOptions& options) {
    std::vector<std::string> environment;
    if (options.environment) {
        for (const auto& [name, value] : *options.environment) {
            environment.push_back(name + "=" + value);
        }
    } else {
        for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
            environment.emplace_back(*entry);
        }
    }
    return environment;
}

/// As a shell looks for it; in the PATH that the program will have.
std::vector<std::string> paths_of(const ProcessOptions& options) {
    if (options.program.find('/') != std::string::npos) {
        return {options.program};
    }
    std::string path = default_path;
    if (!options.environment) {
        const char* ours = std::getenv("PATH");
        path = ours != nullptr ? ours : path;
    } else if (const auto theirs = options.environment->find("PATH");
               theirs != options.environment->end()) {
        path = theirs->second;
    }
    std::vector<std::string> paths;
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t end = std::min(path.find(':', at), path.size());
        const std::string folder = path.substr(at, end - at);
        paths.push_back(folder.empty() ? options.program : folder + "/" + options.program);
        at = end + 1;
    }
    return paths;
}

ForkPlan plan_for(const ProcessOptions& options, const ProcessDescriptors& descriptors) {
    ForkPlan plan;
    plan.paths = paths_of(options);
    plan.arguments = options.arguments;
    plan.arguments.insert(plan.arguments.begin(), options.program);
    plan.environment = environment_of(options);
    plan.directory = options.directory;
    plan.terminal = descriptors.terminal;
    plan.user = options.user;
    plan.group = options.group;
    plan.process_group = options.process_group;
    plan.descriptors = descriptors.in_child;
    return plan;
}

/// A null byte would cut it short on its way.
bool has_null(const ForkPlan& plan) {
    const auto cut = [](const std::string& text) { return text.find('\0') != std::string::npos; };
    return std::any_of(plan.arguments.begin(), plan.arguments.end(), cut) ||
           std::any_of(plan.environment.begin(), plan.environment.end(), cut) ||
           cut(plan.directory);
}

} // namespace

/// The owner's side; it may outlive the process, and the reactor.
class ChildProcess::Handle final : public Process::Owner {
public:
    explicit Handle(ChildProcess& process) : process_(&process) { process.handle_ = this; }
    ~Handle() override {
        if (process_ != nullptr) {
            process_->handle_ = nullptr;
            process_->disown();
        }
    }
    [[nodiscard]] ProcessTransport* transport() const noexcept override { return process_; }
    void detach() noexcept override {
        if (process_ != nullptr) {
            std::exchange(process_, nullptr)->handle_ = nullptr;
        }
    }
    void process_gone() noexcept { process_ = nullptr; }

private:
    ChildProcess* process_; // null: ended, or detached
};

class ChildProcess::Pipe final : public Protocol {
public:
    Pipe(ChildProcess& process, int fd) : process_(process), fd_(fd) {}

private:
    void data_received(Bytes data) override { process_.received(fd_, data); }
    void connection_lost(std::error_code reason) override { process_.pipe_lost(fd_, reason); }
    void write_paused() override {
        if (fd_ == 0 || process_.pty_) {
            process_.call("write_paused",
                          [](ProcessProtocol& protocol) { protocol.write_paused(); });
        }
    }
    void write_resumed() override {
        if (fd_ == 0 || process_.pty_) {
            process_.call("write_resumed",
                          [](ProcessProtocol& protocol) { protocol.write_resumed(); });
        }
    }

    ChildProcess& process_; // outlives its pipes
    int fd_;
};

Process ChildProcess::spawn(Loop& loop, const ProcessOptions& options,
                            std::unique_ptr<ProcessProtocol> protocol) {
    const std::string subject = "cannot run " + options.program;
    if (loop.ending()) {
        throw Error(Errc::not_running, subject);
    }
    ProcessDescriptors descriptors = ProcessDescriptors::make(options, subject);
    const ForkPlan plan = plan_for(options, descriptors);
    if (has_null(plan) || options.program.empty()) {
        throw Error(std::make_error_code(std::errc::invalid_argument), subject);
    }
    // All that can fail comes before the process is there, but for watching its pipes.
    if (!loop.child_signal.active()) {
        loop.child_signal = SignalCall::watch(loop, SIGCHLD, [&loop] { reap_all(loop); });
    }
    auto* process = new ChildProcess(loop, options, std::move(protocol));
    auto handle = std::make_unique<Handle>(*process);
    ForkFailure failure;
    try {
        process->pid_ = fork_exec(plan, failure);
        if (process->pid_ < 0) {
            throw Error(failure.error, subject + failure.where);
        }
    } catch (...) {
        delete process; // its handle is then of nothing
        throw;
    }
    loop.processes.push_back(*process);
    try {
        for (ProcessDescriptors::Ours& each : descriptors.ours) {
            process->attach(each.fd, std::move(each.end), each.access);
        }
    } catch (...) {
        handle.reset(); // ends it
        throw;
    }
    process->soon_ =
        loop.timers().add(std::chrono::nanoseconds::zero(), [process] { process->begin(); });
    return Process(std::move(handle));
}

ChildProcess::ChildProcess(Loop& loop, const ProcessOptions& options,
                           std::unique_ptr<ProcessProtocol> protocol)
    : loop_(loop), program_(options.program), grace_(options.grace), protocol_(std::move(protocol)),
      pty_(options.pty), process_group_(options.process_group) {}

ChildProcess::~ChildProcess() {
    if (handle_ != nullptr) {
        handle_->process_gone();
    }
    if (loop_.processes.empty()) {
        loop_.child_signal = Trigger();
    }
}

void ChildProcess::attach(int fd, Descriptor end, PipeTransport::Access access) {
    ++open_;
    try {
        PipeTransport& transport =
            PipeTransport::start(loop_, std::move(end), access, std::make_unique<Pipe>(*this, fd));
        pipes_.insert_or_assign(
            fd, End{transport.ref(), &transport, access != PipeTransport::Access::write});
    } catch (...) {
        --open_;
        throw;
    }
}

void ChildProcess::begin() noexcept {
    if (!std::exchange(begun_, true)) {
        call("connection_made",
             [this](ProcessProtocol& protocol) { protocol.make_connection(*this); });
    }
}

template <class Callback>
void ChildProcess::call(const char* name, Callback callback) noexcept {
    if (!protocol_) {
        return;
    }
    const bool outermost = !std::exchange(inside_, true);
    bool threw = false;
    try {
        callback(*protocol_);
    } catch (...) {
        threw = true;
        const ProcessProtocol& protocol = *protocol_;
        guarded(class_name(typeid(protocol)) + "::" + name, [] { throw; });
    }
    if (outermost) {
        inside_ = false;
        if (disowned_) {
            protocol_.reset();
        }
    }
    if (threw) {
        cut();
    }
}

// What the process does.

void ChildProcess::received(int fd, Bytes data) noexcept {
    begin();
    call("child_data_received",
         [&](ProcessProtocol& protocol) { protocol.child_data_received(fd, data); });
}

void ChildProcess::pipe_lost(int fd, std::error_code reason) noexcept {
    begin();
    --open_;
    pipes_.erase(fd);
    bool outputs = false;
    for_each_output([&](Transport&) { outputs = true; });
    if (!outputs) {
        leave_consumers();
    }
    call("child_connection_lost",
         [&](ProcessProtocol& protocol) { protocol.child_connection_lost(fd); });
    if (reason == Errc::write_limit) {
        log(LogLevel::error, "reactor", fmt::format("killed {}: {}", program_, message_of(reason)),
            {});
        cut();
    }
    end_if_done();
}

void ChildProcess::reap_all(Loop& loop) noexcept {
    loop.processes.for_each([](ChildProcess& process) { process.reap(); });
}

void ChildProcess::reap() noexcept {
    if (exited_) {
        return;
    }
    // The number of a group is free for others once its leader is reaped: we do so at the end.
    siginfo_t info{};
    const int result = ::waitid(P_PID, static_cast<id_t>(pid_), &info,
                                WEXITED | WNOHANG | (process_group_ ? WNOWAIT : 0));
    if ((result == 0 && info.si_pid == 0) || (result != 0 && errno == EINTR)) {
        return;
    }
    if (result != 0) { // ECHILD
        log(LogLevel::warning, "reactor",
            fmt::format("somebody else has waited for {}: how it ended is not known", program_));
        status_.code = -1;
        process_group_ = false;
    } else if (info.si_code == CLD_EXITED) {
        status_.code = info.si_status;
    } else {
        status_.signal = info.si_status;
    }
    exited_ = true;
    const bool told_to = alone_ || grace_timer_.active();
    grace_timer_.cancel();
    begin();
    for (const auto& [fd, end] : pipes_) {
        if (end.connection) {
            end.transport->settle();
        }
    }
    if (told_to) {
        kill_group();
    }
    if (alone_) {
        close_pipes();
    }
    // In the next turn: by then the pipes that are over have been told.
    soon_ = loop_.timers().add(std::chrono::nanoseconds::zero(), [this] { tell_exited(); });
}

void ChildProcess::tell_exited() noexcept {
    told_ = true;
    call("process_exited", [this](ProcessProtocol& protocol) { protocol.process_exited(status_); });
    end_if_done();
}

void ChildProcess::end_if_done() noexcept {
    if (told_ && open_ == 0) {
        leave();
        if (process_group_) {
            ::waitpid(pid_, nullptr, WNOHANG);
        }
        call("process_ended",
             [this](ProcessProtocol& protocol) { protocol.process_ended(status_); });
        delete this;
    }
}

// How it is ended.

void ChildProcess::terminate() {
    assert(pid_ > 0); // to kill(2), -1 is everybody
    if (!exited_ && !grace_timer_.active()) {
        ::kill(target(), SIGTERM);
        grace_timer_ = loop_.timers().add(grace_, [this] { ::kill(target(), SIGKILL); });
    }
}

void ChildProcess::finish() noexcept {
    alone_ = true;
    guarded("ending a process", [this] { terminate(); });
    if (exited_) {
        kill_group();
        close_pipes();
    }
}

void ChildProcess::cut() noexcept {
    alone_ = true;
    if (exited_) {
        kill_group();
        close_pipes();
    } else {
        ::kill(target(), SIGKILL);
    }
}

void ChildProcess::disown() noexcept {
    disowned_ = true;
    finish();
    if (!inside_) {
        protocol_.reset();
    }
}

void ChildProcess::kill_group() noexcept {
    if (process_group_) {
        ::kill(-pid_, SIGKILL);
    }
}

void ChildProcess::close_pipes() noexcept {
    for (const auto& [fd, end] : pipes_) {
        end.connection.abort_connection();
    }
}

// What its protocol asks for.

ConnectionRef ChildProcess::child(int fd) const {
    const auto found = pipes_.find(pty_ && fd <= 2 ? 1 : fd);
    return found != pipes_.end() ? found->second.connection : ConnectionRef();
}

void ChildProcess::close_stdin() {
    if (pty_) {
        write("\x04");
    } else {
        child(0).lose_connection();
    }
}

bool ChildProcess::signal(int number) {
    if (exited_) {
        return false; // its number may be another's by now
    }
    if (::kill(target(), number) == 0) {
        return true;
    }
    throw Error(last_error(), fmt::format("cannot send signal {} to {}", number, program_));
}

template <class Visit>
void ChildProcess::for_each_output(Visit visit) {
    for (const auto& [fd, end] : pipes_) {
        if (Transport* transport = end.connection.get(); transport != nullptr && end.output) {
            visit(*transport);
        }
    }
}

void ChildProcess::pause_producing() {
    for_each_output([](Transport& output) { output.pause_producing(); });
}

void ChildProcess::resume_producing() {
    for_each_output([](Transport& output) { output.resume_producing(); });
}

void ChildProcess::stop_producing() {
    for_each_output([](Transport& output) { output.lose_connection(); });
}

} // namespace hawser::detail
