// SPDX-License-Identifier: MIT
#include "process_story.h"

#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace reactor_test {

namespace {

class Teller final : public hawser::ProcessProtocol {
public:
    explicit Teller(ProcessStory& story) : story_(story) {}
    ~Teller() override {
        story_.transport = nullptr;
        story_.events.emplace_back("gone");
    }

private:
    void connection_made() override {
        story_.transport = &transport();
        story_.happened("made");
    }
    void out_received(hawser::Bytes data) override { received(1, data, "out"); }
    void err_received(hawser::Bytes data) override { received(2, data, "err"); }
    void child_data_received(int fd, hawser::Bytes data) override {
        if (fd <= 2) {
            ProcessProtocol::child_data_received(fd, data);
        } else {
            received(fd, data, "data " + std::to_string(fd));
        }
    }
    void child_connection_lost(int fd) override { story_.happened("lost " + std::to_string(fd)); }
    void write_paused() override { story_.happened("write_paused"); }
    void write_resumed() override { story_.happened("write_resumed"); }
    void process_exited(hawser::ExitStatus status) override {
        story_.exited = status;
        story_.happened("exited");
    }
    void process_ended(hawser::ExitStatus status) override {
        story_.ended = status;
        story_.happened("ended");
    }
    void received(int fd, hawser::Bytes data, const std::string& event) {
        story_.data[fd] += data;
        story_.happened(event);
    }

    ProcessStory& story_;
};

} // namespace

bool ProcessStory::saw(std::string_view event) const {
    return index_of(event) < events.size();
}

std::size_t ProcessStory::index_of(std::string_view event) const {
    return static_cast<std::size_t>(std::find(events.begin(), events.end(), event) -
                                    events.begin());
}

void ProcessStory::happened(const std::string& event) {
    events.push_back(event);
    if (during) {
        during(event);
    }
}

std::unique_ptr<hawser::ProcessProtocol> telling_process(ProcessStory& story) {
    return std::make_unique<Teller>(story);
}

hawser::ProcessOptions shell(std::string script) {
    hawser::ProcessOptions options;
    options.program = "/bin/sh";
    options.arguments = {"-c", std::move(script)};
    return options;
}

bool process_is_gone(int pid) {
    return ::kill(pid, 0) != 0 && errno == ESRCH;
}

} // namespace reactor_test
