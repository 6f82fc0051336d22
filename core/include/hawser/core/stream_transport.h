// SPDX-License-Identifier: MIT
/// \file
/// StreamTransport, the part that every stream transport shares. For writing transports.
#pragma once

#include <hawser/core/descriptor.h>
#include <hawser/core/export.h>
#include <hawser/core/factory.h>
#include <hawser/core/protocol.h>
#include <hawser/core/timer.h>
#include <hawser/core/transport.h>
#include <hawser/core/turn.h>
#include <hawser/core/write_queue.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace hawser {

namespace detail {
class DescriptorQueue;
}

/// Queue, marks, pauses, producers, the order of callbacks and the end of a connection: one
/// implementation, so that a protocol meets the same rules over a socket and in memory. A class
/// derived from it moves bytes and knows none of these.
///
/// The medium reports from the loop only (received(), ended(), writable(), broken(), and closed()
/// last); each may run protocol callbacks, and none destroys the transport.
class HAWSER_API StreamTransport : public Transport, public detail::ListHook<Turn> {
public:
    ~StreamTransport() override;

    void write(Bytes data) final;
    void write(const SharedBytes& data) final;
    void write_sequence(std::span<const Bytes> pieces) final;
    std::optional<std::size_t> write_file(int file, std::uint64_t offset, std::size_t count) final;
    void send_descriptor(int fd) final;
    void lose_connection(std::error_code reason = {}) final;
    void lose_write_connection() final;
    void abort_connection(std::error_code reason = Errc::aborted) final;
    void pause_producing() final;
    void resume_producing() final;
    void stop_producing() final;
    void register_producer(Producer& producer, bool streaming) final;
    void unregister_producer() final;
    void set_write_marks(std::size_t high, std::size_t low) final;
    void set_write_limit(std::size_t limit) final;
    [[nodiscard]] std::size_t queued() const noexcept final { return queue_.size(); }
    [[nodiscard]] std::optional<Clock::time_point> stalled_since() const noexcept final;
    [[nodiscard]] bool full() const noexcept final {
        const bool above = queue_.size() > high_mark_;
        full_told_ = full_told_ || above;
        return above;
    }
    [[nodiscard]] bool closing() const noexcept final { return closing_; }
    [[nodiscard]] bool paused() const noexcept final { return pauses_ > 0; }
    [[nodiscard]] bool delivering() const noexcept final { return pauses_ == 0 && !closing_; }

protected:
    enum class Side : std::uint8_t {
        accepted,  ///< not read while its own queue is above the high mark
        connected, ///< goes on reading, so that two hawser ends never wait for each other
    };

    /// What a medium took of what it was offered.
    struct Sent {
        std::size_t count = 0; ///< less than offered: wait for writable()
        std::error_code error; ///< the connection is broken
    };

    StreamTransport(Turn& turn, Side side) noexcept;

    /// Begins: connection_made(). \p factory is kept as long as the connection.
    void open(std::unique_ptr<Protocol> protocol, std::shared_ptr<Factory> factory);

    /// Destroys the protocol, which may still ask peer() in its destructor: so every derived
    /// class calls it first in its own.
    void end_protocol() noexcept;

    // What the base asks of the medium.
    virtual Sent send(std::span<const Bytes> pieces) noexcept = 0;
    /// Whether it has a send_with().
    [[nodiscard]] virtual bool passes_descriptors() const noexcept { return false; }
    /// The same, and \p descriptors together with the first byte, if it leaves.
    virtual Sent send_with(std::span<const Descriptor> descriptors,
                           std::span<const Bytes> pieces) noexcept;
    /// Bytes of a file, without copies: how many were taken, 0 when it takes none now. Nothing: it
    /// cannot, or there is an error, which send() will meet too.
    virtual std::optional<std::size_t> send_from_file(int file, std::uint64_t offset,
                                                      std::size_t count) noexcept;
    /// What to report from now on. Called when the answer changes, first with reading.
    virtual void watch(bool reading, bool writing) noexcept = 0;
    virtual void end_output() noexcept = 0; ///< All is sent: end our direction.
    /// Whether an end may wait for the peer without the deadline: its end is certain anyway.
    [[nodiscard]] virtual bool patient() const noexcept { return false; }
    /// Let go of the medium, with a reset if asked; then, in a later call from the loop, closed().
    virtual void close(bool reset) noexcept = 0;

    // What the medium tells the base.
    void received(Bytes data) noexcept; ///< Only while reading(). Sends the answer too.
    /// Before received() of the byte it was sent with.
    void received(Descriptor descriptor) noexcept;
    void ended() noexcept;    ///< The peer will send no more. Only while reading().
    void writable() noexcept; ///< The medium takes bytes again.
    void stopping() noexcept; ///< The network stops, see Protocol::stop_requested().
    void broken(std::error_code error) noexcept;
    void
    closed() noexcept; ///< connection_lost(); then destroy the transport, and the protocol with it.

    /// Ask before each received() and ended(): a pause takes effect at once, the watch follows
    /// with the turn.
    [[nodiscard]] bool reading() const noexcept {
        return watched_reading_ && pauses_ == 0 && !resumed_ && !closing_;
    }
    [[nodiscard]] Protocol* protocol() const noexcept { return protocol_.get(); }
    [[nodiscard]] bool output_ended() const noexcept { return output_ended_; }
    [[nodiscard]] bool finished() const noexcept { return finished_; }
    [[nodiscard]] std::error_code reason() const noexcept { return reason_; }
    /// For a medium whose watch was stopped by something else.
    void watch_again() noexcept { watch(watched_reading_, watched_writing_); }
    /// Once finished(), a medium may set it for its own end; its destruction cancels.
    [[nodiscard]] Timer& end_timer() noexcept { return end_timer_; }

private:
    friend class Turn;

    template <class Callback>
    void call(const char* name, Callback callback) noexcept;
    template <class Callback>
    void call_producer(Producer& producer, const char* name, Callback callback) noexcept;
    template <class Append>
    void append(std::size_t size, Append append_to_queue);
    void append_from_tape(Bytes bytes);
    void leave_tape() noexcept;
    void ask_for_turn() noexcept;
    void work() noexcept; // all that a turn owes: send, notify, watch, end
    void flush() noexcept;
    void stalled(std::size_t sent) noexcept;
    template <std::size_t Most>
    std::pair<Sent, std::size_t> offer() noexcept; // sends once; how much was offered
    std::pair<Sent, std::size_t> offer_with_descriptors() noexcept;
    void notify() noexcept;
    void pause_producer() noexcept;                      // when it pushes and the mark is passed
    [[nodiscard]] bool accepting() const noexcept;       // what is written is queued
    [[nodiscard]] bool owes() const noexcept;            // there is something for work() to do
    [[nodiscard]] bool peer_waited_for() const noexcept; // to take what is queued, or of a file
    [[nodiscard]] bool mark_passed() const noexcept;     // and not told yet
    [[nodiscard]] bool producer_waits() const noexcept;  // for its resume_producing()
    [[nodiscard]] bool resume_untold() const noexcept;
    void watch_what_matters() noexcept;
    void expect_progress();
    void no_progress() noexcept;
    void expect_no_progress() noexcept;
    void progressed(std::size_t sent) noexcept;
    void finish(std::error_code reason, bool reset) noexcept;
    void stop_producer() noexcept;

    Turn& turn_;
    std::unique_ptr<Protocol> protocol_;
    std::shared_ptr<Factory> factory_; // shared by its listener and all its connections
    WriteQueue queue_;
    std::unique_ptr<detail::DescriptorQueue> descriptors_; // null: none waits in queue_
    std::size_t high_mark_;
    std::size_t low_mark_;
    std::size_t limit_;
    std::error_code reason_;
    Timer end_timer_;                 // while an end waits for the peer
    Clock::time_point stalled_since_; // while stalled_
    std::uint32_t pauses_ : 24 = 0;   // with all that follows 8 bytes, of every connection
    bool accepted_ : 1;
    bool streaming_ : 1 = false;         // the producer pushes
    bool producer_paused_ : 1 = false;   // it was told to
    bool producer_last_ : 1 = false;     // an end waits for it to unregister
    bool pull_due_ : 1 = false;          // a pull producer is to be asked
    bool file_waits_ : 1 = false;        // the medium took less of a file than it was offered
    bool above_mark_ : 1 = false;        // write_paused() was told
    mutable bool full_told_ : 1 = false; // full() was true: as good as a look at the mark
    bool resumed_ : 1 = false;           // read_resumed() is to be told
    bool busy_ : 1 = false;              // inside work(), or it follows: no turn need be asked for
    bool on_tape_ : 1 = false;           // queue_ has views of the turn's tape
    bool blocked_ : 1 = false;           // the medium took less than offered
    bool stalled_ : 1 = false;           // and nothing has left since
    bool closing_ : 1 = false;           // nothing is read or queued any more
    bool aborting_ : 1 = false;          // and the queue was dropped
    bool end_due_ : 1 = false;           // end_timer_ runs
    bool output_ending_ : 1 = false;     // lose_write_connection() was called
    bool output_ended_ : 1 = false;      // and done
    bool output_end_told_ : 1 = false;   // and told
    bool input_ended_ : 1 = false;       // the peer's direction is over
    bool finished_ : 1 = false;          // the medium was let go
    bool watched_ : 1 = false;           // watch() was called
    bool watched_reading_ : 1 = false;   // what it was last told
    bool watched_writing_ : 1 = false;
    std::uint16_t progress_ = 0; // bytes sent since end_timer_ was set, as many as count
};

} // namespace hawser
