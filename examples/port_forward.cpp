// SPDX-License-Identifier: MIT
// Forwards each connection to a target, and keeps little of it in memory however slow a side is.
//
//     ./port_forward tcp:8080 tcp:example.org:80
#include <hawser/reactor/reactor.h>

#include <cstdio>

struct Side : hawser::Protocol { // each side's transport is the other side's producer
    void follow(Side& other) {
        other_ = other.transport().ref();
        other.transport().register_producer(transport(), true);
    }
    void data_received(hawser::Bytes data) override { other_.write(data); }
    bool read_connection_lost() override { // half a connection is passed on as that
        read_ended_ = true;
        if (hawser::Transport* other = other_.get()) other->lose_write_connection();
        return !write_ended_;
    }
    void write_connection_lost() override {
        write_ended_ = true;
        if (read_ended_) transport().lose_connection();
    }
    void connection_lost(std::error_code) override { other_.lose_connection(); }
    hawser::ConnectionRef other_;
    bool read_ended_ = false, write_ended_ = false;
};

struct Front final : Side {
    Front(hawser::Network& network, hawser::Endpoint target) : network_(network), target_(target) {}
    void connection_made() override {
        transport().pause_producing(); // nothing is read that cannot be passed on
        auto connected = network_.connect<Side>(target_).then([this](Side* back) {
            follow(*back), back->follow(*this);
            transport().resume_producing();
        });
        connecting_ = std::move(connected).recover([this](const std::exception_ptr& error) {
            std::fprintf(stderr, "port_forward: %s\n", hawser::message_of(error).c_str());
            transport().lose_connection();
        });
    }
    hawser::Network& network_;
    hawser::Endpoint target_;
    hawser::Deferred<> connecting_; // goes with the client, and gives up then
};

int main(int argc, char** argv) try {
    if (argc != 3) throw std::runtime_error("needs two endpoints, its own and its target");
    hawser::Reactor reactor;
    const auto listener =
        reactor.listen(argv[1], hawser::factory_for<Front>(std::ref<hawser::Network>(reactor),
                                                           hawser::Endpoint(argv[2])));
    std::printf("listening on %s\n", to_string(listener.address()).c_str());
    std::fflush(stdout);
    reactor.run();
} catch (const std::exception& error) {
    return std::fprintf(stderr, "port_forward: %s\n", error.what()), 1;
}
