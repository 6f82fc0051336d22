// SPDX-License-Identifier: MIT
/// \file
/// Factory, what makes a Protocol for each connection.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/export.h>
#include <hawser/core/protocol.h>

#include <cstddef>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace hawser {

/// Makes protocols, and keeps what its connections have in common. It lives until its last
/// listener and its last connection are gone.
class HAWSER_API Factory {
public:
    Factory();
    Factory(const Factory&) = delete;
    Factory& operator=(const Factory&) = delete;
    virtual ~Factory();

    /// A protocol for the connection from (or, when we connect, to) \p peer; null refuses it. An
    /// exception is reported and refuses it too.
    virtual std::unique_ptr<Protocol> build_protocol(const Address& peer) = 0;

    /// The first listener or connection attempt that uses this factory begins. An exception
    /// leaves listen() or connect().
    virtual void start_factory();

    /// The last of them is gone: nothing new will come. Connections may still live, and may be
    /// told so. An exception is reported.
    virtual void stop_factory();

    /// Whether start_factory() was called and stop_factory() not yet.
    [[nodiscard]] bool started() const noexcept { return users_ > 0; }

    void do_start();         ///< For networks: counts a user in.
    void do_stop() noexcept; ///< For networks: counts a user out.

private:
    std::size_t users_ = 0;
};

/// A factory that makes a `P(args...)` for each connection, from copies of \p args kept here.
/// Pass std::ref for what must not be copied.
template <class P, class... Args>
std::shared_ptr<Factory> factory_for(Args&&... args);

/// A factory that asks \p make, called with the peer's Address or with nothing, for a
/// unique_ptr to a protocol.
template <class Make>
std::shared_ptr<Factory> factory(Make&& make);

template <class Make>
std::shared_ptr<Factory> factory(Make&& make) {
    class CallableFactory final : public Factory {
    public:
        explicit CallableFactory(Make&& callable) : make_(std::forward<Make>(callable)) {}

    private:
        std::unique_ptr<Protocol> build_protocol(const Address& peer) override {
            if constexpr (std::is_invocable_v<std::decay_t<Make>&, const Address&>) {
                return make_(peer);
            } else {
                (void)peer;
                return make_();
            }
        }
        std::decay_t<Make> make_;
    };
    return std::make_shared<CallableFactory>(std::forward<Make>(make));
}

template <class P, class... Args>
std::shared_ptr<Factory> factory_for(Args&&... args) {
    return factory([kept = std::make_tuple(std::forward<Args>(args)...)]() {
        return std::apply([](auto&... each) { return std::make_unique<P>(each...); }, kept);
    });
}

} // namespace hawser
