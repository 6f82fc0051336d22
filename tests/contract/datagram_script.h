// SPDX-License-Identifier: MIT
/// \file
/// A datagram protocol made of functions, and the journal of what happened to it.
#pragma once

#include <hawser/core/datagram_protocol.h>
#include <hawser/core/datagram_transport.h>

#include <functional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace contract {

/// What a case wants to do in each callback; empty: nothing.
struct DatagramScript {
    using Step = std::function<void(hawser::DatagramTransport&)>;
    using Datagram =
        std::function<void(hawser::DatagramTransport&, hawser::Bytes, const hawser::Address&)>;
    Step started;
    Datagram received;
    Datagram truncated;
    Step refused;
    Step failed; // of writing or receiving
    Step stopped;
};

/// What happened to one datagram transport.
struct DatagramJournal {
    struct Entry {
        std::string data;
        hawser::Address from;
        friend bool operator==(const Entry&, const Entry&) = default;
    };

    /// "start", "datagram", "truncated", "refused", "receive failed", "write failed", "stop" and
    /// "gone", when the protocol is destroyed. A callback that comes from inside another is
    /// "NESTED ...", one that comes while the loop does not turn "OUTSIDE ...".
    std::vector<std::string> events;
    std::vector<Entry> datagrams; ///< truncated ones too
    std::vector<std::error_code> errors;
    hawser::DatagramTransport* transport = nullptr; ///< null before the start and after the end
    bool turning = false;
    bool inside = false;

    [[nodiscard]] std::size_t count(std::string_view event) const;
    [[nodiscard]] bool clean() const; ///< Only callbacks that come from the loop.
};

class ScriptedDatagrams final : public hawser::DatagramProtocol {
public:
    ScriptedDatagrams(DatagramJournal& journal, DatagramScript script)
        : journal_(journal), script_(std::move(script)) {}
    ~ScriptedDatagrams() override { journal_.events.emplace_back("gone"); }

private:
    void start_protocol() override;
    void datagram_received(hawser::Bytes data, const hawser::Address& from) override;
    void datagram_truncated(hawser::Bytes beginning, const hawser::Address& from) override;
    void connection_refused() override;
    void receive_failed(std::error_code error) override;
    void write_failed(const hawser::Address& to, std::error_code error) override;
    void stop_protocol() override;

    template <class Body>
    void during(std::string_view event, Body body);

    DatagramJournal& journal_;
    DatagramScript script_;
};

} // namespace contract
