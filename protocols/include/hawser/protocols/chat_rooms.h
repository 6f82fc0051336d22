// SPDX-License-Identifier: MIT
/// \file
/// ChatRooms, who is in which chat room and what was said there. Knows no connections: lines, a
/// web page or IRC can all be fronts to the same rooms.
#pragma once

#include <hawser/core/export.h>
#include <hawser/protocols/chat_event.h>

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hawser {

/// A person, as the rooms see one: how to reach them.
class HAWSER_API ChatMember {
public:
    virtual ~ChatMember();

    /// Something happened where this member is, or somebody whispered. It must not call the
    /// ChatRooms.
    virtual void heard(const ChatEvent& event) = 0;
};

struct ChatLimits {
    std::size_t name = 32;    ///< code points in the name of a person or a room
    std::size_t history = 20; ///< lines a room remembers
};

/// How an operation ended. ChatRooms::explain() has a sentence for each.
enum class ChatOutcome {
    done,
    name_empty,
    name_too_long,
    name_not_utf8,
    name_unsuitable, ///< spaces, control characters, invisible ones, or a slash at its beginning
    name_taken,      ///< by somebody else; "Alice" and "alice" are the same name
    nobody,          ///< no member has that name
    already_there,
    nothing_said, ///< the text is empty
};

/// The rooms and the people in them; each person has a name, and is in one room. A room is there
/// while somebody is in it, and `lobby` always: so there are at most as many rooms as people, and
/// what a room remembers is bounded.
///
/// Names of people and rooms are told apart without regard to the case of ASCII letters, and
/// shown as they were first written. What cannot be done changes nothing, and is an outcome, not an
/// exception. A member that is passed in must have entered, except to enter() and contains().
class HAWSER_API ChatRooms {
public:
    static constexpr std::string_view lobby = "lobby";

    explicit ChatRooms(ChatLimits limits = {});
    ChatRooms(const ChatRooms&) = delete;
    ChatRooms& operator=(const ChatRooms&) = delete;
    ~ChatRooms();

    /// \p member comes into the lobby as \p name. It must leave() before it is destroyed.
    ChatOutcome enter(ChatMember& member, std::string_view name);
    /// The room is told, with \p why in parentheses if there is any.
    void leave(ChatMember& member, std::string_view why = {});
    ChatOutcome rename(ChatMember& member, std::string_view name);
    ChatOutcome join(ChatMember& member, std::string_view room); ///< Made if it is not there.
    ChatOutcome part(ChatMember& member);                        ///< Back to the lobby.

    // The others in the room hear it, not who said it; the room remembers it.
    ChatOutcome say(ChatMember& member, std::string_view text);
    ChatOutcome act(ChatMember& member, std::string_view text); ///< "waves": `* <alice> waves`.
    /// Only the member called \p name hears it.
    ChatOutcome whisper(ChatMember& member, std::string_view name, std::string_view text);
    void announce(std::string_view text); ///< To everybody, in all rooms.

    [[nodiscard]] bool contains(const ChatMember& member) const;
    [[nodiscard]] const std::string& name_of(const ChatMember& member) const;
    [[nodiscard]] const std::string& room_of(const ChatMember& member) const;
    /// What was said in the member's room, the oldest first.
    [[nodiscard]] const std::deque<ChatEvent>& history_for(const ChatMember& member) const;
    /// Who is in the member's room, in the order they came. Valid until somebody comes or goes.
    [[nodiscard]] std::vector<std::string_view> people_with(const ChatMember& member) const;

    struct Listed {
        std::string_view name;
        std::size_t people;
    };
    [[nodiscard]] std::vector<Listed> rooms() const; ///< In the order of their names; as above.

    /// A sentence about \p outcome, for people.
    [[nodiscard]] std::string explain(ChatOutcome outcome) const;

private:
    struct Room;
    struct Person {
        ChatMember* member;
        std::string name;
        Room* room;
    };
    struct Room {
        std::string name;
        std::vector<Person*> people{};
        std::deque<ChatEvent> history{};
    };

    [[nodiscard]] Person& person(const ChatMember& member) const;
    [[nodiscard]] ChatOutcome check_name(std::string_view name) const;
    ChatOutcome tell(ChatMember& member, ChatEvent::Kind kind, std::string_view text);
    void come(Person& person, std::string_view room);
    void go(Person& person, std::string_view why);
    static void tell_others(const Person& person, const ChatEvent& event);

    ChatLimits limits_;
    std::map<std::string, Room> rooms_;    // by the name in lower case
    std::map<std::string, Person> people_; // the same
    std::unordered_map<const ChatMember*, Person*> members_;
};

} // namespace hawser
