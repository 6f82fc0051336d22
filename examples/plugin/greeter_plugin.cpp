// SPDX-License-Identifier: MIT
// A plug-in for hawser: asks who comes for a name, and greets.
#include <hawser/protocols/line_receiver.h>
#include <hawser/runner/plugin.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace {

class Greeter final : public hawser::LineReceiver {
public:
    explicit Greeter(std::string greeting) : greeting_(std::move(greeting)) {}

private:
    void connection_made() override { send_line("What is your name?"); }
    void line_received(std::string_view name) override {
        send_line(greeting_ + ", " + std::string(name) + "!");
        transport().lose_connection();
    }

    std::string greeting_;
};

constexpr hawser::PluginOption options[] = {
    {.name = "greeting", .value = "TEXT", .help = "what to say", .by_default = "Hello"},
};

std::unique_ptr<hawser::Service> make_service(hawser::ServiceContext& context) {
    return context.serve(hawser::factory_for<Greeter>(context.options().get("greeting")));
}

const hawser::Plugin greeter{
    .name = "greeter",
    .version = "1.0",
    .summary = "Greets who comes by name",
    .options = options,
    .make_service = make_service,
};

} // namespace

const hawser::Plugin* hawser_plugin() {
    return &greeter;
}
