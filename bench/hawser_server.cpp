// SPDX-License-Identifier: MIT
// The server under test: hawser_bench_server MODE WHERE. With a number behind it an echo has an
// idle timeout, which each read pushes back, and so many other timers wait meanwhile.
#include <hawser/core/broadcast.h>
#include <hawser/core/timer.h>
#include <hawser/protocols/echo.h>
#include <hawser/protocols/line_receiver.h>
#include <hawser/reactor/reactor.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

class LineEcho final : public hawser::LineReceiver {
public:
    LineEcho() { set_delimiter("\n"); }

private:
    void line_received(std::string_view line) override { send_line(line); }
};

/// One room: each line goes, with its end, to all other members.
class Talker final : public hawser::LineReceiver {
public:
    struct Room {
        std::vector<Talker*> talkers;
        std::vector<hawser::Transport*> transports; // of each
    };

    explicit Talker(Room& room) : room_(room) { set_delimiter("\n"); }

private:
    void connection_made() override {
        place_ = room_.talkers.size();
        room_.talkers.push_back(this);
        room_.transports.push_back(&transport());
    }

    void line_received(std::string_view line) override {
        std::string text(line);
        text += '\n';
        const hawser::SharedBytes payload(text);
        // broadcast() tells everybody in a range: those before us, and those behind.
        const std::span<hawser::Transport*> all(room_.transports);
        hawser::broadcast(payload, all.first(place_));
        hawser::broadcast(payload, all.subspan(place_ + 1));
    }

    void connection_lost(std::error_code) override {
        room_.talkers[place_] = room_.talkers.back();
        room_.talkers[place_]->place_ = place_;
        room_.transports[place_] = room_.transports.back();
        room_.talkers.pop_back();
        room_.transports.pop_back();
    }

    Room& room_;
    std::size_t place_ = 0;
};

class PatientEcho final : public hawser::Echo {
public:
    explicit PatientEcho(hawser::Clock& clock) : clock_(clock) {}

private:
    void connection_made() override {
        timeout_ = clock_.call_later(patience, [this] { transport().lose_connection(); });
    }
    void data_received(hawser::Bytes data) override {
        timeout_.reset(patience);
        Echo::data_received(data);
    }

    static constexpr std::chrono::minutes patience{1};
    hawser::Clock& clock_;
    hawser::Timer timeout_;
};

std::vector<hawser::Timer> waiting_timers(hawser::Clock& clock, std::size_t count) {
    std::vector<hawser::Timer> timers;
    for (std::size_t i = 0; i < count; ++i) {
        const std::chrono::milliseconds apart(i * 7919 % count); // in no order
        timers.push_back(clock.call_later(std::chrono::minutes(10) + apart, [] {}));
    }
    return timers;
}

class DatagramEcho final : public hawser::DatagramProtocol {
    void datagram_received(hawser::Bytes data, const hawser::Address& from) override {
        transport().write(data, from);
    }
};

std::string endpoint(const std::string& where) {
    return where.starts_with('/') ? "unix:" + where : "tcp:127.0.0.1:" + where;
}

} // namespace

int main(int argc, char** argv) try {
    const std::string_view mode = argc == 3 || argc == 4 ? argv[1] : "";
    Talker::Room room;
    hawser::Reactor reactor;
    std::vector<hawser::Timer> timers;
    std::shared_ptr<hawser::Factory> factory;
    if (mode == "echo" && argc == 4) {
        timers = waiting_timers(reactor, std::stoul(argv[3]));
        factory = hawser::factory_for<PatientEcho>(std::ref<hawser::Clock>(reactor));
    } else if (mode == "echo") {
        factory = hawser::factory_for<hawser::Echo>();
    } else if (mode == "line") {
        factory = hawser::factory_for<LineEcho>();
    } else if (mode == "chat") {
        factory = hawser::factory_for<Talker>(std::ref(room));
    } else if (mode != "udp") {
        std::fputs("usage: hawser_bench_server echo|line|chat|udp PORT|/PATH [TIMERS]\n", stderr);
        return 2;
    }
    const hawser::Listener listener = mode == "udp"
                                          ? reactor.bind("udp:127.0.0.1:" + std::string(argv[2]),
                                                         std::make_unique<DatagramEcho>())
                                          : reactor.listen(endpoint(argv[2]), factory);
    reactor.run();
} catch (const std::exception& error) {
    std::fprintf(stderr, "hawser_bench_server: %s\n", error.what());
    return 1;
}
