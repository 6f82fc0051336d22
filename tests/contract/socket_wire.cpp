// SPDX-License-Identifier: MIT
#include "socket_wire.h"

#include <doctest/doctest.h>

#include <chrono>
#include <utility>

namespace contract {

namespace {

hawser::ReactorOptions options_with(hawser::TransportLimits limits) {
    hawser::ReactorOptions options;
    options.handle_signals = false;
    options.linger_time = std::chrono::milliseconds(20);
    options.limits = limits;
    return options;
}

hawser::Endpoint endpoint_of(const hawser::Address& address) {
    return address.is_unix() ? hawser::Endpoint::unix_path(address.path())
                             : hawser::Endpoint::tcp(address.ip(), address.port());
}

} // namespace

hawser::Address Tcp::address() const {
    return hawser::Address::ipv4({127, 0, 0, 1}, 0);
}

hawser::Address Unix::address() const {
    return hawser::Address::unix_path(directory.socket_path());
}

template <class Family>
SocketWire<Family>::SocketWire(End end, hawser::TransportLimits limits)
    : end_(end), reactor_(options_with(limits)) {}

template <class Family>
SocketWire<Family>::~SocketWire() {
    journal.over = true;
    if (journal.transport != nullptr) {
        journal.transport->abort_connection();
        settle();
    }
}

template <class Family>
void SocketWire<Family>::open(Script script) {
    auto factory = hawser::factory([this, script = std::move(script)] {
        return std::make_unique<ScriptedProtocol>(journal, script);
    });
    if (end_ == End::accepted) {
        open_accepted(std::move(factory));
    } else {
        open_connected(std::move(factory));
    }
}

template <class Family>
void SocketWire<Family>::open_accepted(std::shared_ptr<hawser::Factory> factory) {
    const auto listener = reactor_.listen(endpoint_of(family_.address()), std::move(factory));
    peer_ = RawPeer::connect(listener.address());
    REQUIRE(until([&] { return journal.saw("made"); }));
}

template <class Family>
void SocketWire<Family>::open_connected(std::shared_ptr<hawser::Factory> factory) {
    RawListener listener(family_.address());
    connecting_ = reactor_.connect(endpoint_of(listener.address()), std::move(factory))
                      .recover([](const std::exception_ptr&) -> hawser::Protocol* {
                          return nullptr; // a case may have thrown in connection_made()
                      });
    Fd accepted;
    REQUIRE(until([&] {
        accepted = listener.accept();
        return accepted.open();
    }));
    peer_ = RawPeer(std::move(accepted));
    REQUIRE(until([&] { return journal.saw("made"); }));
}

template <class Family>
void SocketWire<Family>::peer_sends(hawser::Bytes data) {
    peer_.send(data);
    settle();
}

template <class Family>
void SocketWire<Family>::peer_ends() {
    peer_.end();
    settle();
}

template <class Family>
void SocketWire<Family>::peer_resets() {
    settle();
    peer_.vanish();
    settle();
}

template <class Family>
void SocketWire<Family>::peer_takes_nothing() {
    settle();
    peer_.take(false);
}

template <class Family>
void SocketWire<Family>::peer_takes_all() {
    peer_.take(true);
    settle();
}

template <class Family>
std::string SocketWire<Family>::peer_saw() {
    settle();
    return peer_.seen();
}

template <class Family>
bool SocketWire<Family>::peer_saw_end() {
    settle();
    return peer_.saw_end();
}

template <class Family>
bool SocketWire<Family>::peer_saw_reset() {
    settle();
    return peer_.saw_reset();
}

template <class Family>
void SocketWire<Family>::settle() {
    for (int turns = 0; turns < 8; ++turns) {
        turn(hawser::Reactor::Wait::no);
    }
}

template <class Family>
void SocketWire<Family>::turn(hawser::Reactor::Wait wait) {
    const Turning turning(journal);
    peer_.pump();
    reactor_.run_once(wait);
    peer_.pump();
}

template <class Family>
void SocketWire<Family>::turn_or_tick() {
    const hawser::Timer tick = reactor_.call_later(std::chrono::milliseconds(1), [] {});
    turn(hawser::Reactor::Wait::yes);
}

template class SocketWire<Tcp>;
template class SocketWire<Unix>;

} // namespace contract
