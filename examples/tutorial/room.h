// SPDX-License-Identifier: MIT
// A room in which people talk: a Factory, which is the room, and a Protocol for each guest.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/connection_ref.h>
#include <hawser/core/factory.h>
#include <hawser/protocols/line_receiver.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

class Room final : public hawser::Factory {
public:
    explicit Room(hawser::Clock& clock) : clock_(clock) {}

    void enter(hawser::ConnectionRef guest) { guests_.push_back(std::move(guest)); }
    void leave(const hawser::ConnectionRef& guest) { std::erase(guests_, guest); }

    // All but the speaker hear it.
    void tell(const hawser::ConnectionRef& speaker, std::string_view text) {
        const hawser::SharedBytes line(std::string(text) + "\n"); // one copy, however many hear it
        for (const hawser::ConnectionRef& guest : guests_) {
            if (guest != speaker) guest.write(line);
        }
    }

    std::unique_ptr<hawser::Protocol> build_protocol(const hawser::Address& peer) override;

private:
    hawser::Clock& clock_;
    std::vector<hawser::ConnectionRef> guests_;
};

class Guest final : public hawser::LineReceiver {
public:
    Guest(Room& room, hawser::Clock& clock) : room_(room), clock_(clock) {}

private:
    void connection_made() override {
        set_delimiter("\n");
        send_line("What is your name?");
        too_late_ = clock_.call_later(std::chrono::seconds(60), [this] {
            send_line("Come back when you know.");
            transport().lose_connection(hawser::Errc::timed_out);
        });
    }

    void line_received(std::string_view line) override {
        if (!name_.empty()) {
            room_.tell(transport().ref(), name_ + ": " + std::string(line));
        } else if (!line.empty()) {
            too_late_.cancel();
            name_ = line.substr(0, 20);
            send_line("Welcome, " + name_ + ".");
            room_.enter(transport().ref());
            room_.tell(transport().ref(), name_ + " has come.");
        }
    }

    void connection_lost(std::error_code) override {
        if (name_.empty()) return;
        room_.leave(transport().ref());
        room_.tell(transport().ref(), name_ + " has gone.");
    }

    Room& room_; // lives until its last connection is gone
    hawser::Clock& clock_;
    std::string name_;
    hawser::Timer too_late_; // if there is no name by then
};

inline std::unique_ptr<hawser::Protocol> Room::build_protocol(const hawser::Address&) {
    return std::make_unique<Guest>(*this, clock_);
}
