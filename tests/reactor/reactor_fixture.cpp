// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

namespace reactor_test {

namespace {

using Told = std::shared_ptr<Story*>;

void tell(const Told& told, std::string_view event) {
    if (*told != nullptr) {
        (*told)->happened(event);
    }
}

class Teller final : public hawser::Protocol {
public:
    explicit Teller(Told told) : told_(std::move(told)) { ++(*told_)->living; }
    ~Teller() override {
        if (Story* story = *told_) {
            --story->living;
        }
    }

private:
    void connection_made() override {
        if (Story* story = *told_) {
            story->transport = &transport();
        }
        tell(told_, "connection_made");
    }
    void data_received(hawser::Bytes data) override {
        Story* story = *told_;
        if (story != nullptr) {
            story->data += data;
        }
        if (story != nullptr && story->echo) {
            transport().write(data);
        }
        tell(told_, "data_received");
    }
    void connection_lost(std::error_code reason) override {
        if (Story* story = *told_) {
            story->reason = reason;
            story->transport = story->transport == &transport() ? nullptr : story->transport;
        }
        tell(told_, "connection_lost");
    }
    bool read_connection_lost() override {
        tell(told_, "read_connection_lost");
        return *told_ != nullptr && (*told_)->stays;
    }
    void write_connection_lost() override { tell(told_, "write_connection_lost"); }
    void write_paused() override { tell(told_, "write_paused"); }
    void write_resumed() override { tell(told_, "write_resumed"); }
    void read_resumed() override { tell(told_, "read_resumed"); }

    Told told_;
};

class TellingFactory final : public hawser::Factory {
public:
    explicit TellingFactory(Told told) : told_(std::move(told)) {}
    ~TellingFactory() override { tell(told_, "gone"); }

private:
    std::unique_ptr<hawser::Protocol> build_protocol(const hawser::Address&) override {
        tell(told_, "build_protocol");
        if (*told_ == nullptr || (*told_)->refuse) {
            return nullptr;
        }
        return std::make_unique<Teller>(told_);
    }
    void start_factory() override { tell(told_, "start_factory"); }
    void stop_factory() override { tell(told_, "stop_factory"); }

    Told told_;
};

} // namespace

hawser::ReactorOptions no_signals() {
    hawser::ReactorOptions options;
    options.handle_signals = false;
    return options;
}

void turn_a_little(hawser::Reactor& reactor) {
    for (int turns = 0; turns < 10; ++turns) {
        reactor.run_once(hawser::Reactor::Wait::no);
    }
}

bool runs(hawser::Reactor& reactor) {
    bool in_time = true;
    const auto guard = reactor.call_later(patience, [&] {
        in_time = false;
        if (!reactor.stopped()) {
            reactor.stop();
        }
    });
    reactor.run();
    return in_time;
}

Every::Every(hawser::Reactor& reactor, std::function<void()> call)
    : reactor_(reactor), call_(std::move(call)) {
    schedule();
}

void Every::schedule() {
    timer_ = reactor_.call_later(std::chrono::milliseconds(1), [this] {
        schedule();
        call_();
    });
}

std::size_t open_descriptors() {
    // The directory's own is among them, every time.
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::size_t Story::count(std::string_view event) const {
    return static_cast<std::size_t>(std::count(events.begin(), events.end(), event));
}

void Story::happened(std::string_view event) {
    events.emplace_back(event);
    if (during) {
        during(event);
    }
}

std::shared_ptr<hawser::Factory> telling(Story& story) {
    return std::make_shared<TellingFactory>(story.told_to);
}

std::string failure_of(hawser::Deferred<hawser::Protocol*> result) {
    std::string text;
    const auto done =
        std::move(result).recover([&text](const std::exception_ptr& error) -> hawser::Protocol* {
            text = hawser::message_of(error);
            return nullptr;
        });
    return text;
}

} // namespace reactor_test
