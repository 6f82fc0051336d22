// SPDX-License-Identifier: MIT
#include <hawser/protocols/chat_rooms.h>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

using hawser::ChatEvent;
using hawser::ChatMember;
using hawser::ChatOutcome;
using hawser::ChatRooms;

namespace {

using Lines = std::vector<std::string>;

/// A front without a transport. Notes the lines it hears, without their ends.
class Listener final : public ChatMember {
public:
    Lines take() { return std::exchange(lines_, {}); }

private:
    void heard(const ChatEvent& event) override {
        const std::string_view line = event.line().view();
        lines_.emplace_back(line.substr(0, line.size() - 1));
    }
    Lines lines_;
};

struct Party {
    ChatRooms rooms{{.name = 8, .history = 3}};
    Listener alice;
    Listener bob;

    Party() {
        rooms.enter(alice, "alice");
        rooms.enter(bob, "bob");
        alice.take();
    }

    std::string listed() const {
        std::string text;
        for (const auto& room : rooms.rooms()) {
            text += std::string(room.name) + " " + std::to_string(room.people) + ";";
        }
        return text;
    }
    Lines history_for(const ChatMember& member) const {
        Lines lines;
        for (const ChatEvent& event : rooms.history_for(member)) {
            lines.push_back(event.who() + ": " + event.text());
        }
        return lines;
    }
};

} // namespace

TEST_SUITE("ChatRooms") {
    TEST_CASE("who enters is in the lobby, and the others there are told") {
        Party party;
        Listener carol;

        CHECK(party.rooms.enter(carol, "carol") == ChatOutcome::done);

        CHECK(party.rooms.contains(carol));
        CHECK(party.rooms.name_of(carol) == "carol");
        CHECK(party.rooms.room_of(carol) == "lobby");
        CHECK(party.rooms.people_with(carol) ==
              std::vector<std::string_view>{"alice", "bob", "carol"});
        CHECK(party.alice.take() == Lines{"* carol has joined lobby"});
        CHECK(carol.take().empty());
    }

    TEST_CASE("a name that does not suit is refused, and each refusal has a sentence") {
        struct Example {
            std::string name;
            ChatOutcome outcome;
        };
        Party party;
        Listener carol;
        for (const Example& example : {
                 Example{"", ChatOutcome::name_empty},
                 Example{"123456789", ChatOutcome::name_too_long},
                 Example{"\xFF", ChatOutcome::name_not_utf8},
                 Example{"a b", ChatOutcome::name_unsuitable},
                 Example{" ", ChatOutcome::name_unsuitable},
                 Example{"a\tb", ChatOutcome::name_unsuitable},
                 Example{"a\x1B[m", ChatOutcome::name_unsuitable},
                 Example{std::string("a\0", 2), ChatOutcome::name_unsuitable},
                 Example{"a\xC2\x9B", ChatOutcome::name_unsuitable},       // C1 control
                 Example{"a\xE2\x80\xAE", ChatOutcome::name_unsuitable},   // writes backwards
                 Example{"bob\xE2\x80\x8B", ChatOutcome::name_unsuitable}, // zero width space
                 Example{"\xC2\xA0", ChatOutcome::name_unsuitable},        // no-break space
                 Example{"/nick", ChatOutcome::name_unsuitable},
                 Example{"bob", ChatOutcome::name_taken},
                 Example{"BoB", ChatOutcome::name_taken},
             }) {
            CAPTURE(example.name);
            CHECK(party.rooms.enter(carol, example.name) == example.outcome);
            CHECK(!party.rooms.contains(carol));
            CHECK(party.rooms.explain(example.outcome).ends_with('.'));
            if (example.outcome != ChatOutcome::name_taken) {
                CHECK(party.rooms.rename(party.alice, example.name) == example.outcome);
                CHECK(party.rooms.join(party.alice, example.name) == example.outcome);
            }
        }
        CHECK(party.rooms.name_of(party.alice) == "alice");
        CHECK(party.listed() == "lobby 2;");
        CHECK(party.bob.take().empty());
    }

    TEST_CASE("a name of the limit passes: code points count, not bytes") {
        Party party;
        Listener carol;

        CHECK(party.rooms.enter(carol, "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
                                       "1234") == ChatOutcome::done);
    }

    TEST_CASE("what is said is heard by the others in the room, and by nobody else") {
        Party party;
        Listener carol;
        Listener outsider;
        party.rooms.enter(carol, "carol");
        party.rooms.join(carol, "den");
        party.alice.take();
        party.bob.take();

        CHECK(party.rooms.say(party.alice, "hi") == ChatOutcome::done);
        CHECK(party.rooms.act(party.alice, "waves") == ChatOutcome::done);

        CHECK(party.bob.take() == Lines{"<alice> hi", "* <alice> waves"});
        CHECK(party.alice.take().empty());
        CHECK(carol.take().empty());
        CHECK(outsider.take().empty());
    }

    TEST_CASE("nothing is no message") {
        Party party;

        CHECK(party.rooms.say(party.alice, "") == ChatOutcome::nothing_said);
        CHECK(party.rooms.act(party.alice, "") == ChatOutcome::nothing_said);
        CHECK(party.rooms.whisper(party.alice, "bob", "") == ChatOutcome::nothing_said);
        CHECK(party.bob.take().empty());
    }

    TEST_CASE("a whisper reaches one person in any room, and is not remembered") {
        Party party;
        Listener carol;
        party.rooms.enter(carol, "carol");
        party.rooms.join(party.bob, "den");
        party.bob.take();
        carol.take();

        CHECK(party.rooms.whisper(party.alice, "BOB", "psst") == ChatOutcome::done);
        CHECK(party.rooms.whisper(party.alice, "dave", "psst") == ChatOutcome::nobody);

        CHECK(party.bob.take() == Lines{"<alice to you> psst"});
        CHECK(carol.take().empty());
        CHECK(party.history_for(party.alice).empty());
    }

    TEST_CASE("a new name is told, frees the old one, and keeps the seat") {
        Party party;
        Listener carol;

        CHECK(party.rooms.rename(party.alice, "ada") == ChatOutcome::done);
        CHECK(party.rooms.rename(party.alice, "BOB") == ChatOutcome::name_taken);
        CHECK(party.rooms.enter(carol, "alice") == ChatOutcome::done);
        party.rooms.say(party.alice, "hi");

        CHECK(party.bob.take() ==
              Lines{"* alice is now ada", "* alice has joined lobby", "<ada> hi"});
        CHECK(party.rooms.name_of(party.alice) == "ada");
    }

    TEST_CASE("the case of one's own name may change; the same name again is no news") {
        Party party;

        CHECK(party.rooms.rename(party.alice, "Alice") == ChatOutcome::done);
        CHECK(party.rooms.rename(party.alice, "Alice") == ChatOutcome::done);

        CHECK(party.bob.take() == Lines{"* alice is now Alice"});
    }

    TEST_CASE("who changes rooms is missed in one and met in the other") {
        Party party;
        party.rooms.join(party.bob, "den");
        party.alice.take();

        CHECK(party.rooms.join(party.alice, "DEN") == ChatOutcome::done);
        CHECK(party.rooms.join(party.alice, "Den") == ChatOutcome::already_there);
        CHECK(party.rooms.room_of(party.alice) == "den");
        CHECK(party.rooms.part(party.alice) == ChatOutcome::done);
        CHECK(party.rooms.part(party.alice) == ChatOutcome::already_there);

        CHECK(party.bob.take() == Lines{"* alice has joined den", "* alice has left (to lobby)"});
        CHECK(party.alice.take().empty());
    }

    TEST_CASE("a room goes with the last who is in it, and what it remembered too; lobby stays") {
        Party party;
        party.rooms.join(party.alice, "Den");
        party.rooms.say(party.alice, "hi");
        CHECK(party.listed() == "Den 1;lobby 1;");

        party.rooms.part(party.alice);
        CHECK(party.listed() == "lobby 2;");

        party.rooms.join(party.alice, "den");
        CHECK(party.history_for(party.alice).empty());

        party.rooms.leave(party.alice);
        party.rooms.leave(party.bob);
        CHECK(party.listed() == "lobby 0;");
    }

    TEST_CASE("a room remembers the last lines that were said, whoever has left since") {
        Party party;
        for (const char* text : {"1", "2", "3", "4"}) {
            party.rooms.say(party.alice, text);
        }
        party.rooms.rename(party.alice, "ada");
        party.rooms.leave(party.alice);

        CHECK(party.history_for(party.bob) == Lines{"alice: 2", "alice: 3", "alice: 4"});
    }

    TEST_CASE("who leaves is gone, the others are told why, and the name is free") {
        Party party;
        Listener carol;

        party.rooms.leave(party.alice, "does not read");

        CHECK(!party.rooms.contains(party.alice));
        CHECK(party.bob.take() == Lines{"* alice has left (does not read)"});
        CHECK(party.rooms.enter(carol, "alice") == ChatOutcome::done);
    }

    TEST_CASE("an announcement reaches everybody in all rooms") {
        Party party;
        party.rooms.join(party.bob, "den");
        party.alice.take();

        party.rooms.announce("the end is near");

        CHECK(party.alice.take() == Lines{"* the end is near"});
        CHECK(party.bob.take() == Lines{"* the end is near"});
    }

    TEST_CASE("a front may read what happened instead of its line") {
        class Page final : public ChatMember {
        public:
            std::string seen;

        private:
            void heard(const ChatEvent& event) override {
                CHECK(event.kind() == ChatEvent::Kind::said);
                seen = event.room() + "/" + event.who() + "/" + event.text();
            }
        };
        Party party;
        Page page;
        party.rooms.enter(page, "page");

        party.rooms.say(party.alice, "hi");

        CHECK(page.seen == "lobby/alice/hi");
    }
}
