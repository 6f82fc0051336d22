// SPDX-License-Identifier: MIT
/// \file
/// ClientService, a client that stays connected.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/deferred.h>
#include <hawser/core/detail/waiting_list.h>
#include <hawser/core/endpoint.h>
#include <hawser/core/export.h>
#include <hawser/core/factory.h>
#include <hawser/core/network.h>
#include <hawser/core/protocol_wrapper.h>
#include <hawser/core/retry.h>
#include <hawser/core/service.h>
#include <hawser/core/timer.h>
#include <hawser/core/unique_function.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <system_error>

namespace hawser {

struct ClientOptions {
    Backoff backoff{}; ///< How long to wait before trying again.
    /// Uniform numbers in [0, 1), for the jitter: UniformRandom(). Empty: no jitter. What it throws
    /// is logged, and leaves the jitter out.
    UniqueFunction<double()> random{};
    /// How often in a row it tries again before it gives up; null: for ever.
    std::optional<std::size_t> retries{};
    /// Called with each new protocol, before when_connected() tells of it: to log in, to
    /// subscribe. When it throws or fails, the connection is closed, and the attempt has failed.
    /// It may stop the service, but not destroy it.
    UniqueFunction<Deferred<>(Protocol&)> prepare{};
};

/// Keeps one connection to an endpoint while it runs: connects, waits longer after each failure,
/// and connects again when the connection is lost. The first wait after a success is the shortest
/// again.
///
/// When it has given up, or the Network has stopped, it stays so until the next start().
class HAWSER_API ClientService final : public Service {
public:
    /// Precondition: \p factory is not null.
    ClientService(Network& network, Clock& clock, Endpoint endpoint,
                  std::shared_ptr<Factory> factory, ClientOptions options = {});
    /// Closes the connection, and does not wait for its end.
    ~ClientService() override;

    /// Begins to connect. While it stops: connects again when the old connection is gone. Does
    /// nothing when it runs.
    void start() override;

    /// Gives up what is under way, or closes the connection and resolves after its
    /// connection_lost(). The protocol's own connection_made() belongs to what is under way: a
    /// stop() from there resolves at once, and the connection is aborted with Errc::canceled.
    /// Those who wait for a connection are told Errc::canceled.
    [[nodiscard]] Deferred<> stop() override;

    /// The protocol that the factory made, now or once there is one; valid until its
    /// connection_lost(). Fails after \p fail_after further attempts that failed, with the failure
    /// of the last one (0: waits on), when it gives up, and with Errc::canceled once it was
    /// stopped. May be asked before the first start().
    [[nodiscard]] Deferred<Protocol*> when_connected(std::size_t fail_after = 0);

    /// The same, of what is known to be a P, or to wrap one.
    template <class P>
    [[nodiscard]] Deferred<P*> when_connected(std::size_t fail_after = 0) {
        return when_connected(fail_after).then([](Protocol* protocol) {
            return find_protocol<P>(*protocol);
        });
    }

private:
    class Connection;
    class Connections;
    enum class State : std::uint8_t {
        idle, // not started yet
        connecting,
        preparing,
        connected,
        refusing, // prepare failed: closing
        waiting,  // to try again
        gave_up,
        stopping, // closing
        stopped,
    };
    using Waiters = detail::WaitingList<Protocol*, std::size_t>; // with the failures they bear

    void connect();
    void try_to_connect();
    void made(Protocol& protocol);
    void prepare();
    void ready();
    void refuse(std::exception_ptr error);
    void failed(std::exception_ptr error);
    void lost(std::error_code reason);
    void stopped();
    void try_later(std::exception_ptr error, bool attempt_failed);
    [[nodiscard]] double random() noexcept;
    void give_up(std::exception_ptr error);

    Network& network_;
    Clock& clock_;
    Endpoint endpoint_;
    std::shared_ptr<Factory> factory_; // wraps the user's; shared with the connections
    ClientOptions options_;
    State state_ = State::idle;
    bool again_ = false;               // started while it was stopping
    std::size_t waits_ = 0;            // in a row
    std::exception_ptr failure_;       // the last
    Connection* connection_ = nullptr; // null: there is none
    Timer timer_;
    Deferred<> attempt_;
    Deferred<> preparing_;
    Waiters waiters_;                    // for a connection
    detail::WaitingList<void> stoppers_; // for its end
};

} // namespace hawser
