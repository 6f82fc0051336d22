// SPDX-License-Identifier: MIT
#include "descriptors.h"
#include "reactor_fixture.h"

#include <hawser/core/descriptor.h>
#include <hawser/core/transport.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <set>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using contract::DescriptorPipe;
using hawser::Descriptor;
using hawser::Reactor;

namespace {

/// Writes down what comes, a `#` for each descriptor.
struct Taken {
    std::string told;
    std::vector<Descriptor> descriptors;
    std::optional<std::error_code> reason;
    hawser::Transport* transport = nullptr;
    bool wanted = true;
};

class Taker final : public hawser::Protocol {
public:
    explicit Taker(Taken& taken) : taken_(taken) {}

private:
    void connection_made() override {
        taken_.transport = &transport();
        transport().receive_descriptors(taken_.wanted);
    }
    void data_received(hawser::Bytes data) override { taken_.told += data; }
    void descriptor_received(Descriptor descriptor) override {
        taken_.told += '#';
        CHECK((::fcntl(descriptor.get(), F_GETFD) & FD_CLOEXEC) != 0);
        taken_.descriptors.push_back(std::move(descriptor));
    }
    void connection_lost(std::error_code reason) override {
        taken_.reason = reason;
        taken_.transport = nullptr;
    }

    Taken& taken_;
};

/// Two hawser ends of one Unix connection.
struct Pair {
    explicit Pair(bool wanted = true) {
        accepted.wanted = wanted;
        const std::string endpoint = "unix:" + directory.socket_path();
        listener = reactor.listen(
            endpoint, hawser::factory([this] { return std::make_unique<Taker>(accepted); }));
        connecting = reactor.connect(
            endpoint, hawser::factory([this] { return std::make_unique<Taker>(connected); }));
        REQUIRE(turn_until(reactor, [&] {
            return accepted.transport != nullptr && connected.transport != nullptr;
        }));
    }
    ~Pair() {
        for (Taken* end : {&accepted, &connected}) {
            if (end->transport != nullptr) {
                end->transport->abort_connection();
            }
        }
        turn_a_little(reactor);
    }
    [[nodiscard]] bool told(std::string_view all) {
        return turn_until(reactor, [&] { return accepted.told == all; });
    }

    TemporaryDirectory directory;
    Taken accepted;
    Taken connected;
    Reactor reactor{no_signals()};
    hawser::Listener listener;
    hawser::Deferred<hawser::Protocol*> connecting;
};

/// Sends \p count copies of \p fd with one byte.
void pass(int socket, int fd, std::size_t count) {
    std::vector<int> copies(count, fd);
    std::vector<char> room(CMSG_SPACE(sizeof(int) * count));
    char octet = '!';
    iovec vector{&octet, 1};
    msghdr message{};
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * count);
    std::memcpy(CMSG_DATA(header), copies.data(), sizeof(int) * count);
    REQUIRE(::sendmsg(socket, &message, MSG_NOSIGNAL) == 1);
}

} // namespace

TEST_SUITE_BEGIN("Reactor: passing descriptors");

TEST_CASE("a descriptor arrives before its byte, and works") {
    DescriptorPipe pipe;
    Pair pair;

    pair.connected.transport->send_descriptor(pipe.in.get());
    pipe.in.close();
    pair.connected.transport->write("x");
    REQUIRE(pair.told("#x"));

    CHECK(::write(pair.accepted.descriptors[0].get(), "through", 7) == 7);
    CHECK(pipe.text() == "through");
    pair.accepted.descriptors.clear();
    CHECK(pipe.ended());
}

TEST_CASE("many keep their places in the stream, whichever way they leave") {
    for (const bool at_once : {true, false}) {
        const DescriptorPipe pipe;
        Pair pair;
        hawser::Transport& sender = *pair.connected.transport;
        std::string expected;
        for (int i = 0; i < 20; ++i) {
            sender.send_descriptor(pipe.in.get());
            sender.send_descriptor(pipe.in.get());
            sender.write("ab");
            expected += "##ab";
            if (!at_once) {
                REQUIRE(pair.told(expected));
            }
        }

        REQUIRE(pair.told(expected));
    }
}

TEST_CASE("a descriptor waits for its byte behind a queue that the peer does not take") {
    DescriptorPipe pipe;
    Pair pair;
    hawser::Transport& sender = *pair.connected.transport;
    const std::string block(1 << 20, 'b');
    pair.accepted.transport->pause_producing();

    sender.write(block);
    sender.send_descriptor(pipe.in.get());
    pipe.in.close();
    sender.write("x");
    turn_a_little(pair.reactor);
    CHECK(sender.queued() > 0);
    CHECK(pair.accepted.told.empty());
    pair.accepted.transport->resume_producing();

    REQUIRE(
        turn_until(pair.reactor, [&] { return pair.accepted.told.size() == block.size() + 2; }));
    const std::size_t place = pair.accepted.told.find('#');
    CHECK(place <= block.size()); // with what came before, in one read, at the earliest
    CHECK(pair.accepted.told.back() == 'x');
}

TEST_CASE("a receiver that does not want descriptors leaks none") {
    DescriptorPipe pipe;
    Pair pair(false);
    const std::size_t before = open_descriptors();

    pair.connected.transport->send_descriptor(pipe.in.get());
    pair.connected.transport->write("x");
    REQUIRE(pair.told("x"));

    CHECK(open_descriptors() == before);
    pipe.in.close();
    CHECK(pipe.ended());
}

TEST_CASE("a flood of descriptors that nobody keeps leaves nothing open") {
    const DescriptorPipe pipe;
    Taken taken;
    const TemporaryDirectory directory;
    Reactor reactor(no_signals());
    const auto listener =
        reactor.listen("unix:" + directory.socket_path(),
                       hawser::factory([&] { return std::make_unique<Taker>(taken); }));
    const RawPeer peer = RawPeer::connect(listener.address());
    REQUIRE(turn_until(reactor, [&] { return taken.transport != nullptr; }));
    const std::size_t before = open_descriptors();

    for (int i = 0; i < 100; ++i) {
        pass(peer.fd(), pipe.in.get(), 253);
        const std::size_t came = taken.told.size();
        REQUIRE(turn_until(reactor, [&] { return taken.told.size() == came + 254; }));
        taken.descriptors.clear();
    }

    CHECK(open_descriptors() == before);
    taken.transport->abort_connection();
    turn_a_little(reactor);
}

TEST_CASE(
    "without room for another descriptor the connection ends, and those that came are closed") {
    DescriptorPipe pipe;
    Pair pair;
    rlimit limit{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    for (int i = 0; i < 5; ++i) {
        pair.connected.transport->send_descriptor(pipe.in.get());
    }
    pair.connected.transport->write("x");
    pair.accepted.transport->pause_producing();
    turn_a_little(pair.reactor);
    pair.accepted.transport->resume_producing();

    const std::size_t before = open_descriptors();
    Descriptor lowest = Descriptor::duplicate_of(pipe.in.get());
    const rlimit tight{static_cast<rlim_t>(lowest.get()) + 3, limit.rlim_max};
    lowest.close();
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &tight) == 0); // room for three
    const bool lost = turn_until(pair.reactor, [&] { return pair.accepted.reason.has_value(); });
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);

    REQUIRE(lost);
    CHECK(pair.accepted.reason == std::errc::too_many_files_open);
    CHECK(pair.accepted.told.empty());
    pipe.in.close();
    turn_a_little(pair.reactor);
    CHECK(pipe.ended());
    CHECK(open_descriptors() < before);
}

TEST_CASE("over TCP a descriptor cannot be passed, which is an error that says so") {
    Story story;
    Reactor reactor(no_signals());
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(story));
    const RawPeer peer = RawPeer::connect(listener.address());
    REQUIRE(turn_until(reactor, [&] { return story.transport != nullptr; }));

    try {
        story.transport->send_descriptor(0);
        FAIL("it did not throw");
    } catch (const std::system_error& error) {
        CHECK(error.code() == std::errc::operation_not_supported);
        CHECK(std::string_view(error.what()).starts_with("cannot send a descriptor to 127.0.0.1:"));
    }
    CHECK_FALSE(story.transport->closing());
    story.transport->abort_connection();
    REQUIRE(turn_until(reactor, [&] { return story.living == 0; }));
}

TEST_SUITE_END();
