// SPDX-License-Identifier: MIT
/// \file
/// StringReceiver, what protocols have in common whose strings come with their length.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/protocol.h>

#include <cstddef>
#include <optional>
#include <string>
#include <system_error>

namespace hawser {

inline constexpr std::size_t default_string_limit = 99'999; ///< bytes

/// Cuts what comes into strings, however it comes cut: derive from NetstringReceiver or from
/// IntStringReceiver, and override string_received().
///
/// What is handed out is a view of what was read; only a string that has not come whole is copied,
/// and that is bounded by the limit. An unfinished string at the end of a connection is not
/// delivered. Nothing is delivered once the connection was asked to end, nor while its reading is
/// paused: what has come is kept, and goes on from the loop after the resume.
class HAWSER_API StringReceiver : public Protocol {
public:
    StringReceiver();
    ~StringReceiver() override;

    /// A string; it may be empty, and hold any bytes. The view is valid until this returns. The
    /// default does nothing.
    virtual void string_received(Bytes string);

    /// A string of \p length bytes, or more, begins, which is over the limit. The default ends the
    /// connection with std::errc::message_size; an override may say why before, but nothing more
    /// is delivered.
    virtual void length_limit_exceeded(std::size_t length);

    /// Sends \p string, with its length, as one write. Throws Error with std::errc::message_size,
    /// and sends nothing, when the length cannot be told.
    virtual void send_string(Bytes string) = 0;

    /// The most bytes in a string that is received, default_string_limit unless set.
    void set_string_limit(std::size_t limit) noexcept { limit_ = limit; }
    [[nodiscard]] std::size_t string_limit() const noexcept { return limit_; }

    /// Where strings are made. Called from inside one of the callbacks above, \p data is delivered
    /// behind all that came before.
    void data_received(Bytes data) override;

    /// Delivers what was kept during a pause. An override must call it.
    void read_resumed() override;

protected:
    /// Where a string is, in what begins with it.
    struct Found {
        std::size_t begin; ///< of its bytes
        std::size_t size;  ///< how many
        std::size_t end;   ///< where the next one begins
    };

    /// What \p input, not empty, begins with: a whole string, or null when it is not whole yet.
    /// Calls end_with() when it is none.
    virtual std::optional<Found> find_string(Bytes input) = 0;

    /// The peer broke the rules.
    void end_with(std::error_code reason);
    /// For find_string(): a string of \p length, as far as it is known, is over the limit.
    void too_long(std::size_t length);

private:
    class Delivery;

    [[nodiscard]] Bytes deliver(Bytes input);
    void deliver_kept();

    std::string kept_;      // came and is not delivered
    std::size_t taken_ = 0; // of kept_: delivered already
    std::size_t limit_ = default_string_limit;
    bool busy_ = false; // delivering: a callback of ours may be on the stack
};

} // namespace hawser
