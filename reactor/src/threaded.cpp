// SPDX-License-Identifier: MIT
#include <hawser/reactor/threaded.h>

#include "loop.h"
#include "threaded_connection.h"

#include <hawser/reactor/thread_pool.h>

#include <exception>
#include <utility>

namespace hawser {

using detail::ThreadedConnection;

namespace {

// One of the threads a factory may have, from the connection's beginning to its handler's end.
class Slot {
public:
    explicit Slot(std::shared_ptr<std::atomic<std::size_t>> serving)
        : serving_(std::move(serving)) {
        ++*serving_;
    }
    Slot(Slot&&) noexcept = default;
    Slot& operator=(Slot&&) = delete;
    ~Slot() { leave(); }
    void leave() noexcept {
        if (serving_) {
            --*std::exchange(serving_, nullptr);
        }
    }

private:
    std::shared_ptr<std::atomic<std::size_t>> serving_; // null: left
};

class ThreadedProtocol final : public Protocol {
public:
    ThreadedProtocol(std::shared_ptr<detail::Posts> posts, std::shared_ptr<ThreadPool> pool,
                     std::shared_ptr<const ThreadedHandler> handler, const ThreadedOptions& options,
                     Slot slot)
        : posts_(std::move(posts)), pool_(std::move(pool)), handler_(std::move(handler)),
          options_(options), slot_(std::move(slot)) {}
    ~ThreadedProtocol() override {
        if (connection_) {
            connection_->lost(Errc::aborted); // unless it was told already
        }
    }

private:
    void connection_made() override {
        connection_ = std::make_shared<ThreadedConnection>(posts_, transport(), options_);
        pool_->call_in_thread(
            [connection = connection_, handler = std::move(handler_),
             slot = std::move(slot_)]() mutable { serve(connection, *handler, slot); });
    }
    void data_received(Bytes data) override { connection_->received(data); }
    void connection_lost(std::error_code reason) override { connection_->lost(reason); }
    bool read_connection_lost() override {
        connection_->input_ended();
        return true; // the handler's return closes
    }
    void write_paused() override { connection_->set_blocked(true); }
    void write_resumed() override { connection_->set_blocked(false); }

    static void serve(const std::shared_ptr<ThreadedConnection>& connection,
                      const ThreadedHandler& handler, Slot& slot) {
        BlockingStream stream(connection);
        std::exception_ptr error;
        try {
            handler(stream);
        } catch (...) {
            error = std::current_exception();
        }
        slot.leave(); // before the peer can know that its connection ends, and try again
        if (error) {
            connection->handler_threw(error);
        } else {
            connection->end();
        }
    }

    std::shared_ptr<detail::Posts> posts_;
    std::shared_ptr<ThreadPool> pool_;
    std::shared_ptr<const ThreadedHandler> handler_;
    const ThreadedOptions& options_; // the factory's, which outlives us
    Slot slot_;
    std::shared_ptr<ThreadedConnection> connection_; // shared with the handler's side
};

class Refusal final : public Protocol {
public:
    explicit Refusal(const std::string& text) : text_(text) {}

private:
    void connection_made() override {
        transport().write(Bytes(text_));
        transport().lose_connection();
    }
    const std::string& text_; // the factory's, which outlives us
};

} // namespace

ThreadedFactory::ThreadedFactory(Reactor& reactor, ThreadedHandler handler, ThreadedOptions options)
    : loop_(detail::loop_of(reactor)),
      handler_(std::make_shared<const ThreadedHandler>(std::move(handler))),
      options_(std::move(options)),
      pool_(std::make_shared<ThreadPool>(ThreadPoolOptions{.threads = options_.threads})),
      serving_(std::make_shared<std::atomic<std::size_t>>(0)) {
    loop_.join_at_end(pool_);
}

ThreadedFactory::~ThreadedFactory() {
    pool_->close();
}

std::unique_ptr<Protocol> ThreadedFactory::build_protocol(const Address&) {
    if (*serving_ < options_.threads) {
        return std::make_unique<ThreadedProtocol>(loop_.posts(), pool_, handler_, options_,
                                                  Slot(serving_));
    }
    ++refused_;
    return options_.refusal.empty() ? nullptr : std::make_unique<Refusal>(options_.refusal);
}

std::shared_ptr<ThreadedFactory> threaded(Reactor& reactor, ThreadedHandler handler,
                                          ThreadedOptions options) {
    return std::make_shared<ThreadedFactory>(reactor, std::move(handler), std::move(options));
}

} // namespace hawser
