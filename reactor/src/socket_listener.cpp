// SPDX-License-Identifier: MIT
#include "socket_listener.h"

#include "listening_socket.h"
#include "loop.h"
#include "socket_address.h"
#include "socket_options.h"
#include "socket_transport.h"

#include <hawser/core/log.h>

#include <fmt/format.h>

#include <sys/socket.h>

#include <cerrno>

namespace hawser::detail {

namespace {

constexpr int most_in_a_turn = 64; // connections, so that those we have get their turn
constexpr std::chrono::seconds report_interval{1};

} // namespace

class SocketListener::Port final : public Listener::Port {
public:
    explicit Port(Address address) : address_(std::move(address)) {}
    ~Port() override { stop_listening(); }

    [[nodiscard]] const Address& address() const noexcept override { return address_; }
    [[nodiscard]] bool listening() const noexcept override { return listener_ != nullptr; }
    void stop_listening() noexcept override {
        if (listener_ != nullptr) {
            listener_->stop();
        }
    }
    void attach(SocketListener& listener) noexcept {
        listener_ = &listener;
        listener.port_ = this;
    }
    void listener_gone() noexcept { listener_ = nullptr; }

private:
    SocketListener* listener_ = nullptr; // null: not begun, or has stopped
    Address address_;
};

Listener SocketListener::listen(Loop& loop, const Endpoint& endpoint,
                                std::shared_ptr<Factory> factory) {
    UnixSocketFile file;
    Descriptor socket =
        loop.ending() ? Descriptor() : listening_socket(endpoint, loop.activated(), file);
    return listen(loop, endpoint, std::move(socket), std::move(file), std::move(factory));
}

Listener SocketListener::listen(Loop& loop, const Endpoint& endpoint, Descriptor socket,
                                UnixSocketFile file, std::shared_ptr<Factory> factory,
                                HandOn hand_on) {
    if (loop.ending()) {
        throw Error(Errc::not_running, "cannot listen on " + to_string(endpoint));
    }
    auto port = std::make_unique<Port>(local_address(socket.get()));
    std::unique_ptr<SocketListener, void (*)(SocketListener*)> listener(
        new SocketListener(loop, endpoint, std::move(socket), std::move(factory)),
        [](SocketListener* failed) { delete failed; });
    listener->file_ = std::move(file);
    listener->hand_on_ = std::move(hand_on);
    if (endpoint.kind() != Endpoint::Kind::tcp && endpoint.options() != SocketOptions{}) {
        listener->for_each_ = std::make_unique<SocketOptions>(endpoint.options());
    }
    listener->factory_->do_start();
    const int watched = uv_poll_init(loop.uv(), &listener->poll_, listener->socket_.get());
    if (watched < 0) {
        listener->factory_->do_stop();
        throw Error(uv_error(watched), "cannot listen on " + to_string(endpoint));
    }
    listener->poll_.data = listener.get();
    loop.listeners.push_back(*listener);
    listener->watch();
    loop.armed();
    port->attach(*listener.release());
    return Listener(std::move(port));
}

SocketListener::SocketListener(Loop& loop, const Endpoint& endpoint, Descriptor socket,
                               std::shared_ptr<Factory> factory)
    : loop_(loop), name_(to_string(endpoint)), socket_(std::move(socket)),
      factory_(std::move(factory)) {}

SocketListener::~SocketListener() = default;

void SocketListener::watch() noexcept {
    const int code = uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* handle, int status, int) {
        auto* listener = static_cast<SocketListener*>(handle->data);
        // With an error libuv has stopped the watcher: the pause starts it again.
        status < 0 ? listener->pause(-status) : listener->accept_some();
    });
    if (code < 0) {
        pause(-code);
    }
}

void SocketListener::accept_some() noexcept {
    for (int count = 0; count < most_in_a_turn && !stopped_; ++count) {
        SocketAddress peer;
        Descriptor socket(
            ::accept4(socket_.get(), peer.get(), &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (socket) {
            if (!accepted(std::move(socket), peer.address())) {
                return;
            }
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return;
        } else if (errno != ECONNABORTED && errno != EINTR) {
            // Out of descriptors or memory, as a rule: the connection stays in the backlog, so
            // trying again at once would only keep the processor busy.
            pause(errno);
            return;
        }
    }
}

bool SocketListener::accepted(Descriptor socket, const Address& peer) noexcept {
    if (for_each_) {
        guarded("setting socket options",
                [&] { set_socket_options(socket.get(), *for_each_, SocketUse::other); });
    }
    if (hand_on_) {
        guarded("handing a connection on", [&] { hand_on_(std::move(socket), peer); });
        return true;
    }
    std::unique_ptr<Protocol> protocol;
    guarded("build_protocol", [&] { protocol = factory_->build_protocol(peer); });
    if (!protocol) {
        return true;
    }
    std::error_code error;
    SocketTransport::start(loop_, SocketTransport::Side::accepted, std::move(socket), peer,
                           std::move(protocol), factory_, error);
    if (error) { // the kernel has no room to watch it: as little as for the next
        pause(error.value());
    }
    return !error;
}

void SocketListener::pause(int error) noexcept {
    uv_poll_stop(&poll_);
    ++failures_;
    const Clock::time_point now = loop_.now();
    if (now - reported_ >= report_interval) {
        guarded("a report", [&] {
            log(LogLevel::warning, "reactor",
                fmt::format("cannot accept on {}: {}; trying again every {} ms", name_,
                            message_of({error, std::system_category()}),
                            loop_.options().accept_pause.count()),
                {{"failures", std::to_string(failures_)}});
        });
        reported_ = now;
        failures_ = 0;
    }
    try_again_ = loop_.timers().add(loop_.options().accept_pause, [this] { watch(); });
}

void SocketListener::stop() noexcept {
    if (stopped_) {
        return;
    }
    stopped_ = true;
    if (port_ != nullptr) {
        std::exchange(port_, nullptr)->listener_gone();
    }
    try_again_.cancel();
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
        auto* listener = static_cast<SocketListener*>(handle->data);
        listener->factory_->do_stop();
        delete listener;
    });
    loop_.armed(); // the factory is told from the loop
    file_.remove();
    socket_.close(); // from here on the address is free
}

} // namespace hawser::detail
