// SPDX-License-Identifier: MIT
#include "stdio_transport.h"

#include "loop.h"
#include "write_pieces.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace hawser::detail {

namespace {

// uv_poll_init() makes what it watches non-blocking, for all who share its description: where a
// second opening was not possible, a socket for instance, it is put back at the end.
int flags_of(const Descriptor& descriptor) noexcept {
    return fcntl(descriptor.get(), F_GETFL);
}

void put_back(const Descriptor& descriptor, int flags) noexcept {
    if (descriptor && flags >= 0) {
        fcntl(descriptor.get(), F_SETFL, flags);
    }
}

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

StdioTransport& StdioTransport::make(Loop& loop) {
    if (loop.ending()) {
        throw Error(Errc::not_running, "cannot use standard input and output");
    }
    std::unique_ptr<StdioTransport, void (*)(StdioTransport*)> transport(
        new StdioTransport(loop), [](StdioTransport* failed) { delete failed; });
    transport->input_poll_ = transport->watcher(transport->input_.get());
    transport->output_poll_ = transport->watcher(transport->output_.get());
    loop.transports.push_back(*transport);
    return *transport.release();
}

StdioTransport& StdioTransport::start(Loop& loop, std::unique_ptr<Protocol> protocol,
                                      std::shared_ptr<Factory> factory) {
    StdioTransport& transport = make(loop);
    transport.open(std::move(protocol), std::move(factory));
    return transport;
}

void StdioTransport::start_soon(Loop& loop, std::unique_ptr<Protocol> protocol) {
    StdioTransport& transport = make(loop);
    transport.soon_ = loop.timers().add(std::chrono::nanoseconds::zero(),
                                        [&transport, protocol = std::move(protocol)]() mutable {
                                            transport.open(std::move(protocol), nullptr);
                                        });
}

StdioTransport::StdioTransport(Loop& loop)
    : LoopTransport(loop.turn(), Side::connected), loop_(loop),
      input_(reopen(STDIN_FILENO, O_RDONLY)), output_(reopen(STDOUT_FILENO, O_WRONLY)),
      input_flags_(flags_of(input_)), output_flags_(flags_of(output_)) {}

StdioTransport::~StdioTransport() {
    end_protocol();
    put_back(input_, input_flags_);
    put_back(output_, output_flags_);
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
    const auto [count, error] = write_pieces(output_.get(), pieces);
    return {count, error};
}

void StdioTransport::watch(bool reading, bool writing) noexcept {
    int code = 0;
    if (input_poll_) {
        code = uv_poll_start(input_poll_.get(), reading ? UV_READABLE : 0,
                             [](uv_poll_t* handle, int, int) {
                                 static_cast<StdioTransport*>(handle->data)->read();
                             });
    } else if (reading) {
        read_soon();
    } else {
        soon_.cancel();
    }
    if (output_poll_ && code == 0) {
        code = uv_poll_start(output_poll_.get(), writing ? UV_WRITABLE : 0,
                             [](uv_poll_t* handle, int, int) {
                                 static_cast<StdioTransport*>(handle->data)->writable();
                             });
    }
    if (code < 0) {
        abort_connection(uv_error(code));
    }
}

void StdioTransport::end_output() noexcept {
    output_poll_.reset();
    put_back(output_, output_flags_);
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
