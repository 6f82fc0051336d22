// SPDX-License-Identifier: MIT
#include <hawser/core/write_queue.h>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <deque>
#include <random>
#include <string>
#include <vector>

using hawser::BlockPool;
using hawser::Bytes;
using hawser::SharedBytes;
using hawser::WriteQueue;

namespace {

/// All that is queued, through windows of \p most views.
std::string content(const WriteQueue& queue, std::size_t most = 10'000) {
    std::vector<Bytes> pieces(most);
    const std::size_t count = queue.front(pieces);
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
        CHECK_FALSE(pieces[i].empty());
        all += pieces[i];
    }
    return all;
}

} // namespace

TEST_SUITE_BEGIN("WriteQueue");

TEST_CASE("what is appended comes out in order") {
    BlockPool pool;
    WriteQueue queue(pool);
    CHECK(queue.empty());
    const std::string large(10'000, 'l');
    const SharedBytes shared(std::string(2000, 's'));

    queue.append("small");
    queue.append(large);
    queue.append(shared);
    queue.append(SharedBytes("tiny"));
    queue.append("end");

    CHECK(content(queue) == "small" + large + std::string(2000, 's') + "tinyend");
    CHECK(queue.size() == 5 + 10'000 + 2000 + 4 + 3);
}

TEST_CASE("small writes share a piece, large shared ones are not copied") {
    BlockPool pool;
    WriteQueue queue(pool);
    const SharedBytes shared(std::string(100'000, 's'));

    queue.append("a");
    queue.append("b");
    CHECK(queue.one_piece());
    queue.append(shared);
    CHECK_FALSE(queue.one_piece());

    std::array<Bytes, 4> pieces;
    CHECK(queue.front(pieces) == 2);
    CHECK(pieces[0] == "ab");
    CHECK(pieces[1].data() == shared.view().data());
}

TEST_CASE("appending nothing changes nothing") {
    BlockPool pool;
    WriteQueue queue(pool);
    const std::array<Bytes, 2> nothing{};

    for (int round = 0; round < 2; ++round) {
        queue.append("");
        queue.append(Bytes());
        queue.append(SharedBytes());
        queue.append(nothing);
        queue.append_borrowed({});
        queue.keep_borrowed();
        CHECK(content(queue) == (round == 0 ? "" : "x"));
        if (round == 0) {
            queue.append("x");
        }
    }
}

TEST_CASE("pieces are appended as one write, behind others or first") {
    BlockPool pool;
    WriteQueue queue(pool);
    const std::string large(5000, 'l');
    const std::array<Bytes, 4> pieces{"a", Bytes(), large, "b"};

    queue.append(pieces);
    queue.append(std::array<Bytes, 2>{"c", "\r\n"});
    queue.append(pieces);

    CHECK(content(queue) == "a" + large + "bc\r\na" + large + "b");
    CHECK(queue.size() == content(queue).size());
}

TEST_CASE("it shows no more pieces than asked for") {
    BlockPool pool;
    WriteQueue queue(pool);
    for (int i = 0; i < 5; ++i) {
        queue.append(SharedBytes(std::string(2000, static_cast<char>('a' + i))));
    }

    CHECK(content(queue, 2) == std::string(2000, 'a') + std::string(2000, 'b'));
}

TEST_CASE("what was sent is dropped from the front, across pieces and inside them") {
    BlockPool pool;
    WriteQueue queue(pool);
    queue.append("abc");
    queue.append(SharedBytes(std::string(2000, 's')));

    queue.drop_front(2);
    CHECK(content(queue) == "c" + std::string(2000, 's'));
    queue.drop_front(0);
    queue.drop_front(2);
    CHECK(content(queue) == std::string(1999, 's'));
    queue.append("z");
    queue.drop_front(1999);
    CHECK(content(queue) == "z");
    queue.drop_front(1);

    CHECK(queue.empty());
    CHECK(queue.one_piece());
}

TEST_CASE("borrowed bytes are sent from where they are, and copied when kept") {
    BlockPool pool;
    WriteQueue queue(pool);
    std::string buffer(3000, 'b');
    queue.append("a");
    queue.append_borrowed(buffer);
    queue.append("c");
    std::array<Bytes, 4> pieces;
    CHECK(queue.front(pieces) == 3);
    CHECK(pieces[1].data() == buffer.data());

    queue.drop_front(1001);
    queue.keep_borrowed();
    buffer.assign(3000, 'x');
    queue.append("d");

    CHECK(content(queue) == std::string(2000, 'b') + "cd");
}

TEST_CASE("borrowed bytes at the end may be kept, and others follow them") {
    BlockPool pool;
    WriteQueue queue(pool);
    std::string buffer = "borrowed";
    queue.append_borrowed(buffer);
    queue.append_borrowed(Bytes(buffer).substr(0, 3));

    queue.keep_borrowed();
    queue.keep_borrowed();
    buffer.assign("XXXXXXXX");
    queue.append("!");

    CHECK(content(queue) == "borrowedbor!");
}

TEST_CASE("clear drops all, and it may be used again") {
    BlockPool pool;
    WriteQueue queue(pool);
    queue.append(std::string(9000, 'a'));
    queue.append("b");

    queue.clear();
    CHECK(queue.size() == 0);
    queue.append("again");

    CHECK(content(queue) == "again");
}

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
