// SPDX-License-Identifier: MIT
#include "datagram_wires.h"

#include <utility>

namespace contract {

namespace {

class Turning {
public:
    explicit Turning(DatagramJournal& journal)
        : flag_(journal.turning), before_(std::exchange(flag_, true)) {}
    Turning(const Turning&) = delete;
    Turning& operator=(const Turning&) = delete;
    ~Turning() { flag_ = before_; }

private:
    bool& flag_;
    bool before_;
};

hawser::ReactorOptions no_signals() {
    hawser::ReactorOptions options;
    options.handle_signals = false;
    return options;
}

} // namespace

void MemoryDatagrams::open(DatagramScript script) {
    const Turning turning(journal);
    transport_.attach(std::make_unique<ScriptedDatagrams>(journal, std::move(script)));
}

void MemoryDatagrams::close() {
    transport_.stop_listening();
}

hawser::Address MemoryDatagrams::peer(std::size_t index) const {
    return hawser::Address::ipv4({192, 0, 2, 1}, static_cast<std::uint16_t>(50000 + index));
}

hawser::Address MemoryDatagrams::stranger() const {
    return hawser::Address::unix_path("/run/x");
}

void MemoryDatagrams::peer_sends(std::size_t index, hawser::Bytes data) {
    const Turning turning(journal);
    transport_.deliver(data, peer(index));
}

Texts MemoryDatagrams::peer_saw(std::size_t index) {
    const Turning turning(journal);
    Texts seen;
    for (const hawser::testing::SentDatagram& datagram : transport_.sent()) {
        if (datagram.to == peer(index)) {
            seen.push_back(datagram.data);
        }
    }
    return seen;
}

void MemoryDatagrams::settle() {
    const Turning turning(journal);
    transport_.turn();
}

template <class Kind>
SocketDatagrams<Kind>::SocketDatagrams()
    : peers_{RawDatagrams(kind_.address(0)), RawDatagrams(kind_.address(1))},
      reactor_(no_signals()) {}

template <class Kind>
SocketDatagrams<Kind>::~SocketDatagrams() {
    close();
    settle();
}

template <class Kind>
void SocketDatagrams<Kind>::open(DatagramScript script) {
    listener_ = reactor_.bind(kind_.endpoint(),
                              std::make_unique<ScriptedDatagrams>(journal, std::move(script)));
}

template <class Kind>
void SocketDatagrams<Kind>::settle() {
    for (int turns = 0; turns < 10; ++turns) {
        turn(hawser::Reactor::Wait::no);
    }
}

template <class Kind>
void SocketDatagrams<Kind>::turn(hawser::Reactor::Wait wait) {
    const Turning turning(journal);
    const auto tick = reactor_.call_later(std::chrono::milliseconds(1), [] {});
    reactor_.run_once(wait);
}

template class SocketDatagrams<UdpOverIpv4>;
template class SocketDatagrams<UdpOverIpv6>;
template class SocketDatagrams<UnixDatagrams>;

} // namespace contract
