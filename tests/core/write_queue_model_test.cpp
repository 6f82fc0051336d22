// SPDX-License-Identifier: MIT
// The queue beside a std::string that has the same done to it.
#include <hawser/core/write_queue.h>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <deque>
#include <random>
#include <string>

using hawser::BlockPool;
using hawser::Bytes;
using hawser::SharedBytes;
using hawser::WriteQueue;

namespace {

std::string content(const WriteQueue& queue) {
    static std::array<Bytes, 10'000> pieces;
    const std::size_t count = queue.front(pieces);
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
        all += pieces[i];
    }
    return all;
}

} // namespace

TEST_SUITE_BEGIN("WriteQueue");

TEST_CASE("it does what a string would, whatever is done to it") {
    std::mt19937 random(1); // NOLINT(cert-msc51-cpp): the same run each time
    auto any = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
    BlockPool pool;
    WriteQueue queue(pool);
    WriteQueue neighbour(pool); // takes and gives blocks of the same pool
    std::string model;
    std::deque<std::string> borrowed; // stays where it is
    char fill = 'a';
    auto bytes = [&](std::size_t most) {
        fill = fill == 'z' ? 'a' : static_cast<char>(fill + 1);
        return std::string(any(most), fill);
    };

    for (int round = 0; round < 20'000; ++round) {
        const std::size_t dice = any(12);
        if (dice < 4) {
            const std::string data = bytes(dice == 0 ? 10'000 : 300);
            queue.append(data);
            model += data;
        } else if (dice == 4) {
            const std::string data = bytes(3000);
            queue.append(SharedBytes(data));
            model += data;
        } else if (dice == 5) {
            const std::array<std::string, 3> parts{bytes(100), bytes(2000), bytes(3)};
            queue.append(std::array<Bytes, 3>{parts[0], parts[1], parts[2]});
            model += parts[0] + parts[1] + parts[2];
        } else if (dice == 6) {
            borrowed.push_back(bytes(4000));
            queue.append_borrowed(borrowed.back());
            model += borrowed.back();
        } else if (dice == 7) {
            queue.keep_borrowed();
            for (std::string& old : borrowed) {
                old.assign(old.size(), '#');
            }
            borrowed.clear();
        } else if (dice == 8 && any(20) == 0) {
            queue.clear();
            model.clear();
        } else if (dice == 9) {
            any(2) == 0 ? neighbour.append(bytes(5000)) : neighbour.clear();
        } else {
            const std::size_t count = any(model.size() + 1);
            queue.drop_front(count);
            model.erase(0, count);
        }
        REQUIRE(queue.size() == model.size());
        REQUIRE(queue.empty() == model.empty());
        REQUIRE(content(queue) == model);
    }
}

TEST_SUITE_END();
