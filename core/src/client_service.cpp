// SPDX-License-Identifier: MIT
#include <hawser/core/client_service.h>

#include <hawser/core/error.h>
#include <hawser/core/log.h>
#include <hawser/core/protocol_wrapper.h>

#include <fmt/format.h>

#include <cassert>
#include <utility>

namespace hawser {

/// Tells the service when it is lost.
class ClientService::Connection final : public ProtocolWrapper {
public:
    using ProtocolWrapper::ProtocolWrapper;
    using ProtocolWrapper::transport;

    ~Connection() override {
        tell({}); // not done yet where what is around it has thrown
    }

    void connection_lost(std::error_code reason) override {
        lost = true; // for who asks from inside
        try {
            ProtocolWrapper::connection_lost(reason);
        } catch (...) {
            tell(reason);
            throw;
        }
        tell(reason);
    }

    ClientService* service = nullptr; // null: not connected yet, told, or it has gone
    bool lost = false;

private:
    void tell(std::error_code reason) {
        if (ClientService* const told = std::exchange(service, nullptr)) {
            told->lost(reason);
        }
    }
};

class ClientService::Connections final : public FactoryWrapper {
public:
    using FactoryWrapper::FactoryWrapper;

    std::unique_ptr<Protocol> build_protocol(const Address& peer) override {
        std::unique_ptr<Protocol> built = wrapped().build_protocol(peer);
        return built ? std::make_unique<Connection>(std::move(built)) : nullptr;
    }
};

ClientService::ClientService(Network& network, Clock& clock, Endpoint endpoint,
                             std::shared_ptr<Factory> factory, ClientOptions options)
    : network_(network), clock_(clock), endpoint_(std::move(endpoint)),
      factory_(std::make_shared<Connections>(std::move(factory))), options_(std::move(options)) {}

ClientService::~ClientService() {
    if (connection_ != nullptr) {
        connection_->service = nullptr;
        connection_->transport().lose_connection();
    }
    const std::string subject = "waiting for a client of " + to_string(endpoint_);
    Waiters waiters = std::move(waiters_);
    detail::WaitingList<void> stoppers = std::move(stoppers_);
    waiters.abandon(subject);
    stoppers.abandon(subject);
}

void ClientService::start() {
    switch (state_) {
    case State::idle:
    case State::gave_up:
    case State::stopped:
        waits_ = 0;
        connect();
        break;
    case State::stopping: again_ = true; break;
    default: break;
    }
}

Deferred<> ClientService::stop() {
    Deferred<> end = Deferred<>::succeed();
    again_ = false;
    attempt_ = Deferred<>();
    preparing_ = Deferred<>();
    timer_.cancel();
    if (connection_ != nullptr) {
        end = stoppers_.add();
        state_ = State::stopping;
        connection_->transport().lose_connection();
    } else {
        state_ = State::stopped;
    }
    Waiters waiters = std::move(waiters_);
    while (!waiters.empty()) { // they may destroy us
        waiters.pop().promise.fail(Errc::canceled, "waiting for a connection");
    }
    return end;
}

Deferred<Protocol*> ClientService::when_connected(std::size_t fail_after) {
    switch (state_) {
    case State::connected:
        if (connection_->lost) {
            break;
        }
        return Deferred<Protocol*>::succeed(connection_->wrapped());
    case State::gave_up: return Deferred<Protocol*>::fail(failure_);
    case State::stopping:
        if (again_) {
            break;
        }
        [[fallthrough]];
    case State::stopped:
        return Deferred<Protocol*>::fail(Errc::canceled, "waiting for a connection");
    default: break;
    }
    return waiters_.add(fail_after);
}

// Each of these may be the last thing that happens to us: whoever is told may destroy us.

void ClientService::connect() {
    Deferred<Protocol*> connecting = network_.connect(endpoint_, factory_);
    state_ = State::connecting;
    const bool at_once = connecting.settled();
    Deferred<> told = std::move(connecting)
                          .then([this](Protocol* protocol) { made(*protocol); },
                                [this](std::exception_ptr error) { failed(std::move(error)); });
    if (!at_once) { // else we may be gone
        attempt_ = std::move(told);
    }
}

void ClientService::try_to_connect() {
    std::exception_ptr error;
    try {
        connect();
    } catch (...) {
        error = std::current_exception();
    }
    if (error) {
        failed(std::move(error));
    }
}

void ClientService::made(Protocol& protocol) {
    connection_ = find_protocol<Connection>(protocol);
    if (connection_ == nullptr) { // the kind of endpoint connects something else, and always will
        give_up(std::make_exception_ptr(
            Error(Errc::wrong_kind, "cannot connect to " + to_string(endpoint_))));
        return;
    }
    connection_->service = this;
    options_.prepare ? prepare() : ready();
}

void ClientService::prepare() {
    state_ = State::preparing;
    Deferred<> prepared = from_call([this] { return options_.prepare(*connection_->wrapped()); });
    if (state_ != State::preparing) { // it has stopped us
        return;
    }
    const bool at_once = prepared.settled();
    Deferred<> told = std::move(prepared).then(
        [this] { ready(); }, [this](std::exception_ptr error) { refuse(std::move(error)); });
    if (!at_once) {
        preparing_ = std::move(told);
    }
}

void ClientService::ready() {
    state_ = State::connected;
    waits_ = 0;
    Protocol* const protocol = connection_->wrapped();
    Waiters waiters = std::move(waiters_);
    while (!waiters.empty()) {
        waiters.pop().promise.resolve(protocol);
    }
}

void ClientService::refuse(std::exception_ptr error) {
    state_ = State::refusing;
    failure_ = std::move(error);
    connection_->transport().lose_connection();
}

void ClientService::failed(std::exception_ptr error) {
    // The network stops: to try again would be in vain.
    code_of(error) == Errc::canceled ? give_up(std::move(error))
                                     : try_later(std::move(error), true);
}

void ClientService::lost(std::error_code reason) {
    const State before = std::exchange(state_, State::waiting);
    connection_ = nullptr;
    const Deferred<> preparing = std::move(preparing_); // dropped last: that may call us
    if (before == State::stopping) {
        stopped();
    } else if (before == State::refusing) {
        try_later(std::move(failure_), true);
    } else {
        const std::error_code why = reason ? reason : std::make_error_code(std::errc::broken_pipe);
        try_later(
            std::make_exception_ptr(Error(why, "lost the connection to " + to_string(endpoint_))),
            before == State::preparing);
    }
}

void ClientService::stopped() {
    state_ = State::stopped;
    detail::WaitingList<void> stoppers = std::move(stoppers_);
    if (std::exchange(again_, false)) {
        waits_ = 0;
        try_to_connect();
    }
    while (!stoppers.empty()) {
        stoppers.pop().promise.resolve();
    }
}

void ClientService::try_later(std::exception_ptr error, bool attempt_failed) {
    if (options_.retries && waits_ >= *options_.retries) {
        give_up(std::move(error));
        return;
    }
    state_ = State::waiting;
    ++waits_;
    const auto wait =
        std::chrono::ceil<std::chrono::milliseconds>(options_.backoff.after(waits_, random()));
    timer_ = clock_.call_later(wait, [this] { try_to_connect(); });
    log(LogLevel::info, "client",
        fmt::format("{}; trying again in {} ms", message_of(error), wait.count()));
    if (!attempt_failed) {
        return;
    }
    Waiters waiters = waiters_.take_if([](std::size_t& left) { return left > 0 && --left == 0; });
    while (!waiters.empty()) {
        waiters.pop().promise.fail(error);
    }
}

double ClientService::random() noexcept {
    try {
        return options_.random ? options_.random() : 0;
    } catch (...) {
        log(LogLevel::error, "client",
            "the random numbers of a client threw: " + message_of(std::current_exception()));
        return 0;
    }
}

void ClientService::give_up(std::exception_ptr error) {
    state_ = State::gave_up;
    failure_ = error;
    if (code_of(error) != Errc::canceled) {
        log(LogLevel::warning, "client", "gave up: " + message_of(error));
    }
    Waiters waiters = std::move(waiters_);
    while (!waiters.empty()) {
        waiters.pop().promise.fail(error);
    }
}

} // namespace hawser
