// SPDX-License-Identifier: MIT
#include <hawser/reactor/reactor_group.h>

#include "loop.h"
#include "socket_listener.h"
#include "socket_transport.h"
#include "worker_sockets.h"

#include <hawser/core/error.h>
#include <hawser/core/log.h>
#include <hawser/core/proxy_protocol.h>

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <mutex>

namespace hawser {

namespace {

using detail::SocketListener;

/// A reactor's part of a place. Of its thread alone.
class Part {
public:
    explicit Part(std::shared_ptr<Factory> factory) : factory_(std::move(factory)) {
        factory_->do_start(); // and it is not stopped between listeners and connections
    }
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;
    ~Part() {
        listener_.stop_listening();
        factory_->do_stop();
    }

    void accept(Listener listener) { listener_ = std::move(listener); }
    [[nodiscard]] const Listener& listener() const noexcept { return listener_; }
    [[nodiscard]] const std::shared_ptr<Factory>& factory() const noexcept { return factory_; }

private:
    std::shared_ptr<Factory> factory_;
    Listener listener_; // of none: connections are handed to it
};

// What a SocketListener does for its own reactor.
void serve(Reactor& reactor, Descriptor socket, const Address& peer,
           const std::shared_ptr<Factory>& factory) {
    if (reactor.stopped()) {
        return; // the peer sees the end
    }
    std::unique_ptr<Protocol> protocol = factory->build_protocol(peer);
    if (!protocol) {
        return;
    }
    std::error_code error;
    detail::SocketTransport::start(detail::loop_of(reactor),
                                   detail::SocketTransport::Side::accepted, std::move(socket), peer,
                                   std::move(protocol), factory, error);
    if (error) {
        log(LogLevel::warning, "reactor",
            fmt::format("cannot watch a connection: {}", message_of(error)));
    }
}

} // namespace

struct ReactorGroup::Place {
    Place(const Endpoint& endpoint, std::size_t sockets_wanted)
        : sockets({endpoint}, sockets_wanted) {}

    detail::WorkerSockets sockets;
    std::size_t number = 0;
    std::size_t next = 0; // whose turn it is. Of the first reactor's thread
};

struct ReactorGroup::Seat {
    std::vector<std::unique_ptr<Part>> parts; // of each place. Of the thread alone
    std::mutex mutex;
    bool open = true; // under mutex: the thread takes calls
    std::unique_ptr<ReactorThread> thread;
};

ReactorGroup::ReactorGroup(std::size_t reactors, const ReactorOptions& options) {
    const std::size_t count = reactors > 0 ? reactors : processors();
    while (seats_.size() < count) {
        seats_.push_back(std::make_unique<Seat>());
        seats_.back()->thread = std::make_unique<ReactorThread>(options);
    }
}

ReactorGroup::~ReactorGroup() {
    stop();
    for (const auto& seat : seats_) {
        const std::lock_guard lock(seat->mutex);
        seat->open = false; // a thread that is still there cannot call one that is not
    }
    for (const auto& seat : seats_) {
        seat->thread.reset();
    }
}

ReactorThread& ReactorGroup::thread(std::size_t index) noexcept {
    assert(index < size());
    return *seats_[index]->thread;
}

Address ReactorGroup::listen(const Endpoint& endpoint, const FactoryMaker& make, Accept accept) {
    if (stopped_) {
        throw Error(Errc::not_running, "cannot listen on " + to_string(endpoint));
    }
    auto made = std::make_unique<Place>(endpoint, accept == Accept::each ? size() : 1);
    made->number = places_.size();
    Place& place = *places_.emplace_back(std::move(made));
    std::size_t index = size();
    try {
        while (index > 0) { // the first is the last: it may have to hand out
            --index;
            call(index, [&](Reactor&) { begin(index, place, make); });
        }
    } catch (...) {
        for (; index < size(); ++index) {
            call(index, [&](Reactor&) {
                std::vector<std::unique_ptr<Part>>& parts = seats_[index]->parts;
                parts.resize(std::min(parts.size(), place.number));
            });
        }
        places_.pop_back();
        throw;
    }
    return call(0, [&](Reactor&) { return seats_[0]->parts.back()->listener().address(); });
}

void ReactorGroup::begin(std::size_t index, Place& place, const FactoryMaker& make) {
    Reactor& reactor = thread(index).reactor();
    std::shared_ptr<Factory> factory = make(reactor, index);
    assert(factory);
    for (std::size_t proxies = place.sockets.proxies(0); proxies > 0; --proxies) {
        factory = behind_proxy(std::move(factory), reactor);
    }
    auto part = std::make_unique<Part>(std::move(factory));
    detail::Loop& loop = detail::loop_of(reactor);
    const Endpoint& endpoint = place.sockets.endpoint(0);
    if (place.sockets.one_each(0)) {
        part->accept(SocketListener::listen(loop, endpoint, place.sockets.take(0, index), {},
                                            part->factory()));
    } else if (index == 0) {
        part->accept(SocketListener::listen(
            loop, endpoint, place.sockets.take(0, 0), {}, part->factory(),
            [this, &place, &reactor](Descriptor socket, const Address& peer) {
                hand_on(reactor, place, std::move(socket), peer);
            }));
    }
    seats_[index]->parts.push_back(std::move(part));
}

void ReactorGroup::hand_on(Reactor& first, Place& place, Descriptor socket, const Address& peer) {
    const std::size_t index = place.next++ % size();
    auto take = [seat = seats_[index].get(), number = place.number, peer,
                 socket = std::move(socket)](Reactor& reactor) mutable {
        if (number < seat->parts.size()) { // else it has stopped: the peer sees the end
            serve(reactor, std::move(socket), peer, seat->parts[number]->factory());
        }
    };
    if (index == 0) {
        take(first); // not by way of its seat: that may be ending
    } else {
        post(index, std::move(take));
    }
}

void ReactorGroup::post(std::size_t index, UniqueFunction<void(Reactor&)> call) {
    assert(index < size());
    Seat& seat = *seats_[index];
    const std::lock_guard lock(seat.mutex);
    if (seat.open) {
        seat.thread->post(std::move(call));
    }
}

void ReactorGroup::stop() {
    stopped_ = true;
    for (std::size_t index = 0; index < size(); ++index) {
        post(index, [seat = seats_[index].get()](Reactor&) { seat->parts.clear(); });
        thread(index).stop();
    }
}

} // namespace hawser
