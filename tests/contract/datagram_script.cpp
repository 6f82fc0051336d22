// SPDX-License-Identifier: MIT
#include "datagram_script.h"

#include <algorithm>

namespace contract {

using hawser::Address;
using hawser::Bytes;

std::size_t DatagramJournal::count(std::string_view event) const {
    return static_cast<std::size_t>(std::count(events.begin(), events.end(), event));
}

bool DatagramJournal::clean() const {
    return std::none_of(events.begin(), events.end(), [](const std::string& event) {
        return event.starts_with("NESTED") || event.starts_with("OUTSIDE");
    });
}

template <class Body>
void ScriptedDatagrams::during(std::string_view event, Body body) {
    struct Inside {
        bool& flag;
        bool before = std::exchange(flag, true);
        ~Inside() { flag = before; }
    };
    const bool outside = !journal_.turning && event != "start"; // that one is part of bind()
    journal_.events.push_back((journal_.inside ? "NESTED "
                               : outside       ? "OUTSIDE "
                                               : "") +
                              std::string(event));
    const Inside inside{journal_.inside};
    body();
}

void ScriptedDatagrams::start_protocol() {
    journal_.transport = &transport();
    during("start", [&] {
        if (script_.started) {
            script_.started(transport());
        }
    });
}

void ScriptedDatagrams::datagram_received(Bytes data, const Address& from) {
    journal_.datagrams.push_back({std::string(data), from});
    during("datagram", [&] {
        if (script_.received) {
            script_.received(transport(), data, from);
        }
    });
}

void ScriptedDatagrams::datagram_truncated(Bytes beginning, const Address& from) {
    journal_.datagrams.push_back({std::string(beginning), from});
    during("truncated", [&] {
        if (script_.truncated) {
            script_.truncated(transport(), beginning, from);
        }
    });
}

void ScriptedDatagrams::connection_refused() {
    during("refused", [&] {
        if (script_.refused) {
            script_.refused(transport());
        }
    });
}

void ScriptedDatagrams::receive_failed(std::error_code error) {
    journal_.errors.push_back(error);
    during("receive failed", [&] {
        if (script_.failed) {
            script_.failed(transport());
        }
    });
}

void ScriptedDatagrams::write_failed(const Address&, std::error_code error) {
    journal_.errors.push_back(error);
    during("write failed", [&] {
        if (script_.failed) {
            script_.failed(transport());
        }
    });
}

void ScriptedDatagrams::stop_protocol() {
    journal_.transport = nullptr;
    during("stop", [&] {
        if (script_.stopped) {
            script_.stopped(transport());
        }
    });
}

} // namespace contract
