// SPDX-License-Identifier: MIT
/// \file
/// Talker, a protocol that writes down what happens to it, and the Journal it writes into.
#pragma once

#include <hawser/core/error.h>
#include <hawser/core/protocol.h>

#include <string>
#include <utility>

namespace talker {

class Journal {
public:
    void note(const std::string& what) { text_ += (text_.empty() ? "" : "; ") + what; }
    /// What was noted since the last call: "client made; server made".
    std::string take() { return std::exchange(text_, {}); }

private:
    std::string text_;
};

/// Says its name before each thing. The journal is the test's, and outlives it.
class Talker : public hawser::Protocol {
public:
    Talker(Journal& journal, std::string name) : journal_(journal), name_(std::move(name)) {}

    using Protocol::transport;

    void connection_made() override { note("made"); }
    void data_received(hawser::Bytes data) override { note("got " + std::string(data)); }
    void connection_lost(std::error_code reason) override {
        note(reason ? "lost: " + hawser::message_of(reason) : "lost");
    }

protected:
    void note(const std::string& what) { journal_.note(name_ + " " + what); }

private:
    Journal& journal_;
    std::string name_;
};

} // namespace talker
