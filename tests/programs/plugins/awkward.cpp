// SPDX-License-Identifier: MIT
// An echo that cannot start, or does not stop.
#include <hawser/protocols/echo.h>
#include <hawser/runner/plugin.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace {

class Awkward final : public hawser::Service {
public:
    Awkward(std::unique_ptr<hawser::Service> echo, std::string fails)
        : echo_(std::move(echo)), fails_(std::move(fails)) {}

    void start() override {
        if (fails_ == "start") {
            throw std::runtime_error("not today");
        }
        echo_->start();
    }
    [[nodiscard]] hawser::Deferred<> stop() override {
        return fails_ == "stop" ? never_.deferred() : echo_->stop();
    }

private:
    std::unique_ptr<hawser::Service> echo_;
    std::string fails_;
    hawser::Promise<> never_;
};

std::unique_ptr<hawser::Service> make_service(hawser::ServiceContext& context) {
    return std::make_unique<Awkward>(context.serve(hawser::factory_for<hawser::Echo>()),
                                     context.options().get("fails"));
}

constexpr hawser::PluginOption table[] = {
    {.name = "fails", .value = "WHAT", .help = "start or stop"},
};

const hawser::Plugin awkward{.name = "awkward",
                             .version = "1",
                             .summary = "Echoes, but for one thing",
                             .options = table,
                             .make_service = make_service};

} // namespace

const hawser::Plugin* hawser_plugin() {
    return &awkward;
}
