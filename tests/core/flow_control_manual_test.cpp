// SPDX-License-Identifier: MIT
// The code of docs/flow-control.md.
#include <hawser/core/deferred.h>
#include <hawser/protocols/line_receiver.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

class Counter final : public hawser::Protocol, private hawser::Producer {
public:
    explicit Counter(int last) : last_(last) {}

private:
    void connection_made() override { transport().register_producer(*this, false); }

    void resume_producing() override { // the queue is empty: some more
        for (int i = 0; i < 1000 && next_ <= last_; ++i) {
            transport().write(std::to_string(next_++) + "\n");
        }
        if (next_ > last_) {
            transport().unregister_producer();
            transport().lose_connection();
        }
    }
    void pause_producing() override {} // it gives nothing unless asked
    void stop_producing() override {}

    int next_ = 1;
    int last_;
};

// What is worth more new than complete: who is slow misses some.
class Ticker final : public hawser::Protocol {
public:
    void tick(std::string_view news) {
        if (!behind_) {
            transport().write(news);
        }
    }

private:
    void write_paused() override { behind_ = true; }
    void write_resumed() override { behind_ = false; }

    bool behind_ = false;
};

// A job for each line, one at a time.
class Clerk final : public hawser::LineReceiver {
public:
    std::vector<std::pair<std::string, hawser::Promise<std::string>>> jobs;

private:
    hawser::Deferred<std::string> work_on(std::string_view line) {
        jobs.emplace_back(line, hawser::Promise<std::string>{});
        return jobs.back().second.deferred();
    }

    void line_received(std::string_view line) override {
        transport().pause_producing();
        job_ = work_on(line).then([this](const std::string& answer) {
            send_line(answer);
            transport().resume_producing();
        });
    }

    hawser::Deferred<> job_; // goes with the connection
};

} // namespace

TEST_SUITE("the flow control of the manual") {
    TEST_CASE("a pull producer costs no more than it gives at a time") {
        hawser::testing::MemoryTransport transport;
        transport.hold_output();
        transport.attach(std::make_unique<Counter>(100'000));

        transport.turn();
        CHECK(transport.queued() > 0);
        CHECK(transport.queued() < 8'000);

        transport.release_output();
        CHECK(transport.sent().ends_with("\n99999\n100000\n"));
        CHECK(transport.lost());
    }

    TEST_CASE("who is behind misses some") {
        hawser::testing::MemoryTransport transport;
        transport.hold_output();
        auto& ticker = transport.attach(std::make_unique<Ticker>());
        const std::string news(10'000, 'x');
        for (int i = 0; i < 100; ++i) {
            ticker.tick(news);
            transport.turn();
        }
        CHECK(transport.queued() == 70'000);

        transport.release_output();
        transport.turn();
        ticker.tick("the latest");
        CHECK(transport.sent().ends_with("xthe latest"));
    }

    TEST_CASE("a reader that is busy holds the peer back") {
        hawser::testing::MemoryTransport transport;
        auto& clerk = transport.attach(std::make_unique<Clerk>());

        transport.deliver("one\r\ntwo\r\n");
        REQUIRE(clerk.jobs.size() == 1);

        clerk.jobs[0].second.resolve("done one");
        transport.turn();
        REQUIRE(clerk.jobs.size() == 2);
        CHECK(clerk.jobs[1].first == "two");
        CHECK(transport.sent() == "done one\r\n");
    }
}
