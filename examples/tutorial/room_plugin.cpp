// SPDX-License-Identifier: MIT
// The room, as a plug-in of hawser.
#include "room.h"

#include <hawser/reactor/reactor.h>
#include <hawser/runner/plugin.h>

static std::unique_ptr<hawser::Service> make_service(hawser::ServiceContext& context) {
    return context.serve(std::make_shared<Room>(context.reactor()));
}

static const hawser::Plugin room{
    .name = "room",
    .version = "1.0",
    .summary = "A room to talk in",
    .make_service = make_service,
};

const hawser::Plugin* hawser_plugin() {
    return &room;
}
