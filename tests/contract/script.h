// SPDX-License-Identifier: MIT
/// \file
/// A protocol made of functions, and the journal of what happened to it.
#pragma once

#include <hawser/core/protocol.h>
#include <hawser/core/transport.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace contract {

/// What a case wants to do in each callback; empty: nothing, or the default.
struct Script {
    using Step = std::function<void(hawser::Transport&)>;
    Step made;
    std::function<void(hawser::Transport&, hawser::Bytes)> received;
    std::function<void(hawser::Transport&, std::error_code)> lost;
    std::function<bool(hawser::Transport&)> read_lost;
    Step write_lost;
    Step write_paused;
    Step write_resumed;
    Step read_resumed;
};

/// What happened to one connection.
struct Journal {
    /// "made", "data", "read lost", "write lost", "write paused", "write resumed", "read resumed"
    /// and "lost"; data that comes in pieces is one event. A callback that comes from inside
    /// another is "NESTED ...", one that comes while the loop does not turn "OUTSIDE ...".
    std::vector<std::string> events;
    std::string data;                       ///< all of it
    std::optional<std::error_code> reason;  ///< what connection_lost() was given
    hawser::Transport* transport = nullptr; ///< null before and after the connection
    bool turning = false;                   ///< the wire lets the loop turn
    bool inside = false;                    ///< a callback
    bool over = false;                      ///< the case has ended: nothing is noted or done

    [[nodiscard]] bool saw(std::string_view event) const;
    [[nodiscard]] bool lost() const noexcept { return reason.has_value(); }
    /// Only callbacks that come from the loop, each at its time.
    [[nodiscard]] bool clean() const;
};

class ScriptedProtocol final : public hawser::Protocol {
public:
    ScriptedProtocol(Journal& journal, Script script)
        : journal_(journal), script_(std::move(script)) {}

private:
    void connection_made() override;
    void data_received(hawser::Bytes data) override;
    void connection_lost(std::error_code reason) override;
    bool read_connection_lost() override;
    void write_connection_lost() override { step("write lost", script_.write_lost); }
    void write_paused() override { step("write paused", script_.write_paused); }
    void write_resumed() override { step("write resumed", script_.write_resumed); }
    void read_resumed() override { step("read resumed", script_.read_resumed); }

    template <class Body>
    auto during(std::string_view event, Body body);
    void step(std::string_view event, const Script::Step& step);

    Journal& journal_;
    Script script_;
};

/// Marks the time in which callbacks may come.
class Turning {
public:
    explicit Turning(Journal& journal) : flag_(journal.turning), before_(flag_) { flag_ = true; }
    Turning(const Turning&) = delete;
    Turning& operator=(const Turning&) = delete;
    ~Turning() { flag_ = before_; }

private:
    bool& flag_;
    bool before_;
};

} // namespace contract
