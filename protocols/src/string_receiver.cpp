// SPDX-License-Identifier: MIT
#include <hawser/protocols/string_receiver.h>

#include <hawser/core/error.h>
#include <hawser/core/transport.h>

#include <utility>

namespace hawser {

/// Marks a delivery, until it ends, by an exception too.
class StringReceiver::Delivery {
public:
    explicit Delivery(bool& busy) noexcept : busy_(busy) { busy_ = true; }
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;
    ~Delivery() { busy_ = false; }

private:
    bool& busy_;
};

StringReceiver::StringReceiver() = default;
StringReceiver::~StringReceiver() = default;

void StringReceiver::string_received(Bytes) {}

void StringReceiver::length_limit_exceeded(std::size_t) {
    end_with(std::make_error_code(std::errc::message_size));
}

void StringReceiver::too_long(std::size_t length) {
    length_limit_exceeded(length);
    end_with(std::make_error_code(std::errc::message_size)); // nobody knows where the next begins
}

void StringReceiver::end_with(std::error_code reason) {
    transport().lose_connection(reason);
}

void StringReceiver::data_received(Bytes data) {
    if (busy_) {
        kept_.append(data);
        return;
    }
    const Delivery delivery(busy_);
    if (kept_.empty()) {
        kept_.insert(0, deliver(data)); // before what came meanwhile
    } else {
        kept_.append(data);
    }
    deliver_kept();
}

void StringReceiver::read_resumed() {
    StringReceiver::data_received({}); // nothing was read: no override is to think so
}

/// Hands out what it can of \p input; returns the rest.
Bytes StringReceiver::deliver(Bytes input) {
    while (!input.empty() && transport().delivering()) {
        const std::optional<Found> found = find_string(input);
        if (!found) {
            break;
        }
        const Bytes string = input.substr(found->begin, found->size);
        input.remove_prefix(found->end);
        string_received(string);
    }
    return input;
}

void StringReceiver::deliver_kept() {
    bool more = true;
    while (more && !kept_.empty()) {
        std::string block = std::exchange(kept_, {}); // a callback may add to what is kept
        const Bytes rest = deliver(Bytes(block).substr(std::exchange(taken_, 0)));
        more = !kept_.empty();
        if (more) {
            kept_.insert(0, rest);
        } else if (rest.size() > block.size() / 2) { // stays where it is: pauses cost nothing
            taken_ = block.size() - rest.size();
            kept_ = std::move(block);
        } else {
            kept_ = rest;
        }
    }
    if (transport().closing()) {
        std::string().swap(kept_);
        taken_ = 0;
    }
}

} // namespace hawser
