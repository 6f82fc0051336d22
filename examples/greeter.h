// SPDX-License-Identifier: MIT
// Asks for a name and greets: a protocol of your own, in ten lines.
#pragma once

#include <hawser/protocols/line_receiver.h>

#include <string>

class Greeter final : public hawser::LineReceiver {
    void connection_made() override { send_line("What is your name?"); }
    void line_received(std::string_view line) override {
        send_line("Hello, " + std::string(line) + "!");
        transport().lose_connection();
    }
};
