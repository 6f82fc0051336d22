// SPDX-License-Identifier: MIT
#include "connect_attempt.h"

#include "kernel_module.h"
#include "loop.h"
#include "socket_address.h"
#include "socket_options.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace hawser::detail {

namespace {

constexpr std::chrono::milliseconds full_backlog_pause{10};

} // namespace

ConnectAttempt::ConnectAttempt(Loop& loop, Address address, const Endpoint& endpoint, Done done)
    : loop_(loop), address_(std::move(address)), endpoint_(endpoint), done_(std::move(done)) {}

ConnectAttempt::~ConnectAttempt() {
    poll_.reset(); // before the descriptor it watches
}

std::error_code ConnectAttempt::begin() {
    const std::error_code error = prepare();
    return error ? error : connect();
}

std::error_code ConnectAttempt::prepare() {
    const SocketAddress raw(address_);
    socket_ = Descriptor(socket(raw.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket_) {
        return failed();
    }
    const int on = 1;
    if (address_.is_ip()) {
        setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    SocketOptions options = endpoint_.options();
    if (options.v6_only && address_.family() != Address::Family::ipv6) {
        if (*options.v6_only) {
            return std::make_error_code(std::errc::address_family_not_supported);
        }
        options.v6_only.reset();
    }
    set_socket_options(socket_.get(), options, SocketUse::connecting,
                       "cannot connect to " + to_string(endpoint_));
    if (endpoint_.bind().empty()) {
        return {};
    }
    const auto local = numeric_address(endpoint_.bind(), 0);
    if (!local) {
        return Errc::bad_address;
    }
    const SocketAddress from(*local);
    // The port is chosen with the peer known: the same one may serve for many.
    setsockopt(socket_.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    return ::bind(socket_.get(), from.get(), from.length) == 0 ? std::error_code() : last_error();
}

std::error_code ConnectAttempt::connect() {
    const SocketAddress raw(address_);
    if (::connect(socket_.get(), raw.get(), raw.length) != 0 && errno != EINPROGRESS) {
        if (errno != EAGAIN || !address_.is_unix()) {
            return failed();
        }
        // The backlog of a Unix socket is full, and nothing tells when it is not any more.
        try_again_ = loop_.timers().add(full_backlog_pause, [this] { connect_again(); });
        return {};
    }
    poll_ = make_handle<uv_poll_t>(this, "cannot connect", loop_.uv(), uv_poll_init, socket_.get());
    const int code = uv_poll_start(poll_.get(), UV_WRITABLE, [](uv_poll_t* handle, int, int) {
        static_cast<ConnectAttempt*>(handle->data)->writable();
    });
    return code < 0 ? uv_error(code) : std::error_code();
}

void ConnectAttempt::connect_again() noexcept {
    std::error_code error;
    try {
        error = connect();
    } catch (...) {
        error = code_of(std::current_exception());
    }
    if (error) {
        done(error);
    }
}

// A kernel without the family is not a matter of the address either.
std::error_code ConnectAttempt::failed() const {
    const std::error_code error = last_error();
    const std::string subject = "cannot connect to " + to_string(endpoint_);
    const std::string advised = with_module(subject, endpoint_, error);
    if (advised != subject) {
        throw Error(error, advised);
    }
    return error;
}

void ConnectAttempt::writable() noexcept {
    poll_.reset();
    int error = 0;
    socklen_t size = sizeof(error);
    if (getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
        error = errno;
    }
    done({error, std::system_category()});
}

void ConnectAttempt::done(std::error_code error) noexcept {
    Done call = std::move(done_); // may drop us
    guarded("connecting", [&] { call(*this, error); });
}

} // namespace hawser::detail
