// SPDX-License-Identifier: MIT
// What does a thread pay to post a call to a loop? Prints nanoseconds of processor time for each
// call, of the thread that posts and of the loop that runs it, for hawser and for two ways to do it
// by hand: a vector under a mutex, and a lock-free list.
//
//     hawser_bench_posts [CALLS [THREADS]]
#include <hawser/core/unique_function.h>
#include <hawser/reactor/reactor.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <sys/eventfd.h>
#include <unistd.h>

namespace {

using Call = hawser::UniqueFunction<void()>;

double processor_time() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

class Wake {
public:
    Wake(const Wake&) = delete;
    Wake& operator=(const Wake&) = delete;
    Wake() = default;
    ~Wake() { close(fd_); }
    void send() const {
        const std::uint64_t one = 1;
        if (write(fd_, &one, sizeof(one)) < 0) {
            std::abort();
        }
    }
    void wait() const {
        std::uint64_t count = 0;
        if (read(fd_, &count, sizeof(count)) < 0) {
            std::abort();
        }
    }

private:
    int fd_ = eventfd(0, 0);
};

// Each has post(), run() until stop(), and stop() called from inside run().

class Hawser {
public:
    void post(Call call) { reactor_.call_from_thread(std::move(call)); }
    void run() { reactor_.run(); }
    void stop() { reactor_.stop(); }

private:
    hawser::Reactor reactor_{{.handle_signals = false}};
};

class MutexAndVector {
public:
    void post(Call call) {
        const std::lock_guard lock(mutex_);
        coming_.push_back(std::move(call));
        if (coming_.size() == 1) {
            wake_.send();
        }
    }
    void run() {
        while (!stopped_) {
            wake_.wait();
            {
                const std::lock_guard lock(mutex_);
                due_.swap(coming_);
            }
            for (Call& call : due_) {
                call();
            }
            due_.clear();
        }
    }
    void stop() { stopped_ = true; }

private:
    Wake wake_;
    std::mutex mutex_;
    std::vector<Call> coming_;
    std::vector<Call> due_;
    bool stopped_ = false;
};

class LockFreeList {
public:
    void post(Call call) {
        auto node = std::make_unique<Node>(Node{std::move(call), nullptr});
        Node* added = node.release();
        added->next = newest_.load(std::memory_order_relaxed);
        while (!newest_.compare_exchange_weak(added->next, added, std::memory_order_release,
                                              std::memory_order_relaxed)) {
        }
        if (added->next == nullptr) {
            wake_.send();
        }
    }
    void run() {
        while (!stopped_) {
            wake_.wait();
            Node* oldest = nullptr;
            for (Node* node = newest_.exchange(nullptr, std::memory_order_acquire);
                 node != nullptr;) {
                oldest = std::exchange(node, std::exchange(node->next, oldest));
            }
            while (oldest != nullptr) {
                const std::unique_ptr<Node> node(std::exchange(oldest, oldest->next));
                node->call();
            }
        }
    }
    void stop() { stopped_ = true; }

private:
    struct Node {
        Call call;
        Node* next;
    };
    Wake wake_;
    std::atomic<Node*> newest_ = nullptr;
    bool stopped_ = false;
};

struct Cost {
    double posting;
    double running;
};

template <class Loop>
Cost measure(std::size_t calls, std::size_t threads) {
    Loop loop;
    std::size_t ran = 0; // of the loop's thread alone
    std::atomic<double> posting = 0;
    std::vector<std::thread> posters;
    for (std::size_t poster = 0; poster < threads; ++poster) {
        posters.emplace_back([&] {
            const double before = processor_time();
            for (std::size_t i = 0; i < calls; ++i) {
                loop.post([&] {
                    if (++ran == calls * threads) {
                        loop.stop();
                    }
                });
            }
            const double mine = processor_time() - before;
            for (double all = posting; !posting.compare_exchange_weak(all, all + mine);) {
            }
        });
    }
    const double before = processor_time();
    loop.run();
    const double running = processor_time() - before;
    for (std::thread& poster : posters) {
        poster.join();
    }
    const auto all = static_cast<double>(calls * threads);
    return {posting / all, running / all};
}

template <class Loop>
void report(std::string_view name, std::size_t calls, std::size_t threads) {
    constexpr std::size_t rounds = 9;
    std::array<double, rounds> posting{};
    std::array<double, rounds> running{};
    for (std::size_t round = 0; round < rounds; ++round) {
        const Cost cost = measure<Loop>(calls, threads);
        posting[round] = cost.posting;
        running[round] = cost.running;
    }
    std::sort(posting.begin(), posting.end());
    std::sort(running.begin(), running.end());
    std::printf("%-18s post %5.0f ns (%.0f to %.0f)   run %5.0f ns\n", name.data(),
                posting[rounds / 2], posting.front(), posting.back(), running[rounds / 2]);
}

} // namespace

int main(int argc, char** argv) {
    const std::size_t calls = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 300'000;
    const std::size_t most = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 4;
    for (std::size_t threads = 1; threads <= most; threads *= 2) {
        std::printf("%zu threads, %zu calls each, the median of 9 rounds\n", threads, calls);
        report<Hawser>("hawser", calls, threads);
        report<MutexAndVector>("mutex and vector", calls, threads);
        report<LockFreeList>("lock-free list", calls, threads);
    }
}
