// SPDX-License-Identifier: MIT
/// \file
/// ChatEvent, what happened in a chat room.
#pragma once

#include <hawser/core/bytes.h>
#include <hawser/core/export.h>

#include <string>
#include <string_view>

namespace hawser {

/// Who did what, where. A front that speaks in lines sends line(); a web page reads the fields.
class HAWSER_API ChatEvent {
public:
    enum class Kind {
        said,      ///< `<alice> hi`
        acted,     ///< `* <alice> waves`
        whispered, ///< `<alice to you> hi`
        joined,    ///< `* alice has joined lobby`
        left,      ///< `* alice has left`, with text() in parentheses if there is any
        renamed,   ///< `* alice is now ada`: text() is the new name
        announced, ///< `* the server is shutting down`: by nobody, to all rooms
    };

    /// \p text from strangers is made printable(); the names are so already.
    ChatEvent(Kind kind, std::string_view room, std::string_view who, std::string_view text);

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] const std::string& room() const noexcept { return room_; }
    [[nodiscard]] const std::string& who() const noexcept { return who_; }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    /// What people see, with "\n" at its end. Made when it is first asked for, and shared by
    /// everybody it is sent to.
    [[nodiscard]] const SharedBytes& line() const;

private:
    [[nodiscard]] std::string render() const;

    Kind kind_;
    std::string room_;
    std::string who_;
    std::string text_;
    mutable SharedBytes line_; // empty until line() is asked
};

} // namespace hawser
