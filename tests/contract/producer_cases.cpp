// SPDX-License-Identifier: MIT
#include "wires.h"

#include <hawser/core/producer.h>

#include <stdexcept>

using namespace contract; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Errc;
using hawser::Transport;

namespace {

/// Notes what it is told; a pull producer writes a piece each time it is asked, until it has none.
class Source final : public hawser::Producer {
public:
    Events told;

    /// Notes the callbacks it is given outside of the loop, and its end, in \p journal.
    void follow(Journal& journal) { journal_ = &journal; }
    /// Writes \p pieces, one each time it is asked, then unregisters.
    void feed(hawser::Consumer& consumer, int pieces) {
        pulled_ = &consumer;
        pieces_ = pieces;
    }

    void pause_producing() override { told.emplace_back("pause"); }
    void resume_producing() override {
        told.emplace_back(journal_->turning ? "resume" : "OUTSIDE resume");
        if (pulled_ == nullptr) {
            return;
        }
        if (pieces_-- > 0) {
            pulled_->write("piece ");
        } else {
            pulled_->unregister_producer();
        }
    }
    void stop_producing() override {
        told.emplace_back("stop");
        journal_->events.emplace_back("producer stopped");
    }

private:
    Journal* journal_ = nullptr;
    hawser::Consumer* pulled_ = nullptr;
    int pieces_ = 0;
};

/// Connects \p wire; sources are declared before it, to outlive the connection.
template <class Wire>
void open(Wire& wire, Source& source, Script script = {}) {
    source.follow(wire.journal);
    wire.open(std::move(script));
}

} // namespace

TEST_SUITE_BEGIN("contract: producers");

TEST_CASE_TEMPLATE("a push producer is paused inside the write that passes the mark", Wire,
                   CONTRACT_WIRES) {
    Source source;
    Wire wire;
    open(wire, source);
    wire.transport().register_producer(source, true);
    wire.settle();

    wire.transport().write(pattern(65536));
    CHECK(source.told.empty());
    wire.transport().write("!");
    CHECK(source.told == Events{"pause"});
    wire.transport().write("more");
    CHECK(source.told == Events{"pause"});

    CHECK(wire.until([&] { return wire.transport().queued() == 0; }));
    wire.settle();
    CHECK(source.told == Events{"pause", "resume"});
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("a push producer is resumed at the low mark, not before", Wire, CONTRACT_WIRES) {
    Source source;
    Wire wire;
    open(wire, source);
    wire.transport().set_write_marks(1000, 100);
    wire.transport().register_producer(source, true);
    wire.peer_takes_nothing();
    stuff(wire, 1001);
    const Events before = source.told;
    CHECK(before.back() == "pause");

    wire.peer_takes_all();

    CHECK(wire.until([&] { return source.told.size() > before.size(); }));
    CHECK(source.told.back() == "resume");
    CHECK(wire.transport().queued() <= 100);
}

TEST_CASE_TEMPLATE("a producer registered above the mark is paused at once", Wire, CONTRACT_WIRES) {
    Source source;
    Wire wire;
    open(wire, source);
    wire.transport().set_write_marks(1000, 100);
    wire.peer_takes_nothing();
    stuff(wire, 1001);

    wire.transport().register_producer(source, true);
    CHECK(source.told == Events{"pause"});

    wire.peer_takes_all();
    CHECK(wire.until([&] { return source.told == Events{"pause", "resume"}; }));
}

TEST_CASE_TEMPLATE("a pull producer is asked at once and each time the queue is empty", Wire,
                   CONTRACT_WIRES) {
    Source source;
    Wire wire;
    open(wire, source);
    source.feed(wire.transport(), 3);

    wire.transport().register_producer(source, false);
    CHECK(source.told.empty());

    CHECK(wire.until([&] { return source.told.size() == 4; }));
    wire.settle();
    CHECK(wire.peer_saw() == "piece piece piece ");
    CHECK(source.told == Events(4, "resume"));
}

TEST_CASE_TEMPLATE("a pull producer is not asked while its piece waits, and never paused", Wire,
                   CONTRACT_WIRES) {
    Source source;
    Wire wire;
    open(wire, source);
    wire.transport().set_write_marks(1000, 100);
    wire.peer_takes_nothing();
    stuff(wire, 1001);
    source.feed(wire.transport(), 1);

    wire.transport().register_producer(source, false);
    wire.settle();
    CHECK(source.told == Events{"resume"});
    wire.transport().write("more");
    wire.settle();
    CHECK(source.told == Events{"resume"});

    wire.peer_takes_all();
    CHECK(wire.until([&] { return source.told == Events{"resume", "resume"}; }));
}

TEST_CASE_TEMPLATE("a pull producer registered inside any callback is asked", Wire,
                   CONTRACT_WIRES) {
    Source source;
    Wire wire;
    Script script;
    script.read_resumed = [&](Transport& transport) { transport.register_producer(source, false); };
    open(wire, source, script);

    wire.transport().pause_producing();
    wire.transport().resume_producing();
    wire.settle();

    CHECK(source.told == Events{"resume"});
}

TEST_CASE_TEMPLATE("the end stops the producer before connection_lost", Wire, CONTRACT_WIRES) {
    for (const bool ours : {true, false}) {
        Source source;
        Wire wire;
        open(wire, source);
        wire.transport().register_producer(source, true);
        wire.peer_takes_nothing();
        wire.transport().write("never read");
        wire.settle();

        ours ? wire.transport().abort_connection() : wire.peer_resets();

        CHECK(wire.until_lost());
        CHECK(source.told == Events{"stop"});
        CHECK(wire.journal.events == Events{"made", "producer stopped", "lost"});
    }
}

TEST_CASE_TEMPLATE("a producer registered when the end has come is stopped", Wire, CONTRACT_WIRES) {
    Source late;
    Source last;
    Wire wire;
    last.follow(wire.journal);
    Script script;
    script.lost = [&](Transport& transport, std::error_code) {
        transport.register_producer(last, true);
    };
    open(wire, late, script);

    wire.transport().abort_connection();
    wire.transport().register_producer(late, false);
    CHECK(wire.until_lost());
    wire.settle();

    CHECK(late.told == Events{"stop"});
    CHECK(last.told == Events{"stop"});
}

TEST_CASE_TEMPLATE("one producer at a time; unregistering without one does nothing", Wire,
                   CONTRACT_WIRES) {
    Source first;
    Source second;
    Wire wire;
    second.follow(wire.journal);
    open(wire, first);

    wire.transport().unregister_producer();
    wire.transport().register_producer(first, true);
    CHECK_THROWS_AS(wire.transport().register_producer(second, true), std::logic_error);
    wire.transport().unregister_producer();
    wire.transport().register_producer(second, true);
    wire.transport().abort_connection();
    CHECK(wire.until_lost());

    CHECK(first.told.empty());
    CHECK(second.told == Events{"stop"});
}

TEST_CASE_TEMPLATE("a producer that unregisters while paused is told nothing more", Wire,
                   CONTRACT_WIRES) {
    Source source;
    Wire wire;
    open(wire, source);
    wire.transport().register_producer(source, true);
    wire.transport().write(pattern(65537));

    wire.transport().unregister_producer();
    CHECK(wire.until([&] { return wire.transport().queued() == 0; }));
    wire.settle();

    CHECK(source.told == Events{"pause"});
}

TEST_SUITE_END();
