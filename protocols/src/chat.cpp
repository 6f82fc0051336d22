// SPDX-License-Identifier: MIT
#include <hawser/protocols/chat.h>

#include <hawser/core/error.h>
#include <hawser/core/transport.h>

#include <fmt/format.h>

namespace hawser {

namespace {

constexpr std::string_view question = "What is your name?";
constexpr std::string_view last_words = "the server is shutting down";

/// What the others are told of the end of a connection.
std::string why_left(std::error_code reason) {
    if (!reason) return {};
    return reason == Errc::write_limit ? "does not read" : message_of(reason);
}

} // namespace

Chat::Chat(ChatRooms& rooms, Clock& clock, const ChatOptions& options)
    : rooms_(rooms), clock_(clock), options_(options),
      bucket_(options.lines_per_second, options.burst) {
    set_delimiter("\n");
    set_line_limit(options.line + 1); // a "\r" at its end does not count
}

Chat::~Chat() {
    leave({});
}

void Chat::connection_made() {
    transport().set_write_limit(options_.write_limit);
    name_deadline_ = clock_.call_later(options_.name_deadline, [this] {
        end("You gave no name in time. Goodbye!", {}, Errc::timed_out);
    });
    send_line(question);
}

void Chat::line_received(std::string_view line) {
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    if (line.size() > options_.line) {
        line_length_exceeded(line);
        return;
    }
    if (!named_) {
        take_name(line);
    } else if (line.starts_with("//")) {
        say(line.substr(1));
    } else if (line.starts_with('/')) {
        command(line.substr(1));
    } else {
        say(line);
    }
    if (!transport().closing()) {
        keep_pace();
    }
}

void Chat::line_length_exceeded(Bytes) {
    end(fmt::format("Line too long: a line can have at most {} bytes. Goodbye!", options_.line),
        "line too long", Errc::line_too_long);
}

void Chat::connection_lost(std::error_code reason) {
    name_deadline_.cancel();
    pace_.cancel();
    leave(why_left(reason));
}

bool Chat::stop_requested() {
    if (!named_) { // the others have heard it in their room
        send_line(fmt::format("* {}", last_words));
    }
    return false;
}

void Chat::heard(const ChatEvent& event) {
    transport().write(event.line());
}

void Chat::take_name(std::string_view name) {
    if (name == "/quit") {
        quit({});
        return;
    }
    if (!explained(rooms_.enter(*this, name))) {
        send_line(question);
        return;
    }
    named_ = true;
    name_deadline_.cancel();
    send_line(fmt::format("Welcome, {}! Say /help to see what else you can say.", name));
    show_room();
}

void Chat::say(std::string_view text) {
    if (text.find_first_not_of(" \t") != std::string_view::npos) { // else only Enter was pressed
        explained(rooms_.say(*this, text));
    }
}

/// True when it was done; else the member is told why not.
bool Chat::explained(ChatOutcome outcome) {
    if (outcome == ChatOutcome::done) {
        return true;
    }
    send_line(rooms_.explain(outcome));
    return false;
}

/// A line was taken. When it was the last that may come now, reading rests until the next may.
void Chat::keep_pace() {
    const std::chrono::nanoseconds wait = bucket_.take(clock_.now());
    if (wait == std::chrono::nanoseconds::zero()) {
        paced_ = 0;
        return;
    }
    if (++paced_ > options_.paste + 1) { // the first was the last of the burst
        end(fmt::format("You write faster than {} lines a second. Goodbye!",
                        options_.lines_per_second),
            "wrote too fast", Errc::rate_limit);
        return;
    }
    if (paced_ == 2) {
        send_line(fmt::format("* you write fast: your lines go out at {} a second",
                              options_.lines_per_second));
    }
    transport().pause_producing();
    pace_ = clock_.call_later(wait, [this] { transport().resume_producing(); });
}

void Chat::end(std::string_view words, std::string_view why, std::error_code reason) {
    send_line(words);
    leave(why);
    transport().lose_connection(reason);
}

void Chat::leave(std::string_view why) {
    if (named_) {
        named_ = false;
        rooms_.leave(*this, why);
    }
}

ChatFactory::ChatFactory(Clock& clock, const ChatOptions& options)
    : clock_(clock), options_(options), rooms_(options.rooms) {}

ChatFactory::~ChatFactory() = default;

std::unique_ptr<Protocol> ChatFactory::build_protocol(const Address&) {
    return std::make_unique<Chat>(rooms_, clock_, options_);
}

void ChatFactory::stop_factory() {
    rooms_.announce(last_words);
}

} // namespace hawser
