// SPDX-License-Identifier: MIT
#include "pid_file.h"

#include "child.h"
#include "exit_code.h"
#include "temporary_directory.h"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <string>

using hawser::runner::ExitCode;
using hawser::runner::Failure;
using hawser::runner::PidFile;
using runner_test::content_of;
using runner_test::in_child;
using runner_test::TemporaryDirectory;

namespace {

struct Refusal {
    std::string text;
    ExitCode exit_code = ExitCode::ok;
};

Refusal refusal_of(const std::string& path) {
    try {
        const PidFile file(path);
        return {};
    } catch (const Failure& failure) {
        return {failure.what(), failure.exit_code()};
    }
}

std::string our_line() {
    return std::to_string(::getpid()) + "\n";
}

} // namespace

TEST_SUITE_BEGIN("PidFile");

TEST_CASE("it holds our process id, for all to read, and goes with its owner") {
    const TemporaryDirectory directory;
    const std::string path = directory / "x.pid";
    {
        const PidFile file(path);

        CHECK(content_of(path) == our_line());
        struct stat kind {};
        REQUIRE(::stat(path.c_str(), &kind) == 0);
        CHECK((kind.st_mode & 0444) == 0444);
    }
    CHECK(!std::filesystem::exists(path));
}

TEST_CASE("while one runs, another is told which, and the file stays") {
    const TemporaryDirectory directory;
    const std::string path = directory / "x.pid";
    const PidFile file(path);

    const Refusal refusal = refusal_of(path);

    CHECK(refusal.text == "pid file " + path + ": already runs as " + std::to_string(::getpid()));
    CHECK(refusal.exit_code == ExitCode::unavailable);
    CHECK(content_of(path) == our_line());
}

TEST_CASE("one that has not written its id yet is told of too") {
    const TemporaryDirectory directory;
    const std::string path = directory / "x.pid";
    const PidFile file(path);
    directory.file("x.pid", "");

    CHECK(refusal_of(path).text == "pid file " + path + ": another process holds it");
}

TEST_CASE("a file that a crash left behind is taken over, though its number lives") {
    const TemporaryDirectory directory;
    const std::string path = directory / "x.pid";
    const auto crashed = in_child([&]() -> std::string {
        static const PidFile file(path);
        ::kill(::getpid(), SIGKILL);
        return "";
    });
    REQUIRE(crashed.status == -SIGKILL);
    REQUIRE(!content_of(path).empty());
    directory.file("x.pid", std::to_string(::getppid()) + "\n");

    const PidFile file(path);

    CHECK(content_of(path) == our_line());
}

TEST_CASE("an empty file and a longer number are taken over as well") {
    const TemporaryDirectory directory;
    for (const char* content : {"", "123456789\n", "1"}) {
        CAPTURE(content);
        const PidFile file(directory.file("x.pid", content));
        CHECK(content_of(file.path()) == our_line());
    }
}

TEST_CASE("one that took our place is left alone") {
    const TemporaryDirectory directory;
    const std::string path = directory / "x.pid";
    std::optional<PidFile> first(path);
    REQUIRE(::unlink(path.c_str()) == 0);
    const PidFile second(path);

    first.reset();

    CHECK(content_of(path) == our_line());
}

TEST_CASE("a forked process does not remove it") {
    const TemporaryDirectory directory;
    const std::string path = directory / "x.pid";
    std::optional<PidFile> file(path);

    const auto worker = in_child([&]() -> std::string {
        file.reset();
        return "";
    });

    CHECK(worker.status == 0);
    CHECK(content_of(path) == our_line());
    CHECK(refusal_of(path).exit_code == ExitCode::unavailable); // ours still
}

TEST_CASE("what is no pid file is not written over") {
    const TemporaryDirectory directory;
    const std::string text = directory.file("motd", "Welcome!\n");
    const std::string numbers = directory.file("numbers", std::string(40, '1'));
    const std::string link = directory / "link";
    std::filesystem::create_symlink(directory.file("target", ""), link);
    const std::string pipe = directory / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);

    CHECK(refusal_of(text).text == "pid file " + text + ": it holds something else");
    CHECK(content_of(text) == "Welcome!\n");
    CHECK(refusal_of(numbers).exit_code == ExitCode::cannot_create);
    CHECK(refusal_of(link).text.starts_with("cannot write the pid file " + link));
    CHECK(content_of(link).empty());
    CHECK(refusal_of(pipe).text == "pid file " + pipe + ": not a file");
    CHECK(refusal_of(directory.path()).text ==
          "cannot write the pid file " + directory.path() + ": is a directory");
}

TEST_CASE("a path that cannot be written is an error that names it") {
    const TemporaryDirectory directory;
    const std::string path = directory / "none/x.pid";

    const Refusal missing = refusal_of(path);

    CHECK(missing.text == "cannot write the pid file " + path + ": no such file or directory");
    CHECK(missing.exit_code == ExitCode::cannot_create);
}

TEST_CASE("one who may not remove it any more leaves it empty") {
    if (::geteuid() != 0) {
        MESSAGE("skipped: only root becomes another user");
        return;
    }
    const TemporaryDirectory directory; // of root
    const std::string path = directory / "x.pid";

    const auto other_user = in_child([&]() -> std::string {
        std::optional<PidFile> file(path);
        if (::chmod(directory.path().c_str(), 0755) != 0 || ::setuid(65534) != 0) {
            return "still root";
        }
        file.reset();
        return "";
    });

    CHECK(other_user.said.empty());
    CHECK(std::filesystem::exists(path));
    CHECK(content_of(path).empty());
    CHECK(refusal_of(path).text.empty()); // the next one takes it
}

TEST_SUITE_END();
