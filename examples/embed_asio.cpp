// SPDX-License-Identifier: MIT
// hawser beside Asio, in one thread: an echo server. Ctrl-C, which Asio watches, ends it:
// `embed_asio tcp:127.0.0.1:8000`.
#include <hawser/protocols/echo.h>
#include <hawser/reactor/reactor.h>
#include <hawser/reactor/system_event.h>

#include <asio.hpp>

#include <csignal>
#include <cstdio>

class AsioHost { // has an io_context turn a Reactor
public:
    AsioHost(asio::io_context& context, hawser::Reactor& reactor)
        : reactor_(reactor), news_(context, reactor.descriptor()), timer_(context) {
        reactor_.when_armed([this] { wait(std::chrono::milliseconds::zero()); });
        watch();
        turn();
    }
    ~AsioHost() {
        reactor_.when_armed(nullptr);
        news_.release(); // it is the reactor's
    }

private:
    void watch() {
        news_.async_wait(news_.wait_read,
                         [this](asio::error_code error) { error ? void() : (turn(), watch()); });
    }
    void wait(std::chrono::milliseconds time) {
        timer_.expires_after(time);
        timer_.async_wait([this](asio::error_code error) { error ? void() : turn(); });
    }
    void turn() {
        reactor_.run_once();
        if (const auto time = reactor_.timeout()) wait(*time);
    }
    hawser::Reactor& reactor_;
    asio::posix::stream_descriptor news_;
    asio::steady_timer timer_;
};

int main(int argc, char** argv) {
    asio::io_context context;
    hawser::Reactor reactor;
    const AsioHost host(context, reactor);
    asio::signal_set interrupt(context, SIGINT);
    interrupt.async_wait([&](asio::error_code, int) { reactor.stop(); });
    const auto quit = add_system_event_trigger(reactor, hawser::SystemEvent::after_shutdown,
                                               [&] { context.stop(); });
    reactor.start_running();
    const auto echo = hawser::factory_for<hawser::Echo>();
    const auto listener = reactor.listen(argc > 1 ? argv[1] : "tcp:8000", echo);
    std::printf("listening on %s\n", to_string(listener.address()).c_str());
    std::fflush(stdout);
    context.run();
    std::puts("closed");
}
