// SPDX-License-Identifier: MIT
// Three questions, half a minute for each.
//
//     ./quiz                         then, in another terminal: nc 127.0.0.1 8000
#include <hawser/core/serve.h>
#include <hawser/core/with_timeout.h>
#include <hawser/reactor/reactor.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <string>

struct Question {
    std::string_view asked;
    std::string_view answer;
};

constexpr Question questions[] = {
    {"What has a bed and never sleeps?", "a river"},
    {"What has teeth and cannot bite?", "a comb"},
    {"What has a neck and no head?", "a bottle"},
};

hawser::Deferred<> quiz(hawser::Clock& clock, hawser::Stream stream) {
    int right = 0;
    for (const Question& question : questions) {
        co_await stream.write(std::string(question.asked) + "\n");
        auto answer =
            hawser::with_timeout(clock, std::chrono::seconds(30), stream.read_line()).outcome();
        const auto said = co_await std::move(answer);
        if (!said) {
            co_await stream.write("Too late!\n");
            co_return;
        }
        if (!said.value()) co_return; // has gone
        if (*said.value() == question.answer) {
            ++right;
        } else {
            co_await stream.write("No, " + std::string(question.answer) + ".\n");
        }
    }
    co_await stream.write("You knew " + std::to_string(right) + " of 3.\n");
}

int main(int argc, char** argv) try {
    hawser::Reactor reactor;
    const auto listener = reactor.listen(
        argc > 1 ? argv[1] : "tcp:127.0.0.1:8000",
        hawser::serve([&](hawser::Stream stream) { return quiz(reactor, std::move(stream)); }));
    std::fprintf(stderr, "listening on %s\n", to_string(listener.address()).c_str());
    reactor.run();
} catch (const std::exception& error) {
    std::fprintf(stderr, "quiz: %s\n", error.what());
    return 1;
}
