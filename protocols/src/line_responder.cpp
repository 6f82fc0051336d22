// SPDX-License-Identifier: MIT
#include <hawser/protocols/line_responder.h>

#include <hawser/core/address.h>
#include <hawser/core/transport.h>

#include <utility>

namespace hawser {

LineResponder::LineResponder(LineRules rules) : rules_(std::move(rules)) {
    set_delimiter("\n");
}

LineResponder::~LineResponder() = default;

void LineResponder::connection_made() {
    peer_ = to_string(transport().peer());
}

void LineResponder::line_received(std::string_view line) {
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    const auto answer = rules_.answer(line, peer_);
    if (!answer) {
        return;
    }
    transport().write(answer->text);
    if (answer->close) {
        transport().lose_connection();
    }
}

} // namespace hawser
