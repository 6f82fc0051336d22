// SPDX-License-Identifier: MIT
#include <hawser/core/write_queue.h>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
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
        queue.append(SharedBytes(std::string(5000, static_cast<char>('a' + i))));
    }

    CHECK(content(queue, 2) == std::string(5000, 'a') + std::string(5000, 'b'));
}

TEST_CASE("what was sent is dropped from the front, across pieces and inside them") {
    BlockPool pool;
    WriteQueue queue(pool);
    queue.append("abc");
    queue.append(SharedBytes(std::string(5000, 's')));

    queue.drop_front(2);
    CHECK(content(queue) == "c" + std::string(5000, 's'));
    queue.drop_front(0);
    queue.drop_front(2);
    CHECK(content(queue) == std::string(4999, 's'));
    queue.append("z");
    queue.drop_front(4999);
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

TEST_CASE("what is borrowed and adjoins is one piece, until it is kept") {
    BlockPool pool;
    WriteQueue queue(pool);
    const std::string lines = "one two three";

    queue.append_borrowed(Bytes(lines).substr(0, 3));
    CHECK(queue.adjoins(Bytes(lines).substr(3)));
    queue.append_borrowed(Bytes(lines).substr(3, 4));
    CHECK(queue.one_piece());
    queue.append_borrowed(Bytes(lines).substr(8)); // a byte was left out
    CHECK_FALSE(queue.one_piece());
    queue.drop_front(2);
    queue.keep_borrowed();
    queue.append("!");

    CHECK(content(queue) == "e twothree!");
    CHECK(queue.size() == 11);
}

TEST_SUITE_END();
