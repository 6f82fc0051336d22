// SPDX-License-Identifier: MIT
#include <hawser/protocols/chat_event.h>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using hawser::ChatEvent;
using Kind = ChatEvent::Kind;

TEST_SUITE("ChatEvent") {
    TEST_CASE("each kind has its line") {
        const auto line = [](Kind kind, const char* text) {
            return std::string(ChatEvent(kind, "den", "alice", text).line().view());
        };

        CHECK(line(Kind::said, "hi") == "<alice> hi\n");
        CHECK(line(Kind::acted, "waves") == "* <alice> waves\n");
        CHECK(line(Kind::acted, "has left") != line(Kind::left, "")); // nobody forges a notice
        CHECK(line(Kind::whispered, "hi") == "<alice to you> hi\n");
        CHECK(line(Kind::joined, "") == "* alice has joined den\n");
        CHECK(line(Kind::left, "") == "* alice has left\n");
        CHECK(line(Kind::left, "does not read") == "* alice has left (does not read)\n");
        CHECK(line(Kind::renamed, "ada") == "* alice is now ada\n");
        CHECK(line(Kind::announced, "the end") == "* the end\n");
    }

    TEST_CASE("a line is made once, and shared with copies") {
        const ChatEvent event(Kind::said, "den", "alice", "hi");

        const char* first = event.line().view().data();
        const std::vector<ChatEvent> copies(2, event);

        CHECK(event.line().view().data() == first);
        CHECK(copies[0].line().view().data() == first);
        CHECK(copies[1].line().view().data() == first);
    }

    TEST_CASE("nothing that commands a terminal gets into the text or the line") {
        const ChatEvent event(Kind::said, "den", "alice", "\x1B[2J\xFF\nboo");

        CHECK(event.text() == "\xEF\xBF\xBD[2J\xEF\xBF\xBD\xEF\xBF\xBD"
                              "boo");
        CHECK(event.line().view() == "<alice> " + event.text() + "\n");
    }
}
