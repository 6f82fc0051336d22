// SPDX-License-Identifier: MIT
#include <hawser/protocols/chat_event.h>

#include <hawser/protocols/text.h>

#include <fmt/format.h>

namespace hawser {

ChatEvent::ChatEvent(Kind kind, std::string_view room, std::string_view who, std::string_view text)
    : kind_(kind), room_(room), who_(who), text_(printable(text)) {}

const SharedBytes& ChatEvent::line() const {
    if (line_.empty()) {
        line_ = SharedBytes(render());
    }
    return line_;
}

std::string ChatEvent::render() const {
    switch (kind_) {
    case Kind::said: return fmt::format("<{}> {}\n", who_, text_);
    // In brackets, or `/me has left` would forge a notice.
    case Kind::acted: return fmt::format("* <{}> {}\n", who_, text_);
    case Kind::whispered: return fmt::format("<{} to you> {}\n", who_, text_);
    case Kind::joined: return fmt::format("* {} has joined {}\n", who_, room_);
    case Kind::left:
        return text_.empty() ? fmt::format("* {} has left\n", who_)
                             : fmt::format("* {} has left ({})\n", who_, text_);
    case Kind::renamed: return fmt::format("* {} is now {}\n", who_, text_);
    case Kind::announced: return fmt::format("* {}\n", text_);
    }
    return "\n"; // not reached
}

} // namespace hawser
