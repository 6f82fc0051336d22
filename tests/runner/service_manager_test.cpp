// SPDX-License-Identifier: MIT
#include "service_manager.h"

#include "notify_socket.h"
#include "temporary_directory.h"

#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using hawser::runner::ServiceManager;
using hawser::testing::LogCapture;
using runner_test::NotifySocket;
using runner_test::TemporaryDirectory;
using runner_test::Variable;

using Messages = std::vector<std::string>;

namespace {

std::int64_t monotonic_microseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

// A manager that waits for us, at a path.
struct Managed {
    TemporaryDirectory directory;
    std::string path = directory / "notify";
    NotifySocket socket{path};
    Variable variable{"NOTIFY_SOCKET", path};
    ServiceManager manager;
};

} // namespace

TEST_SUITE_BEGIN("ServiceManager");

TEST_CASE("without a socket nobody is told anything") {
    const LogCapture log;
    const Variable none("NOTIFY_SOCKET", "");
    const Variable usec("WATCHDOG_USEC", "1000000");
    const ServiceManager manager;

    manager.ready("serving");
    manager.reloading();
    manager.stopping();
    manager.alive();

    CHECK(manager.watchdog() == 0us);
    CHECK(log.lines().empty());
}

TEST_CASE("it hears what we do, in the words of sd_notify") {
    const Managed managed;

    managed.manager.ready("serving on tcp:8000");
    managed.manager.ready();
    managed.manager.status("3 connections");
    managed.manager.status("");
    managed.manager.alive();
    managed.manager.stopping("draining");

    CHECK(managed.socket.messages() == Messages{
                                           "READY=1\nSTATUS=serving on tcp:8000\n",
                                           "READY=1\n",
                                           "STATUS=3 connections\n",
                                           "STATUS=\n",
                                           "WATCHDOG=1\n",
                                           "STOPPING=1\nSTATUS=draining\n",
                                       });
}

TEST_CASE("a reload says when it began, on the clock that the manager has too") {
    const Managed managed;

    const std::int64_t before = monotonic_microseconds();
    managed.manager.reloading();
    const std::int64_t after = monotonic_microseconds();

    const Messages messages = managed.socket.messages();
    REQUIRE(messages.size() == 1);
    const std::string begin = "RELOADING=1\nMONOTONIC_USEC=";
    REQUIRE(messages[0].starts_with(begin));
    const std::int64_t told = std::stoll(messages[0].substr(begin.size()));
    CHECK(before <= told);
    CHECK(told <= after);
}

TEST_CASE("a socket in the abstract namespace will do") {
    const std::string name = "@hawser-notify-" + std::to_string(::getpid());
    const NotifySocket socket(name);
    const Variable variable("NOTIFY_SOCKET", name);
    const ServiceManager manager;

    manager.ready();

    CHECK(socket.messages() == Messages{"READY=1\n"});
}

TEST_CASE("processes that we start do not inherit what was meant for us") {
    const Variable socket("NOTIFY_SOCKET", "/run/notify");
    const Variable usec("WATCHDOG_USEC", "1000000");
    const Variable pid("WATCHDOG_PID", "1");
    const ServiceManager manager;

    CHECK(std::getenv("NOTIFY_SOCKET") == nullptr);
    CHECK(std::getenv("WATCHDOG_USEC") == nullptr);
    CHECK(std::getenv("WATCHDOG_PID") == nullptr);
}

TEST_CASE("a status is one line, whatever is in it, and not too long to be heard") {
    const Managed managed;

    managed.manager.status("one\nREADY=1");
    managed.manager.ready(std::string(10'000, 'x'));
    managed.manager.ready(std::string(10'000, '\n'));

    const Messages messages = managed.socket.messages();
    REQUIRE(messages.size() == 3);
    CHECK(messages[0] == "STATUS=one\xEF\xBF\xBDREADY=1\n");
    CHECK(messages[1] == "READY=1\nSTATUS=" + std::string(1024, 'x') + "\n");
    CHECK(messages[2].size() < 4096);
}

TEST_CASE("a manager that does not listen is a warning, and we go on") {
    const TemporaryDirectory directory;
    const LogCapture log;
    const Variable variable("NOTIFY_SOCKET", directory / "none");
    const ServiceManager manager;

    manager.ready("serving");

    CHECK(log.lines() == Messages{"warning service_manager: cannot tell the service manager"});
}

TEST_CASE("a manager that listens and does not read does not keep us waiting for ever") {
    const Managed managed;
    const LogCapture log;

    for (int n = 0; n < 10'000 && log.lines().empty(); ++n) {
        managed.manager.alive();
    }

    CHECK(log.count("cannot tell the service manager") == 1);
    CHECK(managed.socket.messages().size() > 1);
}

TEST_CASE("what is no socket's name is a warning, once") {
    for (const std::string& name : {std::string("notify"), std::string("/"), std::string("@"),
                                    std::string("vsock:2:1234"), "/" + std::string(107, 'x')}) {
        CAPTURE(name);
        const LogCapture log;
        const Variable variable("NOTIFY_SOCKET", name);
        const ServiceManager manager;

        manager.ready();
        manager.stopping();

        CHECK(log.lines() == Messages{"warning service_manager: cannot use NOTIFY_SOCKET"});
    }
}

TEST_CASE("the watchdog is ours if it names our process, or none") {
    struct Example {
        std::string usec;
        std::string pid;
        std::chrono::microseconds watchdog;
    };
    const std::string ours = std::to_string(::getpid());
    for (const Example& example : {
             Example{"30000000", ours, 30s},
             Example{"30000000", "", 30s},
             Example{"30000000", "1", 0s},
             Example{"30000000", "x", 0s},
             Example{"0", ours, 0s},
             Example{"-5", ours, 0s},
             Example{"30s", ours, 0s},
             Example{"99999999999999999999", ours, 0s},
             Example{"", ours, 0s},
         }) {
        CAPTURE(example.usec);
        CAPTURE(example.pid);
        const Variable socket("NOTIFY_SOCKET", "/run/notify");
        const Variable usec("WATCHDOG_USEC", example.usec);
        const Variable pid("WATCHDOG_PID", example.pid);

        CHECK(ServiceManager().watchdog() == example.watchdog);
    }
}

TEST_SUITE_END();
