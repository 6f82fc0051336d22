// SPDX-License-Identifier: MIT
/// \file
/// Chat, rooms to talk in for people with a terminal: `nc localhost 8000` is all they need.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/export.h>
#include <hawser/core/factory.h>
#include <hawser/protocols/chat_rooms.h>
#include <hawser/protocols/line_receiver.h>
#include <hawser/protocols/token_bucket.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <system_error>

namespace hawser {

struct ChatOptions {
    ChatLimits rooms{};
    std::size_t line = 1024;               ///< bytes in a line: longer ones end with line_too_long
    std::size_t lines_per_second = 10;     ///< from one person, in the long run; 0: no limit
    std::size_t burst = 20;                ///< lines that may come at once
    std::size_t paste = 100;               ///< lines above the burst that may wait for their turn
    std::size_t write_limit = 1024 * 1024; ///< bytes queued for who does not read
    std::chrono::milliseconds name_deadline{60000}; ///< to give a name, from the connection on
};

/// One person. Asks for a name until one is good, then passes `<name> text` to the others in the
/// room; `/help` lists what else can be said. Lines end in "\n" or "\r\n".
///
/// Who writes faster than the rate, as in pasting a page, is not cut off and loses no line:
/// reading rests, so that the lines come at the rate, and the room never sees more of them. Who
/// goes on so for more than ChatOptions::paste lines is told why, and ends with
/// Errc::rate_limit. Who does not read ends with Errc::write_limit. A name given, silence
/// has no deadline: people think.
class HAWSER_API Chat final : public LineReceiver, private ChatMember {
public:
    Chat(ChatRooms& rooms, Clock& clock, const ChatOptions& options);
    ~Chat() override; ///< Leaves the rooms.

    void connection_made() override;
    void line_received(std::string_view line) override;
    void line_length_exceeded(Bytes data) override;
    void connection_lost(std::error_code reason) override;
    bool stop_requested() override; ///< Tells who is not in the rooms yet.

private:
    struct Command;
    static std::span<const Command> commands() noexcept;

    void heard(const ChatEvent& event) override;
    void take_name(std::string_view name);
    void say(std::string_view text);
    void command(std::string_view line);
    void nick(std::string_view name);
    void join(std::string_view room);
    void part(std::string_view);
    void rooms(std::string_view);
    void who(std::string_view);
    void me(std::string_view text);
    void msg(std::string_view name_and_text);
    void help(std::string_view);
    void quit(std::string_view);
    bool explained(ChatOutcome outcome);
    void show_room();
    void keep_pace();
    void end(std::string_view words, std::string_view why, std::error_code reason);
    void leave(std::string_view why);

    ChatRooms& rooms_;
    Clock& clock_;
    const ChatOptions& options_;
    TokenBucket bucket_;
    std::size_t paced_ = 0; // lines in a row that emptied the bucket
    Timer name_deadline_;
    Timer pace_;         // reading rests until then
    bool named_ = false; // in the rooms
};

/// Makes a Chat for each connection, all in the same rooms.
class HAWSER_API ChatFactory final : public Factory {
public:
    explicit ChatFactory(Clock& clock, const ChatOptions& options = {});
    ~ChatFactory() override;

    std::unique_ptr<Protocol> build_protocol(const Address& peer) override;
    void stop_factory() override; ///< Tells everybody in the rooms.

    /// For other fronts to the same rooms.
    [[nodiscard]] ChatRooms& rooms() noexcept { return rooms_; }

private:
    Clock& clock_;
    ChatOptions options_;
    ChatRooms rooms_;
};

} // namespace hawser
