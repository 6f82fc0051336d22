// SPDX-License-Identifier: MIT
// Is its own guest: an echo server, a connection to it, and one line there and back.
#include <hawser/protocols/echo.h>
#include <hawser/protocols/line_receiver.h>
#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace {

class Guest final : public hawser::LineReceiver {
public:
    explicit Guest(hawser::Reactor& reactor) : reactor_(reactor) {}

private:
    void connection_made() override { send_line("hello"); }
    void line_received(std::string_view line) override {
        std::printf("%s came back\n", std::string(line).c_str());
        reactor_.stop();
    }

    hawser::Reactor& reactor_;
};

} // namespace

int main() {
    hawser::Reactor reactor;
    auto listener = reactor.listen("tcp:127.0.0.1:0", hawser::factory_for<hawser::Echo>());
    auto guest = reactor.connect("tcp:" + to_string(listener.address()),
                                 hawser::factory([&] { return std::make_unique<Guest>(reactor); }));
    reactor.run();
}
