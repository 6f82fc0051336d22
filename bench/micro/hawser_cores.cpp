// SPDX-License-Identifier: MIT
// What a second reactor brings: messages that each cost some work, answered by one reactor and by
// two, in turn. The load is light beside that: one thread, which sends a byte and waits for it.
#include <hawser/core/protocol.h>
#include <hawser/reactor/reactor_group.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <vector>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr int rounds = 5;
constexpr std::size_t connections = 16;
constexpr std::chrono::milliseconds slice{700};
constexpr int work = 100'000; // steps of a random generator: some 100 microseconds

class Worker final : public hawser::Protocol {
    void data_received(hawser::Bytes data) override {
        std::uint32_t random = 1;
        for (int i = 0; i < work; ++i) {
            random = random * 1664525 + 1013904223; // Numerical Recipes' generator
            asm volatile("" : "+r"(random));
        }
        transport().write(data);
    }
};

int connect_to(std::uint16_t port) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0) {
        throw std::runtime_error("cannot connect");
    }
    return fd;
}

double seconds(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Result {
    double per_second;
    double cpu; // microseconds of the reactors for a message
};

Result run(std::size_t reactors) {
    hawser::ReactorGroup group(reactors);
    const auto address = group.listen(
        "tcp:127.0.0.1:0",
        [](hawser::Reactor&, std::size_t) { return hawser::factory_for<Worker>(); },
        hawser::ReactorGroup::Accept::first);
    std::array<pollfd, connections> peers{};
    for (pollfd& peer : peers) {
        peer = {connect_to(address.port()), POLLIN, 0};
        (void)!write(peer.fd, "x", 1);
    }
    const double begin = seconds(CLOCK_MONOTONIC);
    const double end = begin + std::chrono::duration<double>(slice).count();
    const double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - seconds(CLOCK_THREAD_CPUTIME_ID);
    std::size_t answered = 0;
    while (seconds(CLOCK_MONOTONIC) < end) {
        poll(peers.data(), peers.size(), 100);
        for (const pollfd& peer : peers) {
            char byte = 0;
            if ((peer.revents & POLLIN) != 0 && read(peer.fd, &byte, 1) == 1) {
                ++answered;
                (void)!write(peer.fd, "x", 1);
            }
        }
    }
    const double took = seconds(CLOCK_MONOTONIC) - begin;
    const double used = seconds(CLOCK_PROCESS_CPUTIME_ID) - seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
    for (const pollfd& peer : peers) {
        close(peer.fd);
    }
    const auto count = static_cast<double>(answered);
    return {count / took, used / count * 1e6};
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

} // namespace

int main() {
    std::vector<double> throughput;
    std::vector<double> cpu;
    for (int round = 0; round < rounds; ++round) {
        const Result one = run(1);
        const Result two = run(2);
        throughput.push_back(two.per_second / one.per_second);
        cpu.push_back(two.cpu / one.cpu);
        std::printf("1 reactor: %6.0f messages/s, %5.1f us; 2 reactors: %6.0f, %5.1f us\n",
                    one.per_second, one.cpu, two.per_second, two.cpu);
    }
    std::printf("2 reactors beside 1: throughput %.2f, CPU for a message %.2f (medians)\n",
                median(throughput), median(cpu));
}
