// SPDX-License-Identifier: MIT
/// \file
/// NameServer, a DNS server with a table, on a port of 127.0.0.1.
#pragma once

#include "reactor_fixture.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace reactor_test {

/// Its socket comes first, so that a reactor can be made that asks it; it answers, over UDP, while
/// that reactor turns.
class NameServer {
public:
    NameServer();
    void serve(hawser::Reactor& reactor);

    /// What ReactorOptions::name_servers calls it.
    [[nodiscard]] std::string name() const;
    /// These are the addresses of \p host; other hosts do not exist.
    void set(const std::string& host, const std::vector<std::string>& ips) { table_[host] = ips; }

    bool silent = false;                ///< it answers nothing
    std::vector<std::string> questions; ///< `A example.org`, in the order they came

private:
    void pump();
    [[nodiscard]] std::string answer(const std::string& query);

    Fd socket_;
    std::map<std::string, std::vector<std::string>> table_;
    std::optional<Every> every_;
};

} // namespace reactor_test
