// SPDX-License-Identifier: MIT
#include <hawser/core/descriptor.h>

#include "descriptors.h"

#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

using contract::DescriptorPipe;
using hawser::Bytes;
using hawser::Descriptor;
using hawser::testing::MemoryTransport;

namespace {

bool is_open(int fd) {
    return ::fcntl(fd, F_GETFD) >= 0;
}

/// Keeps what it is told, in order.
class Taker final : public hawser::Protocol {
public:
    explicit Taker(bool wants = true) : wants_(wants) {}
    std::string told;
    std::vector<Descriptor> taken;

private:
    void connection_made() override { transport().receive_descriptors(wants_); }
    void data_received(Bytes data) override { told += data; }
    void descriptor_received(Descriptor descriptor) override {
        told += '#';
        taken.push_back(std::move(descriptor));
    }
    bool wants_;
};

} // namespace

TEST_SUITE_BEGIN("Descriptor");

TEST_CASE("it closes with its owner, moves, and can be given up") {
    const DescriptorPipe pipe;
    int first = -1;
    {
        Descriptor copy = Descriptor::duplicate_of(pipe.in.get());
        first = copy.get();
        CHECK(is_open(first));
        CHECK((::fcntl(first, F_GETFD) & FD_CLOEXEC) != 0);
        Descriptor owner = std::move(copy);
        CHECK(owner.get() == first);
        CHECK_FALSE(copy); // NOLINT(bugprone-use-after-move): what is left is said to be none
        owner = Descriptor::duplicate_of(pipe.out.get());
        CHECK_FALSE(is_open(first));
        first = owner.release();
    }
    CHECK(is_open(first));
    ::close(first);
}

TEST_CASE("to duplicate what is not open is an error") {
    try {
        (void)Descriptor::duplicate_of(-1);
        FAIL("it did not throw");
    } catch (const std::system_error& error) {
        CHECK(error.code() == std::errc::bad_file_descriptor);
        CHECK(std::string(error.what()) == "cannot duplicate a descriptor: bad file descriptor");
    }
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("MemoryTransport: descriptors");

TEST_CASE("what a protocol passes is recorded once its byte has left") {
    DescriptorPipe pipe;
    MemoryTransport transport;
    transport.attach(std::make_unique<hawser::Protocol>());
    transport.hold_output(3);

    transport.write("abc");
    transport.send_descriptor(pipe.in.get());
    pipe.in.close();
    CHECK(transport.take_descriptors().empty());
    transport.write("d");
    CHECK(transport.take_descriptors().empty());
    transport.release_output();

    const auto passed = transport.take_descriptors();
    CHECK(transport.sent() == "abcd");
    CHECK(passed.size() == 1);
    CHECK_FALSE(pipe.ended()); // a duplicate was made
}

TEST_CASE("what the peer passes comes before its byte, to who wants it") {
    for (const bool wanted : {true, false}) {
        DescriptorPipe pipe;
        MemoryTransport transport;
        auto& taker = transport.attach(std::make_unique<Taker>(wanted));

        transport.deliver("a");
        transport.deliver_descriptor(std::move(pipe.in));
        transport.deliver("b");

        CHECK(taker.told == (wanted ? "a#b" : "ab"));
        CHECK(pipe.ended() == !wanted);
    }
}

TEST_CASE("more than 253 waiting descriptors are too many; an end closes those that wait") {
    DescriptorPipe pipe;
    MemoryTransport transport;
    transport.attach(std::make_unique<hawser::Protocol>());
    transport.hold_output();

    for (int i = 0; i < 253; ++i) {
        transport.send_descriptor(pipe.in.get());
    }
    CHECK_FALSE(transport.closing());
    transport.send_descriptor(pipe.in.get());
    CHECK(transport.closing());
    pipe.in.close();

    CHECK(transport.lost());
    CHECK(pipe.ended());
}

TEST_CASE("a protocol that wants descriptors and does nothing with them leaks none") {
    struct Careless final : hawser::Protocol {
        void connection_made() override { transport().receive_descriptors(); }
    };
    DescriptorPipe pipe;
    MemoryTransport transport;
    transport.attach(std::make_unique<Careless>());

    transport.deliver_descriptor(std::move(pipe.in));
    transport.deliver("x");

    CHECK(pipe.ended());
}

TEST_SUITE_END();
