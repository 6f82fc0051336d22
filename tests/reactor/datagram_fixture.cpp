// SPDX-License-Identifier: MIT
#include "datagram_fixture.h"

#include <hawser/core/error.h>

#include <algorithm>
#include <utility>

namespace reactor_test {

namespace {

class Teller final : public hawser::DatagramProtocol {
public:
    explicit Teller(std::shared_ptr<Datagrams*> told) : told_(std::move(told)) {}
    ~Teller() override { happened("gone"); }

private:
    void start_protocol() override {
        (*told_)->transport = &transport();
        happened("start");
    }
    void datagram_received(hawser::Bytes data, const hawser::Address& from) override {
        if (Datagrams* story = *told_) {
            story->datagrams.emplace_back(data);
            story->senders.push_back(from);
            if (story->echo) {
                transport().write(data, from);
            }
        }
    }
    void connection_refused() override { happened("refused"); }
    void receive_failed(std::error_code error) override { failed("receive failed", error); }
    void write_failed(const hawser::Address&, std::error_code error) override {
        failed("write failed", error);
    }
    void stop_protocol() override {
        if (Datagrams* story = *told_) {
            story->transport = nullptr;
        }
        happened("stop");
    }
    void failed(const char* event, std::error_code error) {
        happened(event);
        if (Datagrams* story = *told_) {
            story->errors.push_back(error);
        }
    }
    void happened(const char* event) {
        if (Datagrams* story = *told_) {
            story->events.emplace_back(event);
        }
    }

    std::shared_ptr<Datagrams*> told_;
};

} // namespace

std::unique_ptr<hawser::DatagramProtocol> Datagrams::protocol() {
    return std::make_unique<Teller>(told_to);
}

std::size_t Datagrams::count(std::string_view event) const {
    return static_cast<std::size_t>(std::count(events.begin(), events.end(), event));
}

std::string error_of_bind(hawser::Reactor& reactor, const hawser::Endpoint& endpoint) {
    Datagrams story;
    std::string text;
    try {
        (void)reactor.bind(endpoint, story.protocol());
    } catch (const hawser::Error& error) {
        text = error.what();
        CHECK(story.count("start") == 0);
    }
    return text;
}

} // namespace reactor_test
