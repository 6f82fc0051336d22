// SPDX-License-Identifier: MIT
/// \file
/// LineReceiver, for protocols that speak in lines, with raw bytes between them where needed.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/protocol.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace hawser {

inline constexpr std::size_t default_line_limit = 16 * 1024; ///< bytes, without the delimiter

/// Cuts what comes into lines, however it comes cut. Derive from it and override line_received().
///
/// What is handed out is a view of what was read: only the beginning of a line whose end has not
/// come yet is copied, and that is bounded by the line limit. The time taken is linear in what was
/// read. An unfinished line at the end of a connection is not delivered.
///
/// Nothing is delivered once the connection was asked to end, nor while its reading is paused
/// (transport().pause_producing()): what has come is kept, and goes on from the loop after the
/// resume.
class HAWSER_API LineReceiver : public Protocol {
public:
    LineReceiver();
    ~LineReceiver() override;

    /// A line, without its delimiter; it may be empty, and hold any bytes but that. The view is
    /// valid until this returns. The default does nothing.
    virtual void line_received(std::string_view line);

    /// \p data came in raw mode: all there is, in pieces of any size. A protocol that wants only
    /// the beginning gives the rest back with set_line_mode(). The default drops it.
    virtual void raw_data_received(Bytes data);

    /// A line went over the limit; \p data is what there is of it, and all that came behind. The
    /// default ends the connection, with Errc::line_too_long. An override that lets it live sees
    /// the next byte read as the first of a line, or gives a part back with set_line_mode().
    virtual void line_length_exceeded(Bytes data);

    /// Sends \p line and the delimiter, as one write. Throws Error with
    /// Errc::delimiter_in_line, and sends nothing, when a reader would see two lines.
    void send_line(std::string_view line);

    /// "\r\n" unless set. Counts for what was not delivered yet. Precondition: not empty.
    void set_delimiter(std::string_view delimiter);

    /// The most bytes in a line, default_line_limit unless set.
    void set_line_limit(std::size_t limit) noexcept;

    /// From here on bytes are data: they go to raw_data_received(), the delimiter too.
    void set_raw_mode();

    /// Lines again. \p extra comes first: usually the end of what raw_data_received() was given,
    /// which then costs nothing. Never calls back before it returns.
    void set_line_mode(Bytes extra = {});

    [[nodiscard]] const std::string& delimiter() const noexcept { return delimiter_; }
    [[nodiscard]] std::size_t line_limit() const noexcept { return limit_; }
    [[nodiscard]] bool raw_mode() const noexcept { return raw_; }

    /// Where lines are made. An override must pass on what it does not take itself; called from
    /// inside one of the callbacks above, \p data is delivered behind all that came before.
    void data_received(Bytes data) override;

    /// Delivers what was kept during a pause. An override must call it.
    void read_resumed() override;

private:
    class Delivery;

    void deliver(Bytes input);
    void deliver_tail(Bytes data);
    void deliver_kept();
    void show_line(Bytes with_delimiter);
    void send_other_line(std::string_view line);
    void keep_rest();
    void look_again();
    [[nodiscard]] Bytes take(std::size_t count) noexcept;
    [[nodiscard]] std::size_t find_line_end(Bytes before, Bytes data) const noexcept;
    [[nodiscard]] std::size_t most() const noexcept { return limit_ + delimiter_.size(); }
    [[nodiscard]] bool contains_delimiter(std::string_view line) const;
    [[nodiscard]] bool may_deliver() const noexcept;

    std::string delimiter_ = "\r\n";
    std::string kept_;                       // came and is not delivered; behind input_
    std::size_t taken_ = 0;                  // of kept_: delivered already
    Bytes input_;                            // what is being delivered, from the next byte on
    const char* line_end_ = nullptr;         // of the line that line_received() is looking at
    std::size_t limit_ = default_line_limit; // of a line
    bool raw_ = false;
    bool busy_ = false;     // delivering: a callback of ours may be on the stack
    bool searched_ = false; // kept_ is the beginning of one line: no delimiter is in it
};

} // namespace hawser
