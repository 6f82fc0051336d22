// SPDX-License-Identifier: MIT
#include <hawser/core/process_protocol.h>

#include <doctest/doctest.h>

#include <csignal>
#include <string>

TEST_SUITE_BEGIN("ProcessProtocol");

TEST_CASE("the first three descriptors have callbacks with names") {
    class Named final : public hawser::ProcessProtocol {
    public:
        std::string told;

    private:
        void out_received(hawser::Bytes data) override { told += "out:" + std::string(data); }
        void err_received(hawser::Bytes data) override { told += " err:" + std::string(data); }
        void in_connection_lost() override { told += " in"; }
        void out_connection_lost() override { told += " out"; }
        void err_connection_lost() override { told += " err"; }
    };
    Named named;
    hawser::ProcessProtocol& protocol = named;
    protocol.child_data_received(1, "a");
    protocol.child_data_received(2, "b");
    protocol.child_data_received(3, "c");
    for (int fd = 0; fd < 5; ++fd) {
        protocol.child_connection_lost(fd);
    }

    CHECK(named.told == "out:a err:b in out err");
}

TEST_CASE("an ExitStatus says how it was") {
    using hawser::ExitStatus;
    CHECK(to_string(ExitStatus{0, 0}) == "exited with 0");
    CHECK(to_string(ExitStatus{0, SIGKILL}) == "ended by signal 9 (KILL)");
    CHECK(to_string(ExitStatus{0, 1000}) == "ended by signal 1000");
    CHECK(ExitStatus{}.success());
    CHECK_FALSE(ExitStatus{1, 0}.success());
    CHECK_FALSE(ExitStatus{0, SIGHUP}.success());
}

TEST_SUITE_END();
