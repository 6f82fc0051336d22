// SPDX-License-Identifier: MIT
// Long work in a program that goes on listening: counts primes in small steps, and says how far
// it is five times a second. `progress 5000000`; Ctrl-C ends it.
#include <hawser/core/cooperator.h>
#include <hawser/core/looping_call.h>
#include <hawser/reactor/reactor.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <string_view>

using namespace std::chrono_literals;

class PrimeCount {
public:
    explicit PrimeCount(long limit) : limit_(limit) {}

    // A step: a few numbers, some microseconds.
    bool step() {
        for (const long end = std::min(next_ + 64, limit_); next_ < end; ++next_) {
            primes_ += is_prime(next_) ? 1 : 0;
        }
        return next_ < limit_;
    }
    void report() const {
        std::printf("%3ld %%: %ld primes below %ld\n", 100 * next_ / limit_, primes_, next_);
        std::fflush(stdout); // now, to a pipe too
    }

private:
    static bool is_prime(long number) {
        for (long divisor = 2; divisor * divisor <= number; ++divisor) {
            if (number % divisor == 0) {
                return false;
            }
        }
        return true;
    }

    long limit_;
    long next_ = 2;
    long primes_ = 0;
};

int main(int argc, char** argv) {
    const std::string_view text = argc == 2 ? argv[1] : "";
    long limit = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), limit).ec != std::errc() ||
        limit < 3) {
        std::fprintf(stderr, "usage: progress LIMIT\ncounts the primes below LIMIT, 3 or more\n");
        return 2;
    }
    hawser::Reactor reactor;
    PrimeCount count(limit);
    hawser::Cooperator cooperator(reactor);
    hawser::CooperativeTask work = cooperator.cooperate([&] { return count.step(); });
    hawser::LoopingCall ticker(reactor, [&] { count.report(); });
    ticker.start(200ms);
    const auto done = work.when_done().then([&] { reactor.stop(); });
    reactor.run();
    count.report();
}
