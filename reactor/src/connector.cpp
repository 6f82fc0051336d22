// SPDX-License-Identifier: MIT
#include "connector.h"

#include "adopted_socket.h"
#include "kernel_module.h"
#include "loop.h"
#include "socket_address.h"
#include "socket_transport.h"
#include "stdio_transport.h"

#include <sys/socket.h>

#include <linux/vm_sockets.h>

#include <algorithm>

namespace hawser::detail {

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
    : loop_(loop), endpoint_(endpoint), factory_(std::move(factory)),
      race_(
          loop.clock(), [this](const Address& address) { return attempt(address); },
          [this](std::error_code error) { all_failed(error); }) {}

Connector::~Connector() = default;

void Connector::begin() {
    deadline_ = loop_.timers().add(endpoint_.timeout(), [this] { fail(Errc::timed_out); });
    try {
        find();
    } catch (...) {
        fail(std::current_exception());
    }
}

void Connector::find() {
    const std::string& path = endpoint_.path();
    switch (endpoint_.kind()) {
    case Endpoint::Kind::tcp: find_host(); break;
    case Endpoint::Kind::unix_stream:
        race_.start({path.starts_with('@') ? Address::unix_abstract(path.substr(1))
                                           : Address::unix_path(path)});
        break;
    case Endpoint::Kind::vsock:
    case Endpoint::Kind::tipc: race_.start({module_address(endpoint_, VMADDR_CID_LOCAL)}); break;
    case Endpoint::Kind::fd: adopt(); break;
    case Endpoint::Kind::stdio: attach_stdio(); break;
    default: fail(Errc::wrong_kind);
    }
}

void Connector::find_host() {
    const std::string& host = endpoint_.host();
    const std::uint16_t port = endpoint_.port();
    if (host.empty()) {
        race_.start({*Address::from_ip("127.0.0.1", port), *Address::from_ip("::1", port)});
    } else if (auto address = numeric_address(host, port)) {
        race_.start({*address});
    } else if (!is_host_name(host)) {
        fail(Errc::bad_host);
    } else {
        look_up(host);
    }
}

void Connector::look_up(const std::string& host) {
    Deferred<std::vector<Address>> asked = loop_.resolver().resolve(host);
    const bool at_once = asked.settled();
    Deferred<> look_up =
        std::move(asked)
            .then([this](const std::vector<Address>& found) { found_hosts(found); })
            .recover([this](const std::exception_ptr& error) { look_up_failed(error); });
    if (!at_once) { // else we may be gone
        look_up_ = std::move(look_up);
    }
}

void Connector::found_hosts(const std::vector<Address>& hosts) {
    std::vector<Address> addresses;
    for (const Address& host : hosts) {
        if (auto address = Address::from_ip(host.ip(), endpoint_.port())) {
            addresses.push_back(*address);
        }
    }
    race_.start(std::move(addresses));
}

// In the resolver's words: `cannot look up example.org`, and why.
void Connector::look_up_failed(const std::exception_ptr& error) noexcept {
    const std::error_code code = code_of(error, Errc::host_not_found);
    std::string words = message_of(error);
    const std::string why = ": " + message_of(code); // which Error says itself
    if (words.ends_with(why)) {
        words.resize(words.size() - why.size());
    }
    fail(std::make_exception_ptr(
        Error(code, "cannot connect to " + to_string(endpoint_) + ": " + words)));
}

std::error_code Connector::attempt(const Address& address) {
    const auto done = [this](ConnectAttempt& attempt, std::error_code error) {
        error ? failed(attempt, error) : succeed(attempt.take_socket(), attempt.address());
    };
    failure_ = nullptr;
    try {
        auto attempt = std::make_unique<ConnectAttempt>(loop_, address, endpoint_, done);
        const std::error_code error = attempt->begin();
        if (!error) {
            attempts_.push_back(std::move(attempt));
        }
        return error;
    } catch (...) { // the next address may still do, and others are under way
        failure_ = std::current_exception();
        return code_of(failure_);
    }
}

void Connector::failed(const ConnectAttempt& attempt, std::error_code error) {
    attempts_.erase(std::find_if(attempts_.begin(), attempts_.end(),
                                 [&](const auto& each) { return each.get() == &attempt; }));
    failure_ = nullptr;
    race_.failed(error);
}

// The last one says why, in its own words if it has any.
void Connector::all_failed(std::error_code error) noexcept {
    const std::exception_ptr failure = failure_; // which is gone with us
    failure ? fail(failure) : fail(error);
}

void Connector::adopt() {
    Descriptor socket = adopted_socket(endpoint_, AdoptedSocket::connected,
                                       "cannot connect to " + to_string(endpoint_));
    const Address peer = peer_address(socket.get());
    succeed(std::move(socket), peer);
}

void Connector::give_up() noexcept {
    // The factory is told from the loop: the Deferred may have been dropped by its destructor.
    guarded("giving up", [this] { loop_.stop_soon(std::move(factory_)); });
    Promise<Protocol*> promise = std::move(promise_);
    const Endpoint endpoint = std::move(endpoint_);
    delete this;
    if (promise.wanted()) { // canceled, and not dropped
        guarded("a callback of connect",
                [&] { promise.fail(Errc::canceled, "cannot connect to " + to_string(endpoint)); });
    }
}

void Connector::cancel() noexcept {
    fail(Errc::canceled);
}

void Connector::fail(std::error_code error) noexcept {
    fail(std::make_exception_ptr(Error(error, "cannot connect to " + to_string(endpoint_))));
}

void Connector::fail(const std::exception_ptr& error) noexcept {
    Promise<Protocol*> promise = std::move(promise_);
    const std::shared_ptr<Factory> factory = std::move(factory_);
    promise.on_cancel(nullptr);
    delete this;
    guarded("a callback of connect", [&] { promise.fail(error); });
    factory->do_stop(); // last: the callback may have begun the next attempt with it
}

void Connector::attach_stdio() {
    Loop& loop = loop_;
    succeed({},
            [&loop](std::unique_ptr<Protocol> protocol, std::shared_ptr<Factory> factory,
                    std::error_code& error) -> LoopTransport* {
                try {
                    return &StdioTransport::start(loop, std::move(protocol), std::move(factory));
                } catch (const std::system_error& failure) {
                    error = failure.code();
                    return nullptr;
                }
            });
}

void Connector::succeed(Descriptor socket, Address peer) noexcept {
    Loop& loop = loop_;
    succeed(peer, [&](std::unique_ptr<Protocol> protocol, std::shared_ptr<Factory> factory,
                      std::error_code& error) {
        return SocketTransport::start(loop, SocketTransport::Side::connected, std::move(socket),
                                      peer, std::move(protocol), std::move(factory), error);
    });
}

template <class Start>
void Connector::succeed(const Address& peer, Start start) noexcept {
    promise_.on_cancel(nullptr); // build_protocol() may drop the Deferred
    std::unique_ptr<Protocol> protocol;
    guarded("build_protocol", [&] { protocol = factory_->build_protocol(peer); });
    if (!protocol || !promise_.wanted()) {
        fail(Errc::refused);
        return;
    }
    Promise<Protocol*> promise = std::move(promise_);
    Protocol* made = protocol.get();
    const std::string subject = "cannot connect to " + to_string(endpoint_);
    const std::shared_ptr<Factory> factory = std::move(factory_);
    delete this;

    std::error_code error;
    LoopTransport* transport = start(std::move(protocol), factory, error);
    if (transport == nullptr) {
        factory->do_stop();
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
