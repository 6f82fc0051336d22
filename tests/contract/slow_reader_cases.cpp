// SPDX-License-Identifier: MIT
#include "wires.h"

#include <hawser/core/producer.h>

#include <algorithm>

using namespace contract; // NOLINT(google-build-using-namespace): this file is its cases

namespace {

constexpr std::size_t all = 10'000'000;
constexpr std::size_t piece = 8192;

/// Writes until it is paused, and on when it is resumed; notes how much was ever queued.
class Fountain final : public hawser::Producer {
public:
    explicit Fountain(std::string text) : text_(std::move(text)) {}

    std::size_t most_queued = 0;
    int pauses = 0;

    void flow(hawser::Transport& transport) {
        transport_ = &transport;
        transport.register_producer(*this, true);
        pour();
    }
    void pause_producing() override {
        paused_ = true;
        ++pauses;
    }
    void resume_producing() override {
        paused_ = false;
        pour();
    }
    void stop_producing() override { paused_ = true; }

private:
    void pour() {
        while (!paused_ && sent_ < text_.size()) {
            transport_->write(hawser::Bytes(text_).substr(sent_, piece));
            sent_ += piece;
            most_queued = std::max(most_queued, transport_->queued());
        }
        if (sent_ >= text_.size()) {
            transport_->unregister_producer();
        }
    }

    std::string text_;
    hawser::Transport* transport_ = nullptr;
    std::size_t sent_ = 0;
    bool paused_ = false;
};

} // namespace

TEST_SUITE_BEGIN("contract: slow readers");

TEST_CASE_TEMPLATE("10 MB reach a slow reader in order, and no more than the mark is queued", Wire,
                   CONTRACT_WIRES) {
    const std::string text = pattern(all);
    Fountain fountain(text);
    Wire wire;
    wire.open({});
    wire.peer_takes_nothing();
    fountain.flow(wire.transport());
    wire.settle();
    wire.transport().lose_connection(); // waits for the fountain

    bool takes = false;
    CHECK(wire.until([&] {
        takes = !takes;
        takes ? wire.peer_takes_all() : wire.peer_takes_nothing();
        return wire.journal.lost();
    }));
    wire.peer_takes_all();
    CHECK(wire.until([&] { return wire.peer_saw_end(); }));

    CHECK(wire.peer_saw().size() == all);
    CHECK((wire.peer_saw() == text));
    CHECK(fountain.pauses > 0);
    CHECK(fountain.most_queued <= 64 * 1024 + piece);
    CHECK(wire.journal.reason == std::error_code());
}

TEST_SUITE_END();
