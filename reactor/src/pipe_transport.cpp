// SPDX-License-Identifier: MIT
#include "pipe_transport.h"

#include "loop.h"
#include "write_pieces.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace hawser::detail {

namespace {

constexpr int most_slabs = 8; // of what an ended process has left: more than a pipe holds

} // namespace

PipeTransport& PipeTransport::start(Loop& loop, Descriptor fd, Access access,
                                    std::unique_ptr<Protocol> protocol) {
    auto* transport = new PipeTransport(loop, std::move(fd), access);
    const int watched = uv_poll_init(loop.uv(), &transport->poll_, transport->fd_.get());
    if (watched < 0) {
        delete transport;
        throw Error(uv_error(watched), "cannot watch a pipe");
    }
    transport->poll_.data = transport;
    transport->open(std::move(protocol), nullptr);
    return *transport;
}

PipeTransport::PipeTransport(Loop& loop, Descriptor fd, Access access)
    : StreamTransport(loop.turn(), Side::connected), loop_(loop), fd_(std::move(fd)),
      access_(access) {}

PipeTransport::~PipeTransport() {
    end_protocol();
}

void PipeTransport::settle() noexcept {
    if (finished()) {
        return;
    }
    if (access_ == Access::write) {
        pollfd state{fd_.get(), 0, 0};
        if (::poll(&state, 1, 0) == 1 && (state.revents & POLLERR) != 0) {
            broken(std::make_error_code(std::errc::broken_pipe));
        }
        return;
    }
    for (int slabs = 0; slabs < most_slabs && reading() && read(); ++slabs) {
    }
}

void PipeTransport::ready(int status, int events) noexcept {
    if (status < 0 && access_ == Access::write) { // POLLERR: nobody reads any more
        broken(std::make_error_code(std::errc::broken_pipe));
        return;
    }
    if ((events & UV_WRITABLE) != 0 && !finished()) {
        writable();
    }
    if ((status < 0 || (events & UV_READABLE) != 0) && reading()) {
        read();
    }
}

bool PipeTransport::read() noexcept {
    const std::span<char> slab = loop_.slab();
    const ssize_t count = ::read(fd_.get(), slab.data(), slab.size());
    if (count > 0) {
        received(Bytes(slab.data(), static_cast<std::size_t>(count)));
        return true;
    }
    if (count == 0 || errno == EIO) { // EIO: nobody has the terminal open any more
        ended();
    } else if (errno != EAGAIN && errno != EINTR) {
        broken(last_error());
    }
    return false;
}

StreamTransport::Sent PipeTransport::send(std::span<const Bytes> pieces) noexcept {
    const auto [count, error] = write_pieces(fd_.get(), pieces);
    return {count, error};
}

void PipeTransport::watch(bool reading, bool writing) noexcept {
    int events = 0;
    if (reading && access_ != Access::write) {
        events |= UV_READABLE;
    }
    if (writing) {
        events |= UV_WRITABLE;
    }
    if (access_ == Access::write) {
        events |= UV_DISCONNECT; // asks for nothing, but an error comes with it
    }
    const auto on_poll = [](uv_poll_t* handle, int status, int happened) {
        static_cast<PipeTransport*>(handle->data)->ready(status, happened);
    };
    const int code = events == 0 ? uv_poll_stop(&poll_) : uv_poll_start(&poll_, events, on_poll);
    if (code < 0) {
        abort_connection(uv_error(code));
    }
}

void PipeTransport::end_output() noexcept {
    lose_connection(); // there is no other direction
}

void PipeTransport::close(bool) noexcept {
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
        auto* transport = static_cast<PipeTransport*>(handle->data);
        transport->closed();
        delete transport;
    });
}

} // namespace hawser::detail
