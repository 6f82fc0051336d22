// SPDX-License-Identifier: MIT
#include <hawser/protocols/chat.h>

#include "chat_server.h"

#include <doctest/doctest.h>

#include <string>
#include <system_error>

TEST_SUITE("Chat") {
    TEST_CASE("who connects is asked for a name, welcomed, and told who is there") {
        ChatServer server;
        ChatPerson alice(server);

        CHECK(alice.screen() == name_question);
        CHECK(alice.ask("alice") == "Welcome, alice! Say /help to see what else you can say.\n"
                                    "* you are alone in lobby\n");

        ChatPerson bob(server);
        bob.screen();

        CHECK(bob.ask("bob").ends_with("\n* you are in lobby with alice\n"));
        CHECK(alice.screen() == "* bob has joined lobby\n");
    }

    TEST_CASE("a name that does not suit is refused with a reason, and asked for again") {
        struct Example {
            std::string name;
            std::string answer;
        };
        ChatServer server;
        ChatPerson alice(server, "alice");
        ChatPerson bob(server);
        bob.screen();
        for (const Example& example : {
                 Example{"", "A name cannot be empty.\n"},
                 Example{"\r", "A name cannot be empty.\n"},
                 Example{"\xFF\xFE", "A name must be UTF-8 text.\n"},
                 Example{"Alice", "That name is taken.\n"},
                 Example{"al ice",
                         "A name cannot have spaces, control characters, < or >, nor begin "
                         "with a slash.\n"},
                 Example{"\x1B[2J",
                         "A name cannot have spaces, control characters, < or >, nor begin "
                         "with a slash.\n"},
                 Example{"<Ada>",
                         "A name cannot have spaces, control characters, < or >, nor begin "
                         "with a slash.\n"},
                 Example{std::string(33, 'x'), "A name can have at most 32 characters.\n"},
             }) {
            CAPTURE(example.name);
            CHECK(bob.ask(example.name) == example.answer + name_question);
        }
        CHECK(bob.ask(std::string(32, 'x')).starts_with("Welcome, xxx"));
        CHECK(alice.screen() == "* " + std::string(32, 'x') + " has joined lobby\n");
    }

    TEST_CASE("what one says is heard by the others, not by oneself, nor by the unnamed") {
        ChatServer server;
        ChatPerson alice(server, "alice");
        ChatPerson bob(server, "bob");
        ChatPerson unnamed(server);
        alice.screen();
        unnamed.screen();

        CHECK(alice.ask("hi").empty());

        CHECK(bob.screen() == "<alice> hi\n");
        CHECK(unnamed.screen().empty());
    }

    TEST_CASE("it reads the same however the bytes are split, with either line end") {
        for (const std::string stream : {"bob\nhi\n\n//slash\n/me waves\n/quit\n",
                                         "bob\r\nhi\r\n\r\n//slash\r\n/me waves\r\n/quit\r\n"}) {
            for (std::size_t chunk_size = 1; chunk_size <= stream.size(); ++chunk_size) {
                CAPTURE(chunk_size);
                ChatServer server;
                ChatPerson alice(server, "alice");
                ChatPerson bob(server);

                bob.transport.deliver(stream, chunk_size);

                CHECK(alice.screen() == "* bob has joined lobby\n<bob> hi\n<bob> /slash\n"
                                        "* <bob> waves\n* bob has left\n");
                CHECK(bob.screen() == name_question +
                                          "Welcome, bob! Say /help to see what else you can say.\n"
                                          "* you are in lobby with alice\nGoodbye!\n");
                CHECK(bob.transport.lost());
            }
        }
    }

    TEST_CASE("Enter alone says nothing") {
        ChatServer server;
        ChatPerson alice(server, "alice");
        ChatPerson bob(server, "bob");

        CHECK(alice.ask("").ends_with("* bob has joined lobby\n"));
        CHECK(alice.ask(" \t\r").empty());

        CHECK(count(bob.screen(), "<alice>") == 0);
    }

    TEST_CASE("nothing that commands a terminal reaches another one") {
        ChatServer server;
        ChatPerson alice(server, "alice");
        ChatPerson bob(server, "bob");
        bob.screen();

        alice.transport.deliver("\x1B[2J\xC2\x9B"
                                "1mred\xFF\a\rx\xE2\x80\xAE\n");
        alice.transport.deliver("/me \x1B"
                                "c\n/msg bob \x1B"
                                "c\n/\x1B"
                                "c\n");

        const std::string mark = "\xEF\xBF\xBD";
        CHECK(bob.screen() == "<alice> " + mark + "[2J" + mark + "1mred" + mark + mark + mark +
                                  "x" + mark + "\n* <alice> " + mark + "c\n<alice to you> " + mark +
                                  "c\n");
        CHECK(count(alice.screen(), "\x1B") == 0);
    }

    TEST_CASE("the last twenty lines of a room are shown to who comes") {
        ChatServer server;
        ChatPerson alice(server, "alice");
        for (int i = 1; i <= 25; ++i) {
            alice.ask("line " + std::to_string(i));
            server.rest();
            alice.transport.turn();
        }
        ChatPerson bob(server);
        bob.screen();

        const std::string screen = bob.ask("bob");

        CHECK(count(screen, "<alice>") == 20);
        CHECK(count(screen, "with alice\n<alice> line 6\n") == 1);
        CHECK(screen.ends_with("<alice> line 25\n"));
    }

    TEST_CASE("rooms are joined, listed and left") {
        ChatServer server;
        ChatPerson alice(server, "alice");
        ChatPerson bob(server, "bob");
        alice.screen();
        bob.screen();

        CHECK(alice.ask("/join den") == "* you are alone in den\n");
        CHECK(bob.screen() == "* alice has left (to den)\n");
        CHECK(alice.ask("/rooms") == "Rooms: den (1), lobby (1)\n");
        CHECK(alice.ask("psst").empty());
        CHECK(bob.screen().empty());
        CHECK(bob.ask("/JOIN  Den ") == "* you are in den with alice\n<alice> psst\n");
        CHECK(alice.screen() == "* bob has joined den\n");
        CHECK(alice.ask("/who") == "In den: alice, bob\n");
        CHECK(alice.ask("/join den") == "You are there already.\n");
        CHECK(alice.ask("/part") == "* you are alone in lobby\n");
        CHECK(bob.screen() == "* alice has left (to lobby)\n");
        CHECK(alice.ask("/part") == "You are there already.\n");
        CHECK(alice.ask("/join a b") ==
              "A name cannot have spaces, control characters, < or >, nor begin with a slash.\n");
    }

    TEST_CASE("a name is changed") {
        ChatServer server;
        ChatPerson alice(server, "alice");
        ChatPerson bob(server, "bob");
        alice.screen();
        bob.screen();

        CHECK(alice.ask("/nick ada") == "* you are now ada\n");
        CHECK(bob.screen() == "* alice is now ada\n");
        CHECK(alice.ask("/nick BOB") == "That name is taken.\n");
    }

    TEST_CASE("one person is told something alone") {
        ChatServer server;
        ChatPerson alice(server, "alice");
        ChatPerson bob(server, "bob");
        ChatPerson carol(server, "carol");
        alice.screen();
        bob.screen();
        carol.screen();

        CHECK(alice.ask("/msg Bob come to the den") == "* Bob was told\n");
        CHECK(bob.screen() == "<alice to you> come to the den\n");
        CHECK(carol.screen().empty());
        CHECK(alice.ask("/msg dave hi") == "Nobody here has that name.\n");
        CHECK(alice.ask("/msg bob") == "There is nothing to say.\n");
    }

    TEST_CASE("help names every command") {
        ChatServer server;
        ChatPerson alice(server, "alice");
        alice.screen();

        const std::string help = alice.ask("/help");

        for (const char* command : {"/nick NAME", "/join ROOM", "/part", "/rooms", "/who",
                                    "/me TEXT", "/msg NAME TEXT", "/help", "/quit", "//"}) {
            CAPTURE(command);
            CHECK(count(help, command) == 1);
        }
    }

    TEST_CASE("a command that is not there, or lacks its words, is answered") {
        ChatServer server;
        ChatPerson alice(server, "alice");
        ChatPerson bob(server, "bob");
        alice.screen();
        bob.screen();

        CHECK(alice.ask("/dance now") ==
              "There is no command /dance. Say /help to see those there are.\n");
        CHECK(alice.ask("/") == "There is no command /. Say /help to see those there are.\n");
        CHECK(alice.ask("/nick") == "Say /nick NAME.\n");
        CHECK(alice.ask("/msg") == "Say /msg NAME TEXT.\n");
        CHECK(alice.ask("/me  ") == "Say /me TEXT.\n");
        CHECK(bob.screen().empty());
    }

    TEST_CASE("who quits is said goodbye to, and gone; without a name too") {
        ChatServer server;
        ChatPerson alice(server, "alice");
        ChatPerson bob(server, "bob");
        ChatPerson unnamed(server);
        alice.screen();
        bob.screen();
        unnamed.screen();

        CHECK(bob.ask("/quit") == "Goodbye!\n");
        CHECK(unnamed.ask("/quit") == "Goodbye!\n");

        CHECK(bob.transport.lost());
        CHECK(unnamed.transport.lost());
        CHECK(alice.screen() == "* bob has left\n");
    }

    TEST_CASE("the end of a connection is told, with the reason where there is one") {
        ChatServer server;
        ChatPerson alice(server, "alice");
        ChatPerson bob(server, "bob");
        ChatPerson carol(server, "carol");
        alice.screen();

        bob.transport.end();
        carol.transport.lose(std::make_error_code(std::errc::connection_reset));

        CHECK(alice.screen() == "* bob has left\n* carol has left (connection reset by peer)\n");
    }
}

TEST_SUITE("ChatFactory") {
    TEST_CASE("when it stops, everybody is told") {
        ChatServer server;
        ChatPerson alice(server, "alice");
        ChatPerson bob(server, "bob");
        bob.ask("/join den");
        alice.screen();
        bob.screen();

        server.factory.do_start();
        server.factory.do_stop();

        CHECK(alice.screen() == "* the server is shutting down\n");
        CHECK(bob.screen() == "* the server is shutting down\n");
        CHECK(!alice.transport.closing());
    }

    TEST_CASE("who has given no name yet is told as well, once") {
        ChatServer server;
        ChatPerson unnamed(server);
        ChatPerson alice(server, "alice");
        unnamed.screen();

        unnamed.transport.request_stop();
        alice.transport.request_stop();

        CHECK(unnamed.screen() == "* the server is shutting down\n");
        CHECK(alice.screen().empty()); // told in the rooms
        CHECK(alice.transport.lost());
    }

    TEST_CASE("other fronts share its rooms") {
        class Page final : public hawser::ChatMember {
        public:
            std::string text;

        private:
            void heard(const hawser::ChatEvent& event) override { text += event.text(); }
        };
        ChatServer server;
        Page page;
        ChatPerson alice(server, "alice");
        server.factory.rooms().enter(page, "page");
        alice.screen();

        alice.ask("hi");
        server.factory.rooms().say(page, "welcome");

        CHECK(page.text == "hi");
        CHECK(alice.screen() == "<page> welcome\n");
        server.factory.rooms().leave(page);
    }
}
