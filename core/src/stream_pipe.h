// SPDX-License-Identifier: MIT
/// \file
/// Pipe, what a Stream and the protocol of its connection share.
#pragma once

#include <hawser/core/detail/waiting_list.h>
#include <hawser/core/protocol.h>
#include <hawser/core/stream.h>

#include <cstdint>
#include <exception>
#include <system_error>

namespace hawser {

/// Owned by the Stream and by the protocol; whichever goes first leaves the rest to the other.
class Stream::Pipe final : public Producer {
public:
    using Result = std::optional<std::string>;

    /// What a read asks for.
    struct Want {
        enum class Kind : std::uint8_t { some, exactly, until, line };
        Kind kind;
        std::size_t limit;     // bytes
        std::string delimiter; // until and line
        std::size_t seen = 0;  // of the input, without the delimiter
    };

    // For the Stream.
    Deferred<Result> read(Want want);
    template <class Data>
    Deferred<> write(const Data& data);
    Deferred<> drain();
    Deferred<> finish();
    void close();
    Deferred<> peer_ended();
    Deferred<> closed();
    [[nodiscard]] Transport* transport() const noexcept { return transport_; }
    [[nodiscard]] const Address& peer() const noexcept { return peer_; }
    /// True when \p error only says that the connection is over.
    [[nodiscard]] bool explains(const std::exception_ptr& error) const;

    // For the protocol. Each may run what waits, which may drop the Stream: call with a reference
    // of one's own.
    void made(Transport& transport);
    void received(Bytes data);
    void ended();
    void stop(); // the network stops: no input is to be expected any more
    void output_ended();
    void lost(std::error_code reason);

private:
    struct Reading {
        Want want;
        Promise<Result> promise;
    };
    using Waiting = detail::WaitingList<void>;

    enum class Producing : std::uint8_t { no, push, pull };

    void pause_producing() override;
    void resume_producing() override;
    void stop_producing() override;

    [[nodiscard]] bool settled(Want& want, Result& result, std::exception_ptr& error);
    [[nodiscard]] std::string take(std::size_t count, std::size_t drop = 0);
    [[nodiscard]] std::error_code why_over() const noexcept;
    [[nodiscard]] std::exception_ptr over(std::string_view what) const;
    void end_input();
    void go_on();
    void settle(Result result, std::exception_ptr error);
    void hold_back();
    void ask_for(Producing mode);
    void unregister();
    static void tell(Waiting& waiting, const std::exception_ptr& error);

    Transport* transport_ = nullptr; // null before it is made and once it is lost
    Address peer_;
    std::string input_;
    std::size_t taken_ = 0; // of the input
    std::optional<Reading> reading_;
    Waiting writers_;   // until the queue is at its low mark; while a drainer waits, empty
    Waiting drainers_;  // until it is empty
    Waiting finishers_; // until our direction has ended
    Waiting enders_;    // until the peer's has
    Waiting closers_;   // until the end
    std::error_code reason_;
    Producing producing_ = Producing::no; // how we are registered
    bool held_back_ = false;              // the transport is paused
    bool input_ended_ = false;
    bool stopped_ = false;      // it was not the peer that ended it
    bool output_ended_ = false; // finish() or close() was called
    bool output_end_told_ = false;
    bool lost_ = false;
};

/// The protocol of a connection that is read in steps. \p begin is given the Stream.
class StreamProtocol final : public Protocol {
public:
    StreamProtocol();
    StreamProtocol(std::shared_ptr<Stream::Pipe> pipe, UniqueFunction<void(Stream)> begin);
    ~StreamProtocol() override;

    [[nodiscard]] Stream stream() const { return Stream(pipe_); } ///< Where there is no `begin`.

private:
    void connection_made() override;
    void data_received(Bytes data) override;
    bool read_connection_lost() override;
    bool stop_requested() override;
    void write_connection_lost() override;
    void connection_lost(std::error_code reason) override;

    std::shared_ptr<Stream::Pipe> pipe_;
    UniqueFunction<void(Stream)> begin_;
};

} // namespace hawser
