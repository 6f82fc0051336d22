// SPDX-License-Identifier: MIT
// The server under test: hawser_bench_server MODE WHERE.
#include <hawser/core/broadcast.h>
#include <hawser/protocols/echo.h>
#include <hawser/protocols/line_receiver.h>
#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <unordered_set>
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
    explicit Talker(std::vector<Talker*>& room) : room_(room) { set_delimiter("\n"); }

private:
    void connection_made() override {
        place_ = room_.size();
        room_.push_back(this);
    }

    void line_received(std::string_view line) override {
        std::string text(line);
        text += '\n';
        const hawser::SharedBytes payload(text);
        // Out of the range for a moment: broadcast() tells everybody in it.
        std::swap(room_[place_], room_.back());
        others_.clear();
        for (std::size_t i = 0; i + 1 < room_.size(); ++i) {
            others_.push_back(&room_[i]->transport());
        }
        std::swap(room_[place_], room_.back());
        hawser::broadcast(payload, others_);
    }

    void connection_lost(std::error_code) override {
        room_[place_] = room_.back();
        room_[place_]->place_ = place_;
        room_.pop_back();
    }

    std::vector<Talker*>& room_;
    std::vector<hawser::Transport*> others_;
    std::size_t place_ = 0;
};

std::string endpoint(const std::string& where) {
    return where.starts_with('/') ? "unix:" + where : "tcp:127.0.0.1:" + where;
}

} // namespace

int main(int argc, char** argv) try {
    const std::string_view mode = argc == 3 ? argv[1] : "";
    std::vector<Talker*> room;
    std::shared_ptr<hawser::Factory> factory;
    if (mode == "echo") {
        factory = hawser::factory_for<hawser::Echo>();
    } else if (mode == "line") {
        factory = hawser::factory_for<LineEcho>();
    } else if (mode == "chat") {
        factory = hawser::factory_for<Talker>(std::ref(room));
    } else {
        std::fputs("usage: hawser_bench_server echo|line|chat PORT|/PATH\n", stderr);
        return 2;
    }
    hawser::Reactor reactor;
    const hawser::Listener listener = reactor.listen(endpoint(argv[2]), factory);
    reactor.run();
} catch (const std::exception& error) {
    std::fprintf(stderr, "hawser_bench_server: %s\n", error.what());
    return 1;
}
