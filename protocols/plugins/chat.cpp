// SPDX-License-Identifier: MIT
// hawser chat: rooms to talk in.
#include <hawser/protocols/chat.h>
#include <hawser/runner/plugin.h>

namespace {

constexpr hawser::PluginOption options[] = {
    {.name = "history",
     .value = "N",
     .help = "how many lines a room remembers, for those who come",
     .by_default = "20"},
    {.name = "rate",
     .value = "N",
     .help = "lines a second that one person may say in the long run, 0 for any number",
     .by_default = "10"},
};

std::unique_ptr<hawser::Service> make_service(hawser::ServiceContext& context) {
    hawser::ChatOptions chat;
    chat.rooms.history = context.options().number("history", 0, 10000);
    chat.lines_per_second = context.options().number("rate", 0, 10000);
    return context.serve(std::make_shared<hawser::ChatFactory>(context.reactor(), chat));
}

const hawser::Plugin chat_plugin{
    .name = "chat",
    .version = HAWSER_VERSION,
    .summary = "Rooms to talk in, for people with a terminal",
    .options = options,
    .make_service = make_service,
};

} // namespace

const hawser::Plugin* hawser_plugin() {
    return &chat_plugin;
}
