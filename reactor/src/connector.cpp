// SPDX-License-Identifier: MIT
#include "connector.h"

#include "look_up_error.h"
#include "loop.h"
#include "socket_address.h"
#include "socket_transport.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace hawser::detail {

namespace {

constexpr std::chrono::milliseconds full_backlog_pause{10};

} // namespace

/// A request to libuv's thread pool. It cannot always be canceled, so it may outlive us.
struct Connector::LookUp {
    uv_getaddrinfo_t request{};
    Connector* connector; // null: nobody waits any more
};

Deferred<Protocol*> Connector::connect(Loop& loop, const Endpoint& endpoint,
                                       std::shared_ptr<Factory> factory) {
    if (loop.ending()) { // thrown: a failed Deferred would have who tries again try for ever
        throw Error(Errc::canceled, "cannot connect to " + to_string(endpoint));
    }
    factory->do_start();
    auto* connector = new Connector(loop, endpoint, std::move(factory));
    Deferred<Protocol*> result = connector->promise_.deferred();
    connector->promise_.on_cancel([connector] { connector->give_up(); });
    loop.connectors.push_back(*connector);
    // From the loop, so that no callback runs inside connect().
    connector->deadline_ =
        loop.timers().add(std::chrono::nanoseconds::zero(), [connector] { connector->begin(); });
    return result;
}

Connector::Connector(Loop& loop, const Endpoint& endpoint, std::shared_ptr<Factory> factory)
    : loop_(loop), endpoint_(endpoint), factory_(std::move(factory)) {}

Connector::~Connector() {
    if (look_up_ != nullptr) {
        look_up_->connector = nullptr;
        uv_cancel(reinterpret_cast<uv_req_t*>(&look_up_->request));
    }
    poll_.reset(); // before the descriptor it watches
}

void Connector::begin() {
    deadline_ = loop_.timers().add(endpoint_.timeout(), [this] { fail(Errc::timed_out); });
    const std::string& path = endpoint_.path();
    if (endpoint_.kind() == Endpoint::Kind::unix_stream) {
        candidates_.push_back(path.starts_with('@') ? Address::unix_abstract(path.substr(1))
                                                    : Address::unix_path(path));
    } else if (endpoint_.host().empty()) {
        candidates_.push_back(*Address::from_ip("127.0.0.1", endpoint_.port()));
        candidates_.push_back(*Address::from_ip("::1", endpoint_.port()));
    } else if (auto address = Address::from_ip(endpoint_.host(), endpoint_.port())) {
        candidates_.push_back(*address);
    } else {
        look_up();
        return;
    }
    try_next();
}

void Connector::look_up() {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    auto query = std::make_unique<LookUp>();
    query->connector = this;
    query->request.data = query.get();
    const int code = uv_getaddrinfo(
        loop_.uv(), &query->request,
        [](uv_getaddrinfo_t* request, int status, addrinfo* list) {
            const std::unique_ptr<LookUp> done(static_cast<LookUp*>(request->data));
            const std::unique_ptr<addrinfo, decltype(&uv_freeaddrinfo)> found(list,
                                                                              &uv_freeaddrinfo);
            if (done->connector != nullptr) {
                done->connector->look_up_ = nullptr;
                guarded("a look-up", [&] { done->connector->found(status, found.get()); });
            }
        },
        endpoint_.host().c_str(), nullptr, &hints);
    if (code < 0) {
        fail(uv_error(code));
        return;
    }
    look_up_ = query.release();
}

void Connector::found(int status, const addrinfo* list) {
    if (status < 0) {
        fail({status, look_up_category()});
        return;
    }
    for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
        const Address address = SocketAddress(each->ai_addr, each->ai_addrlen).address();
        if (auto candidate = Address::from_ip(address.ip(), endpoint_.port())) {
            candidates_.push_back(*candidate);
        }
    }
    try_next();
}

void Connector::try_next() {
    while (!candidates_.empty()) {
        trying_ = std::move(candidates_.front());
        candidates_.pop_front();
        try {
            if (attempt(trying_)) {
                return;
            }
        } catch (const std::system_error& error) {
            poll_.reset();
            last_error_ = error.code();
        }
    }
    fail(last_error_);
}

bool Connector::attempt(const Address& address) {
    const SocketAddress raw(address);
    socket_ = Descriptor(socket(raw.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket_) {
        last_error_ = last_error();
        return false;
    }
    if (address.is_ip()) {
        const int on = 1;
        setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    if (::connect(socket_.get(), raw.get(), raw.length) != 0 && errno != EINPROGRESS) {
        last_error_ = last_error();
        if (errno != EAGAIN || address.is_ip()) {
            return false;
        }
        // The backlog of a Unix socket is full, and nothing tells when it is not any more.
        candidates_.push_front(address);
        try_again_ = loop_.timers().add(full_backlog_pause, [this] { try_next(); });
        return true;
    }
    poll_ = make_handle<uv_poll_t>(this, "cannot connect", loop_.uv(), uv_poll_init, socket_.get());
    uv_check(uv_poll_start(poll_.get(), UV_WRITABLE,
                           [](uv_poll_t* handle, int, int) {
                               static_cast<Connector*>(handle->data)->writable();
                           }),
             "cannot connect");
    return true;
}

void Connector::writable() noexcept {
    poll_.reset();
    int error = 0;
    socklen_t size = sizeof(error);
    if (getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
        error = errno;
    }
    if (error == 0) {
        succeed();
        return;
    }
    last_error_ = {error, std::system_category()};
    guarded("connecting", [this] { try_next(); });
}

void Connector::give_up() noexcept {
    // The factory is told from the loop: the Deferred may have been dropped by its destructor.
    guarded("giving up", [this] { loop_.stop_soon(std::move(factory_)); });
    delete this;
}

void Connector::cancel() noexcept {
    fail(Errc::canceled);
}

void Connector::fail(std::error_code error) noexcept {
    Promise<Protocol*> promise = std::move(promise_);
    const std::shared_ptr<Factory> factory = std::move(factory_);
    const std::string subject = "cannot connect to " + to_string(endpoint_);
    promise.on_cancel(nullptr);
    delete this;
    guarded("a callback of connect", [&] { promise.fail(error, subject); });
    factory->do_stop(); // last: the callback may have begun the next attempt with it
}

void Connector::succeed() noexcept {
    promise_.on_cancel(nullptr); // build_protocol() may drop the Deferred
    std::unique_ptr<Protocol> protocol;
    guarded("build_protocol", [&] { protocol = factory_->build_protocol(trying_); });
    if (!protocol || !promise_.wanted()) {
        fail(Errc::refused);
        return;
    }
    Promise<Protocol*> promise = std::move(promise_);
    Loop& loop = loop_;
    Protocol* made = protocol.get();
    const std::string subject = "cannot connect to " + to_string(endpoint_);
    Descriptor socket = std::move(socket_);
    const std::shared_ptr<Factory> factory = std::move(factory_);
    const Address peer = std::move(trying_);
    delete this;

    SocketTransport* transport =
        SocketTransport::start(loop, SocketTransport::Side::connected, std::move(socket), peer,
                               std::move(protocol), factory);
    if (transport == nullptr) {
        factory->do_stop();
        const auto error = std::make_error_code(std::errc::not_enough_memory);
        guarded("a callback of connect", [&] { promise.fail(error, subject); });
    } else if (transport->finished() && transport->reason()) {
        guarded("a callback of connect", [&] { promise.fail(transport->reason(), subject); });
    } else if (!promise.wanted()) {
        transport->abort_connection(Errc::canceled); // dropped by its own connection_made()
    } else {
        guarded("a callback of connect", [&] { promise.resolve(made); });
    }
}

} // namespace hawser::detail
