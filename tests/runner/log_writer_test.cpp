// SPDX-License-Identifier: MIT
#include "log_writer.h"

#include "captured_stderr.h"
#include "exit_code.h"
#include "temporary_directory.h"

#include <hawser/core/descriptor.h>
#include <hawser/core/log.h>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

using hawser::LogLevel;
using hawser::runner::ExitCode;
using hawser::runner::Failure;
using hawser::runner::LogFormat;
using hawser::runner::LogLevels;
using hawser::runner::LogWriter;
using runner_test::CapturedStderr;
using runner_test::content_of;
using runner_test::TemporaryDirectory;

namespace {

void write(LogWriter& log, LogLevel level, std::string_view area, std::string_view message) {
    log.write({level, area, message, {}});
}

// The lines, without their times.
std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = text.substr(at, end - at);
        lines.push_back(line.substr(std::min(line.size(), line.find(' ') + 1)));
        at = end + 1;
    }
    return lines;
}

using Lines = std::vector<std::string>;

// No file grows beyond that many bytes meanwhile, as on a disk that is full.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) : before_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &limit_before_);
        const rlimit limit{bytes, limit_before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &limit_before_);
        static_cast<void>(std::signal(SIGXFSZ, before_));
    }

private:
    void (*before_)(int);
    rlimit limit_before_{};
};

} // namespace

TEST_SUITE_BEGIN("LogWriter");

TEST_CASE("records go to standard error, if their level is enough for their area") {
    CapturedStderr captured;
    LogWriter log(LogFormat::text, LogLevels::parse("warning,chat=debug"));

    write(log, LogLevel::info, "reactor", "one");
    write(log, LogLevel::warning, "reactor", "two");
    write(log, LogLevel::debug, "chat", "three");

    CHECK(lines_of(captured.end()) == Lines{"warning reactor: two", "debug chat: three"});
}

TEST_CASE("levels may change while it runs") {
    CapturedStderr captured;
    LogWriter log(LogFormat::text);

    write(log, LogLevel::debug, "a", "one");
    log.set_levels(LogLevels::parse("debug"));
    write(log, LogLevel::debug, "a", "two");
    log.set_levels(LogLevels::parse("error"));
    write(log, LogLevel::warning, "a", "three");

    CHECK(lines_of(captured.end()) == Lines{"debug a: two"});
}

TEST_CASE("as the sink it takes what is logged, fields and all, as JSON too") {
    CapturedStderr captured;
    LogWriter log(LogFormat::json);
    hawser::LogSink* before = hawser::set_log_sink(&log);

    hawser::log(LogLevel::info, "a", "m", {{"peer", "192.0.2.1:80"}});

    hawser::set_log_sink(before);
    const std::string line = captured.end();
    CHECK(line.starts_with("{\"time\":\"20"));
    CHECK(line.ends_with(
        R"("level":"info","area":"a","message":"m","fields":{"peer":"192.0.2.1:80"}})"
        "\n"));
}

TEST_CASE("a file is appended to, and made for its owner and group alone") {
    const TemporaryDirectory directory;
    const std::string path = directory / "log";
    const mode_t mask = ::umask(0);
    {
        LogWriter log(path, LogFormat::text);
        write(log, LogLevel::info, "a", "one");
    }
    LogWriter log(path, LogFormat::text);
    write(log, LogLevel::info, "a", "two");
    ::umask(mask);

    struct stat file {};
    REQUIRE(::stat(path.c_str(), &file) == 0);
    CHECK((file.st_mode & 0777) == 0640);
    CHECK(lines_of(content_of(path)) == Lines{"info a: one", "info a: two"});
}

TEST_CASE("a file that cannot be opened is an error that names it") {
    const TemporaryDirectory directory;
    const std::string path = directory / "none/log";

    try {
        const LogWriter log(path, LogFormat::text);
        FAIL("it is open");
    } catch (const Failure& failure) {
        CHECK(failure.what() == "cannot open the log file " + path + ": no such file or directory");
        CHECK(failure.exit_code() == ExitCode::cannot_create);
    }
}

TEST_CASE("a pipe that nobody reads is an error, and one that is full loses records") {
    const TemporaryDirectory directory;
    const std::string path = directory / "pipe";
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    CHECK_THROWS_AS(LogWriter(path, LogFormat::text), Failure);

    const hawser::Descriptor reader(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    CapturedStderr captured;
    LogWriter log(path, LogFormat::text);
    const std::string long_message(4000, 'x');
    for (int n = 0; n < 1000 && log.lost() == 0; ++n) {
        write(log, LogLevel::info, "a", long_message);
    }

    CHECK(log.lost() == 1);
    CHECK(captured.end().find("resource temporarily unavailable") != std::string::npos);
}

TEST_CASE("after a rotation it goes on in a new file") {
    const TemporaryDirectory directory;
    const std::string path = directory / "log";
    LogWriter log(path, LogFormat::text);

    write(log, LogLevel::info, "a", "one");
    REQUIRE(std::rename(path.c_str(), (directory / "log.1").c_str()) == 0);
    write(log, LogLevel::info, "a", "two");
    log.reopen();
    write(log, LogLevel::info, "a", "three");

    CHECK(lines_of(content_of(directory / "log.1")) == Lines{"info a: one", "info a: two"});
    CHECK(lines_of(content_of(path)) == Lines{"info a: three"});
}

TEST_CASE("when the file cannot be opened anew the old one is kept, and says so") {
    const TemporaryDirectory directory;
    const TemporaryDirectory elsewhere;
    const std::string path = directory.file("logs/log", "");
    LogWriter log(path, LogFormat::text);

    REQUIRE(std::rename((directory / "logs").c_str(), (elsewhere / "logs").c_str()) == 0);
    log.reopen();
    write(log, LogLevel::info, "a", "one");

    CHECK(lines_of(content_of(elsewhere / "logs/log")) ==
          Lines{"error log: cannot open the log file " + path + ": no such file or directory",
                "info a: one"});
}

TEST_CASE("a disk that is full is told once, and counted") {
    CapturedStderr captured;
    LogWriter log("/dev/full", LogFormat::text);

    write(log, LogLevel::info, "a", "one");
    write(log, LogLevel::info, "a", "two");

    CHECK(captured.end() == "hawser: cannot write the log file /dev/full: no space left on device; "
                            "records are lost\n");
    CHECK(log.lost() == 2);
}

TEST_CASE("when there is room again, the log tells how many were lost, on lines of their own") {
    const TemporaryDirectory directory;
    const std::string path = directory / "log";
    LogWriter log(path, LogFormat::text);
    CapturedStderr captured;
    {
        const FileSizeLimit limit(50);
        write(log, LogLevel::info, "a", "this is too long for the fifty bytes there are");
        write(log, LogLevel::info, "a", "no more");
    }

    write(log, LogLevel::info, "a", "one");
    write(log, LogLevel::info, "a", "two");

    const Lines lines = lines_of(content_of(path));
    REQUIRE(lines.size() == 4);
    CHECK(lines[0].starts_with("info a: this is"));
    CHECK(lines[1] == "info a: one");
    CHECK(lines[2] == "warning log: records were lost count=2");
    CHECK(lines[3] == "info a: two");
    CHECK(log.lost() == 2);
    CHECK(lines_of(captured.end()).size() == 1);
}

TEST_CASE("the log goes to another file, in another format, from one record to the next") {
    const TemporaryDirectory directory;
    LogWriter log(directory / "one", LogFormat::text);
    write(log, LogLevel::info, "chat", "first");
    log.go_to(LogWriter::open(directory / "two", LogFormat::json));
    write(log, LogLevel::info, "chat", "second");

    CHECK(lines_of(content_of(directory / "one")) == Lines{"info chat: first"});
    CHECK(content_of(directory / "two").find("\"message\":\"second\"") != std::string::npos);
    CHECK_THROWS_AS((void)LogWriter::open(directory / "no/file", LogFormat::text), Failure);
    write(log, LogLevel::info, "chat", "third");
    CHECK(content_of(directory / "two").find("third") != std::string::npos);
}

TEST_SUITE_END();
