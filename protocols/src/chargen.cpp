// SPDX-License-Identifier: MIT
#include <hawser/protocols/chargen.h>

#include <hawser/core/bytes.h>
#include <hawser/core/transport.h>

#include <string>

namespace hawser {

namespace {

constexpr int characters = 95; // from the space to the tilde
constexpr int line_length = 72;

SharedBytes make_round() {
    std::string round;
    for (int line = 0; line < characters; ++line) {
        for (int column = 0; column < line_length; ++column) {
            round += static_cast<char>(' ' + (line + column) % characters);
        }
        round += "\r\n";
    }
    return SharedBytes(round);
}

} // namespace

Chargen::~Chargen() = default;

void Chargen::connection_made() {
    transport().register_producer(*this, false);
}

bool Chargen::read_connection_lost() {
    leave_consumers(); // else the end would wait for our last byte
    return false;
}

bool Chargen::stop_requested() {
    leave_consumers();
    return false;
}

void Chargen::resume_producing() {
    static const SharedBytes round = make_round(); // sent by all, copied by none
    transport().write(round);
}

void Chargen::pause_producing() {}

void Chargen::stop_producing() {}

} // namespace hawser
