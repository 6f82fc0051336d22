// SPDX-License-Identifier: MIT
/// \file
/// Figures, what has happened in this process so far: for an operator, and for monitoring.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hawser::runner {

class MeteredConnection;

/// Of one service. They stay while its configuration or a connection of it does: those of a service
/// that is started anew go on.
struct ServiceFigures {
    std::string name{};
    std::size_t open = 0; ///< connections there are
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;   ///< that a limit, or the service, did not let in
    std::uint64_t bytes_in = 0;  ///< that were read
    std::uint64_t bytes_out = 0; ///< that were written, and taken into the queue
    // Connections that ended so:
    std::uint64_t cut = 0;       ///< their peer did not read, and the queue reached its cap
    std::uint64_t timed_out = 0; ///< a deadline passed
    std::uint64_t threw = 0;     ///< a callback let an exception out

    std::uint64_t slow_callbacks = 0; ///< of slow_callback or more
    std::chrono::nanoseconds longest{0};
    std::string longest_in{}; ///< `Chat::data_received`; empty: none was called yet
};

/// Nothing else gets its turn while a callback runs, so this is long.
inline constexpr std::chrono::milliseconds slow_callback{100};

class Figures {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Now = std::function<Time()>;

    explicit Figures(Now now = std::chrono::steady_clock::now);
    Figures(const Figures&) = delete;
    Figures& operator=(const Figures&) = delete;
    ~Figures();

    [[nodiscard]] Time now() const { return now_(); }
    [[nodiscard]] Time since() const noexcept { return since_; } ///< When counting began.

    /// Those of the service \p name, whoever holds them, or new ones.
    [[nodiscard]] std::shared_ptr<ServiceFigures> of(const std::string& name);
    /// All that somebody holds, by name.
    [[nodiscard]] std::vector<std::shared_ptr<const ServiceFigures>> services() const;

    /// The first connection with a number from \p number on; null: there is none. Numbers grow with
    /// each connection that is made.
    [[nodiscard]] const MeteredConnection* connection_from(std::uint64_t number) const noexcept;

    std::uint64_t reloads = 0;         ///< that were done
    std::uint64_t refused_reloads = 0; ///< that were not, for something was wrong

private:
    friend class MeteredConnection;

    Now now_;
    Time since_;
    std::map<std::string, std::weak_ptr<ServiceFigures>, std::less<>> services_;
    std::map<std::uint64_t, const MeteredConnection*> connections_; // that are open
    std::uint64_t next_number_ = 1;
};

} // namespace hawser::runner
