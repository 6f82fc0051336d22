// SPDX-License-Identifier: MIT
// A user of hawser: greets one guest, at a port that it prints.
#include <hawser/protocols/line_receiver.h>
#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace {

class Greeter final : public hawser::LineReceiver {
public:
    explicit Greeter(hawser::Reactor& reactor) : reactor_(reactor) {}

private:
    void connection_made() override { send_line("What is your name?"); }
    void line_received(std::string_view line) override {
        send_line("Hello, " + std::string(line) + "!");
        transport().lose_connection();
        reactor_.stop();
    }

    hawser::Reactor& reactor_;
};

} // namespace

int main() {
    hawser::Reactor reactor;
    auto listener = reactor.listen(
        "tcp:127.0.0.1:0", hawser::factory([&] { return std::make_unique<Greeter>(reactor); }));
    std::printf("listening on %s\n", to_string(listener.address()).c_str());
    std::fflush(stdout);
    reactor.run();
}
