// SPDX-License-Identifier: MIT
/// \file
/// ThrottledTransport, a transport whose writing is measured, and rests when it is too much.
#pragma once

#include "meter.h"

#include <hawser/core/transport_wrapper.h>

#include <cstddef>

namespace hawser {

class ThrottledTransport final : public TransportWrapper, public Meter::Waiter {
public:
    class Owner {
    public:
        virtual void writing_held() = 0;             ///< Perhaps from inside a write.
        virtual void writing_goes_on() noexcept = 0; ///< From the loop.

    protected:
        ~Owner() = default;
    };

    explicit ThrottledTransport(Meter& writes) noexcept;
    ~ThrottledTransport() override;

    void set_owner(Owner& owner) noexcept { owner_ = &owner; }
    void begin() { writes_.join(*this); } ///< The connection was made.
    void end() noexcept { leave(); }      ///< It is lost.

    void write(Bytes data) override;
    void write(const SharedBytes& data) override;
    void write_sequence(std::span<const Bytes> pieces) override;
    std::optional<std::size_t> write_file(int file, std::uint64_t offset,
                                          std::size_t count) override;
    void pause_producing() override;
    void resume_producing() override;
    void register_producer(Producer& producer, bool streaming) override;
    void unregister_producer() override;
    [[nodiscard]] bool full() const noexcept override;

private:
    /// What the connection has for a producer; it passes on to ours what may pass.
    class Gate final : public Producer {
    public:
        explicit Gate(ThrottledTransport& transport) noexcept : transport_(transport) {}
        void pause_producing() override { transport_.pause_asked(); }
        void resume_producing() override { transport_.resume_asked(); }
        void stop_producing() override { transport_.stop_asked(); }
        [[nodiscard]] bool held() const noexcept override {
            const Producer* const ours = transport_.producer();
            return transport_.held_ || (ours != nullptr && ours->held());
        }

    private:
        ThrottledTransport& transport_;
    };

    template <class Write>
    void measured(Write write);
    void hold() override;
    void go_on() noexcept override;
    void pause_asked();
    void resume_asked();
    void stop_asked();
    void pause_producer() noexcept;

    Meter& writes_;
    Owner* owner_ = nullptr; // told; null before set_owner()
    Gate gate_{*this};
    std::size_t pauses_ = 0; // of the protocol's own; ours are not for it to take back
    bool held_ = false;
    bool streaming_ = false;       // our producer pushes
    bool producer_paused_ = false; // and was told to pause
    bool gate_paused_ = false;     // the connection asked for a pause
    bool pull_due_ = false;        // it asked a pull producer for more
};

} // namespace hawser
