// SPDX-License-Identifier: MIT
#include "stdio_transport.h"

#include "loop.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <string>

namespace hawser::detail {

namespace {

/// While it lives, a write to a pipe that nobody reads is an error only: SIGPIPE would end the
/// program, and its disposition is not ours to change.
class NoPipeSignal {
public:
    NoPipeSignal() noexcept {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        sigset_t pending;
        sigpending(&pending);
        pending_before_ = sigismember(&pending, SIGPIPE) == 1;
        pthread_sigmask(SIG_BLOCK, &pipe_, &mask_before_);
    }
    NoPipeSignal(const NoPipeSignal&) = delete;
    NoPipeSignal& operator=(const NoPipeSignal&) = delete;
    ~NoPipeSignal() {
        const timespec at_once{};
        if (!pending_before_) {
            sigtimedwait(&pipe_, nullptr, &at_once); // takes the one that we have caused
        }
        pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
    }

private:
    sigset_t pipe_;
    sigset_t mask_before_;
    bool pending_before_;
};

Descriptor reopen(int fd, int access) {
    struct stat file {};
    const bool shared = fstat(fd, &file) == 0 && (S_ISCHR(file.st_mode) || S_ISFIFO(file.st_mode));
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    if (shared) {
        if (Descriptor own(open(path.c_str(), access | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)); own) {
            return own;
        }
    }
    Descriptor copy(fcntl(fd, F_DUPFD_CLOEXEC, 0)); // a regular file keeps its position
    if (!copy) {
        throw Error(last_error(), fd == STDIN_FILENO ? "cannot use standard input"
                                                     : "cannot use standard output");
    }
    return copy;
}

} // namespace

void StdioTransport::start(Loop& loop, std::unique_ptr<Protocol> protocol) {
    if (loop.ending()) {
        throw Error(Errc::not_running, "cannot use standard input and output");
    }
    std::unique_ptr<StdioTransport, void (*)(StdioTransport*)> transport(
        new StdioTransport(loop), [](StdioTransport* failed) { delete failed; });
    transport->input_poll_ = transport->watcher(transport->input_.get());
    transport->output_poll_ = transport->watcher(transport->output_.get());
    loop.transports.push_back(*transport);
    // From the loop, so that no callback runs inside attach_stdio().
    transport->soon_ =
        loop.timers().add(std::chrono::nanoseconds::zero(),
                          [self = transport.get(), protocol = std::move(protocol)]() mutable {
                              self->open(std::move(protocol), nullptr);
                          });
    transport.release();
}

StdioTransport::StdioTransport(Loop& loop)
    : LoopTransport(loop.turn(), Side::connected), loop_(loop),
      input_(reopen(STDIN_FILENO, O_RDONLY)), output_(reopen(STDOUT_FILENO, O_WRONLY)) {}

StdioTransport::~StdioTransport() {
    end_protocol();
}

UvOwned<uv_poll_t> StdioTransport::watcher(int fd) {
    struct stat file {};
    if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode)) {
        return nullptr;
    }
    auto memory = std::make_unique<uv_poll_t>();
    const int code = uv_poll_init(loop_.uv(), memory.get(), fd);
    if (code == UV_EPERM) { // /dev/null and its like
        return nullptr;
    }
    uv_check(code, "cannot watch standard input and output");
    memory->data = this;
    return UvOwned<uv_poll_t>(memory.release());
}

void StdioTransport::read() noexcept {
    const std::span<char> slab = loop_.slab();
    const ssize_t count = ::read(input_.get(), slab.data(), slab.size());
    if (count > 0) {
        received(Bytes(slab.data(), static_cast<std::size_t>(count)));
    } else if (count == 0 || errno == EIO) { // EIO: the terminal has hung up
        ended();
    } else if (errno != EAGAIN && errno != EINTR) {
        broken(last_error());
    }
    if (!input_poll_ && reading()) {
        read_soon();
    }
}

void StdioTransport::read_soon() {
    soon_ = loop_.timers().add(std::chrono::nanoseconds::zero(), [this] { read(); });
}

StreamTransport::Sent StdioTransport::send(std::span<const Bytes> pieces) noexcept {
    // Until all is taken or it would block: what is always ready tells nothing of its next time.
    const NoPipeSignal no_signal;
    std::size_t sent = 0;
    for (Bytes piece : pieces) {
        while (!piece.empty()) {
            const ssize_t count = ::write(output_.get(), piece.data(), piece.size());
            if (count >= 0) {
                piece.remove_prefix(static_cast<std::size_t>(count));
                sent += static_cast<std::size_t>(count);
            } else if (errno == EAGAIN) {
                return {sent, {}};
            } else if (errno != EINTR) {
                return {sent, last_error()};
            }
        }
    }
    return {sent, {}};
}

void StdioTransport::watch(bool reading, bool writing) noexcept {
    if (input_poll_) {
        uv_poll_start(input_poll_.get(), reading ? UV_READABLE : 0,
                      [](uv_poll_t* handle, int, int) {
                          static_cast<StdioTransport*>(handle->data)->read();
                      });
    } else if (reading) {
        read_soon();
    } else {
        soon_.cancel();
    }
    if (output_poll_) {
        uv_poll_start(output_poll_.get(), writing ? UV_WRITABLE : 0,
                      [](uv_poll_t* handle, int, int) {
                          static_cast<StdioTransport*>(handle->data)->writable();
                      });
    }
}

void StdioTransport::end_output() noexcept {
    output_poll_.reset();
    output_.close();
}

void StdioTransport::close(bool) noexcept {
    input_poll_.reset();
    output_poll_.reset();
    soon_ = loop_.timers().add(std::chrono::nanoseconds::zero(), [this] {
        closed();
        delete this;
    });
}

} // namespace hawser::detail
