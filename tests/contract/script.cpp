// SPDX-License-Identifier: MIT
#include "script.h"

#include <algorithm>

namespace contract {

bool Journal::saw(std::string_view event) const {
    return std::find(events.begin(), events.end(), event) != events.end();
}

bool Journal::clean() const {
    const auto is_bad = [](const std::string& event) {
        return event.starts_with("NESTED") || event.starts_with("OUTSIDE");
    };
    const auto made = std::count(events.begin(), events.end(), "made");
    const auto lost = std::count(events.begin(), events.end(), "lost");
    return std::none_of(events.begin(), events.end(), is_bad) && made == 1 &&
           events.front() == "made" && (lost == 0 || (lost == 1 && events.back() == "lost"));
}

template <class Body>
auto ScriptedProtocol::during(std::string_view event, Body body) {
    if (journal_.over) {
        return decltype(body())();
    }
    struct Inside {
        bool& flag;
        bool before;
        ~Inside() { flag = before; }
    } const inside{journal_.inside, std::exchange(journal_.inside, true)};
    std::string text(event);
    if (inside.before) {
        text.insert(0, "NESTED ");
    } else if (!journal_.turning) {
        text.insert(0, "OUTSIDE ");
    }
    if (text != "data" || journal_.events.empty() || journal_.events.back() != text) {
        journal_.events.push_back(text);
    }
    return body();
}

void ScriptedProtocol::step(std::string_view event, const Script::Step& step) {
    during(event, [&] {
        if (step) {
            step(transport());
        }
    });
}

void ScriptedProtocol::connection_made() {
    journal_.transport = &transport();
    step("made", script_.made);
}

void ScriptedProtocol::data_received(hawser::Bytes data) {
    during("data", [&] {
        journal_.data += data;
        if (script_.received) {
            script_.received(transport(), data);
        }
    });
}

void ScriptedProtocol::connection_lost(std::error_code reason) {
    during("lost", [&] {
        journal_.reason = reason;
        journal_.transport = nullptr;
        if (script_.lost) {
            script_.lost(transport(), reason);
        }
    });
}

bool ScriptedProtocol::read_connection_lost() {
    return during("read lost", [&] {
        return script_.read_lost ? script_.read_lost(transport())
                                 : hawser::Protocol::read_connection_lost();
    });
}

} // namespace contract
