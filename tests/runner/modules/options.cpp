// SPDX-License-Identifier: MIT
// A plug-in with an option of each sort, one of which it looks at.
#include <hawser/runner/plugin.h>

namespace {

class Nothing final : public hawser::Service {
public:
    void start() override {}
    [[nodiscard]] hawser::Deferred<> stop() override { return hawser::Deferred<>::succeed(); }
};

std::unique_ptr<hawser::Service> make_service(hawser::ServiceContext& context) {
    (void)context.options().number("port", 1, 65535);
    return std::make_unique<Nothing>();
}

constexpr hawser::PluginOption table[] = {
    {.name = "greeting", .value = "TEXT", .by_default = "hello"},
    {.name = "port", .value = "PORT", .by_default = "7"},
    {.name = "word", .value = "WORD..."},
    {.name = "loud"},
};

const hawser::Plugin options{.name = "options",
                             .version = "1",
                             .summary = "",
                             .options = table,
                             .make_service = make_service};

} // namespace

const hawser::Plugin* hawser_plugin() {
    return &options;
}
