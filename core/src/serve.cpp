// SPDX-License-Identifier: MIT
#include <hawser/core/serve.h>

#include "stream_pipe.h"

#include <hawser/core/error.h>
#include <hawser/core/log.h>

#include <list>
#include <string>

namespace hawser::detail {

namespace {

class SessionFactory final : public Factory {
public:
    explicit SessionFactory(UniqueFunction<Deferred<>(Stream)> handler)
        : handler_(std::move(handler)) {}

private:
    struct Session {
        Deferred<> running;
        bool listed = false; // running is set
        bool over = false;
    };
    using Sessions = std::list<Session>;

    std::unique_ptr<Protocol> build_protocol(const Address&) override {
        auto pipe = std::make_shared<Stream::Pipe>();
        return std::make_unique<StreamProtocol>(
            pipe, [this, pipe](Stream stream) { begin(std::move(stream), pipe); });
    }

    void begin(Stream stream, const std::shared_ptr<Stream::Pipe>& pipe) {
        const auto session = sessions_.emplace(sessions_.end());
        session->running = run(std::move(stream))
                               .recover([pipe](std::exception_ptr error) { failed(*pipe, error); })
                               .then([this, session] { ended(session); });
        session->listed = true;
        if (session->over) {
            sessions_.erase(session);
        }
    }

    Deferred<> run(Stream stream) {
        try {
            return handler_(std::move(stream));
        } catch (...) {
            return Deferred<>::fail(std::current_exception());
        }
    }

    static void failed(const Stream::Pipe& pipe, const std::exception_ptr& error) {
        log(level_of(pipe, error), "serve", "a session failed: " + message_of(error),
            {{"peer", to_string(pipe.peer())}});
        // What was written by one that is closing has been promised to the peer.
        if (Transport* transport = pipe.transport(); transport && !pipe.explains(error)) {
            transport->abort_connection(Errc::callback_threw);
        }
    }

    // A connection that ended is no news, and a peer must not be able to fill the error log.
    static LogLevel level_of(const Stream::Pipe& pipe, const std::exception_ptr& error) {
        const std::error_code code = code_of(error);
        const bool fault_of_peer =
            code == Errc::incomplete || code == Errc::line_too_long || code == Errc::protocol_error;
        return pipe.explains(error) ? LogLevel::debug
               : fault_of_peer      ? LogLevel::info
                                    : LogLevel::error;
    }

    // The last thing: it may have been the one that kept us.
    void ended(Sessions::iterator session) {
        if (session->listed) {
            sessions_.erase(session);
        } else {
            session->over = true;
        }
    }

    UniqueFunction<Deferred<>(Stream)> handler_;
    Sessions sessions_;
};

} // namespace

std::shared_ptr<Factory> serve(UniqueFunction<Deferred<>(Stream)> handler) {
    return std::make_shared<SessionFactory>(std::move(handler));
}

} // namespace hawser::detail
