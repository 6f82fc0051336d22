// SPDX-License-Identifier: MIT
#include <hawser/core/bytes.h>

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

using hawser::Bytes;
using hawser::SharedBytes;

TEST_SUITE_BEGIN("SharedBytes");

TEST_CASE("it copies the octets it is made from") {
    std::string source("a\0b", 3);
    const SharedBytes shared{Bytes(source)};

    source = "xyz";

    CHECK(shared.view() == Bytes("a\0b", 3));
    CHECK(shared.size() == 3);
    CHECK_FALSE(shared.empty());
}

TEST_CASE("empty has no octets, whatever it was made from") {
    CHECK(SharedBytes().empty());
    CHECK(SharedBytes("").view().empty());
    CHECK(SharedBytes(Bytes()).size() == 0);
}

TEST_CASE("a copy shares the block, which lives as long as any of them") {
    Bytes view;
    SharedBytes kept;
    {
        const SharedBytes first("payload");
        view = first.view();
        kept = first;
        CHECK(kept.view().data() == view.data());
    }

    CHECK(kept.view() == "payload");
    CHECK(kept.view().data() == view.data());
}

TEST_CASE("moving leaves the source empty, and assigning to itself changes nothing") {
    SharedBytes first("payload");
    SharedBytes second(std::move(first));
    CHECK(first.empty()); // NOLINT(bugprone-use-after-move)

    auto& same = second;
    second = same;
    CHECK(second.view() == "payload");
    second = std::move(same);
    CHECK(second.view() == "payload");
    second = SharedBytes();
    CHECK(second.empty());
}

TEST_CASE("copies are made and dropped on any thread") {
    const SharedBytes shared("payload");
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([copy = shared] {
            for (int round = 0; round < 1000; ++round) {
                const SharedBytes another = copy; // NOLINT: the copy is the point
                CHECK(another.size() == 7);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }

    CHECK(shared.view() == "payload");
}

TEST_SUITE_END();
