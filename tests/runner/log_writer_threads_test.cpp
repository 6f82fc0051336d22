// SPDX-License-Identifier: MIT
#include "log_writer.h"

#include "temporary_directory.h"

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

using hawser::LogLevel;
using hawser::runner::LogFormat;
using hawser::runner::LogLevels;
using hawser::runner::LogWriter;
using runner_test::content_of;
using runner_test::TemporaryDirectory;

TEST_SUITE("LogWriter: threads") {
    TEST_CASE("records of several threads do not mix, rotations and all") {
        const TemporaryDirectory directory;
        const std::string path = directory / "log";
        LogWriter log(path, LogFormat::text);
        const std::string long_message(1000, 'x');
        std::vector<std::thread> threads;

        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int n = 0; n < 50; ++n) {
                    log.write({LogLevel::info, "a", long_message, {}});
                }
            });
        }
        for (int n = 0; n < 50; ++n) {
            log.reopen();
            log.set_levels(LogLevels::parse("info,b=debug"));
        }
        for (std::thread& thread : threads) {
            thread.join();
        }

        const std::string content = content_of(path);
        const std::size_t size = content.find('\n') + 1; // of a line: only their times differ
        CHECK(content.size() == 200 * size);
        for (std::size_t at = 0; at < content.size(); at += size) {
            CHECK(content.substr(at, size).ends_with("Z info a: " + long_message + "\n"));
        }
    }
}
