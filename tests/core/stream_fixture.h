// SPDX-License-Identifier: MIT
/// \file
/// A Stream over a MemoryTransport, and what became of its Deferreds.
#pragma once

#include <hawser/core/error.h>
#include <hawser/core/serve.h>
#include <hawser/core/stream.h>
#include <hawser/testing/memory_transport.h>

#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <type_traits>

namespace stream_test {

using hawser::Deferred;
using hawser::Errc;
using hawser::Stream;
using hawser::testing::MemoryTransport;
using Text = std::optional<std::string>;

/// Follows one Deferred to its end.
template <class T>
class Outcome {
public:
    using Value = std::conditional_t<std::is_void_v<T>, bool, T>;

    Outcome(Deferred<T> deferred) { // NOLINT(google-explicit-constructor): reads as the call
        following_ = follow(std::move(deferred)).recover([seen = seen_](std::exception_ptr error) {
            seen->done = true;
            seen->error = hawser::code_of(error);
        });
    }
    [[nodiscard]] bool done() const { return seen_->done; }
    [[nodiscard]] const Value& value() const { return seen_->value; }
    [[nodiscard]] std::error_code error() const { return seen_->error; }
    void drop() { following_ = Deferred<>(); }
    void cancel() { following_.cancel(); }

private:
    struct Seen {
        bool done = false;
        Value value{};
        std::error_code error;
    };
    Deferred<> follow(Deferred<T> deferred) {
        if constexpr (std::is_void_v<T>) {
            return std::move(deferred).then([seen = seen_] { seen->done = seen->value = true; });
        } else {
            return std::move(deferred).then([seen = seen_](T value) {
                seen->done = true;
                seen->value = std::move(value);
            });
        }
    }
    std::shared_ptr<Seen> seen_ = std::make_shared<Seen>();
    Deferred<> following_;
};

template <class T>
Outcome(Deferred<T>) -> Outcome<T>;

/// One session of serve(), whose Stream the test holds.
struct Session {
    std::optional<Stream> stream;
    std::optional<hawser::Promise<>> running;
    std::shared_ptr<hawser::Factory> factory = hawser::serve([this](Stream given) {
        stream.emplace(std::move(given));
        return running.emplace().deferred();
    });
    MemoryTransport transport;

    explicit Session(hawser::TransportLimits limits = {}) : transport(limits) {
        transport.attach(factory->build_protocol({}));
    }
    ~Session() { stream.reset(); }
};

} // namespace stream_test
