// SPDX-License-Identifier: MIT
// hawser in a program that is not event-driven: it serves on a thread of its own, while main()
// reads and writes as programs do. What is typed is sent to everybody; an empty line shows who is
// there.
//
//     ./reactor_thread tcp:127.0.0.1:8000
#include <hawser/core/address.h>
#include <hawser/core/connection_ref.h>
#include <hawser/core/protocol.h>
#include <hawser/reactor/reactor_thread.h>

#include <cstdio>
#include <iostream>
#include <map>
#include <string>

using Guests = std::map<const hawser::Protocol*, hawser::ConnectionRef>;

class Guest final : public hawser::Protocol {
public:
    explicit Guest(Guests& guests) : guests_(guests) {}

private:
    void connection_made() override { guests_.emplace(this, transport().ref()); }
    void connection_lost(std::error_code) override { guests_.erase(this); }
    Guests& guests_;
};

int main(int argc, char** argv) try {
    if (argc != 2 || argv[1][0] == '-') {
        std::fputs("usage: reactor_thread ENDPOINT   for instance tcp:127.0.0.1:8000\n", stderr);
        return 2;
    }
    Guests guests; // of the thread alone
    hawser::Listener listener;
    hawser::ReactorThread thread;
    const std::string where = thread.call([&](hawser::Reactor& reactor) {
        listener = reactor.listen(argv[1], hawser::factory_for<Guest>(std::ref(guests)));
        return to_string(listener.address());
    });
    std::cout << "listening on " << where << '\n' << std::flush;
    for (std::string line; std::getline(std::cin, line);) {
        if (line.empty()) { // something to know: wait for it
            const auto count = thread.call([&](hawser::Reactor&) { return guests.size(); });
            std::cout << "guests: " << count << '\n' << std::flush;
        } else { // something to do: do not wait
            thread.post([&, line](hawser::Reactor&) {
                for (auto& [guest, connection] : guests)
                    connection.write(line + "\n");
            });
        }
    }
} catch (const std::exception& error) {
    std::fprintf(stderr, "reactor_thread: %s\n", error.what());
    return 1;
}
