// SPDX-License-Identifier: MIT
// Loads a server over bare epoll, one thread, and checks every byte that comes back.
#include "options.h"
#include "run.h"
#include "scenario.h"

#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>

namespace {

void print(const bench::Options& options, const bench::Measurement& result) {
    std::printf("{\"scenario\": \"%s\", \"connections\": %zu, \"operations\": %llu, "
                "\"seconds\": %.6f, \"bytes\": %llu, \"errors\": %zu",
                options.scenario.c_str(), options.connections,
                static_cast<unsigned long long>(result.tally.operations),
                std::chrono::duration<double>(result.time).count(),
                static_cast<unsigned long long>(result.tally.bytes), result.errors);
    if (options.server != 0) {
        std::printf(", \"server_cpu_ns\": %lld", static_cast<long long>(result.server_cpu.count()));
    }
    std::puts("}");
}

} // namespace

int main(int argc, char** argv) {
    const bench::Options options = bench::read_options(argc, argv);
    try {
        bench::Poller poller;
        const std::unique_ptr<bench::Scenario> scenario = bench::make_scenario(options, poller);
        const bench::Measurement result = options.scenario == "idle"
                                              ? bench::run_idle(*scenario, poller)
                                              : bench::run_timed(*scenario, poller, options);
        print(options, result);
        if (result.errors != 0) {
            std::fprintf(stderr, "hawser_bench_load: %s\n", result.error.c_str());
            return 1;
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "hawser_bench_load: %s\n", error.what());
        return 1;
    }
}
