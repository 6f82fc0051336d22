// SPDX-License-Identifier: MIT
#include <hawser/protocols/chat_rooms.h>

#include <hawser/protocols/text.h>

#include <fmt/format.h>

#include <cassert>
#include <utility>

namespace hawser {

ChatMember::~ChatMember() = default;

ChatRooms::ChatRooms(ChatLimits limits) : limits_(limits) {
    rooms_.emplace(lobby, Room{std::string(lobby)});
}

ChatRooms::~ChatRooms() = default;

ChatOutcome ChatRooms::enter(ChatMember& member, std::string_view name) {
    assert(!contains(member));
    if (const ChatOutcome checked = check_name(name); checked != ChatOutcome::done) {
        return checked;
    }
    const auto [place, is_new] =
        people_.try_emplace(fold_case(name), Person{&member, std::string(name), nullptr});
    if (!is_new) {
        return ChatOutcome::name_taken;
    }
    members_.emplace(&member, &place->second);
    come(place->second, lobby);
    return ChatOutcome::done;
}

void ChatRooms::leave(ChatMember& member, std::string_view why) {
    Person& leaving = person(member);
    go(leaving, why);
    members_.erase(&member);
    people_.erase(fold_case(leaving.name));
}

ChatOutcome ChatRooms::rename(ChatMember& member, std::string_view name) {
    Person& renamed = person(member);
    if (const ChatOutcome checked = check_name(name); checked != ChatOutcome::done) {
        return checked;
    }
    if (name == renamed.name) {
        return ChatOutcome::done;
    }
    const std::string before = fold_case(renamed.name);
    std::string after = fold_case(name);
    if (after != before) {
        if (people_.contains(after)) {
            return ChatOutcome::name_taken;
        }
        auto node = people_.extract(before); // the Person stays where it is
        node.key() = std::move(after);
        people_.insert(std::move(node));
    }
    const std::string old_name = std::exchange(renamed.name, std::string(name));
    tell_others(renamed, {ChatEvent::Kind::renamed, renamed.room->name, old_name, name});
    return ChatOutcome::done;
}

ChatOutcome ChatRooms::join(ChatMember& member, std::string_view room) {
    Person& joining = person(member);
    if (const ChatOutcome checked = check_name(room); checked != ChatOutcome::done) {
        return checked;
    }
    if (fold_case(room) == fold_case(joining.room->name)) {
        return ChatOutcome::already_there;
    }
    go(joining, fmt::format("to {}", room));
    come(joining, room);
    return ChatOutcome::done;
}

ChatOutcome ChatRooms::part(ChatMember& member) {
    return join(member, lobby);
}

ChatOutcome ChatRooms::say(ChatMember& member, std::string_view text) {
    return tell(member, ChatEvent::Kind::said, text);
}

ChatOutcome ChatRooms::act(ChatMember& member, std::string_view text) {
    return tell(member, ChatEvent::Kind::acted, text);
}

ChatOutcome ChatRooms::whisper(ChatMember& member, std::string_view name, std::string_view text) {
    const Person& from = person(member);
    const auto to = people_.find(fold_case(name));
    if (to == people_.end()) {
        return ChatOutcome::nobody;
    }
    if (text.empty()) {
        return ChatOutcome::nothing_said;
    }
    to->second.member->heard({ChatEvent::Kind::whispered, from.room->name, from.name, text});
    return ChatOutcome::done;
}

void ChatRooms::announce(std::string_view text) {
    const ChatEvent event(ChatEvent::Kind::announced, {}, {}, text);
    for (const auto& [name, person] : people_) {
        person.member->heard(event);
    }
}

bool ChatRooms::contains(const ChatMember& member) const {
    return members_.contains(&member);
}

const std::string& ChatRooms::name_of(const ChatMember& member) const {
    return person(member).name;
}

const std::string& ChatRooms::room_of(const ChatMember& member) const {
    return person(member).room->name;
}

const std::deque<ChatEvent>& ChatRooms::history_for(const ChatMember& member) const {
    return person(member).room->history;
}

std::vector<std::string_view> ChatRooms::people_with(const ChatMember& member) const {
    std::vector<std::string_view> names;
    for (const Person* each : person(member).room->people) {
        names.emplace_back(each->name);
    }
    return names;
}

std::vector<ChatRooms::Listed> ChatRooms::rooms() const {
    std::vector<Listed> listed;
    for (const auto& [key, room] : rooms_) {
        listed.push_back({room.name, room.people.size()});
    }
    return listed;
}

std::string ChatRooms::explain(ChatOutcome outcome) const {
    switch (outcome) {
    case ChatOutcome::done: return "Done.";
    case ChatOutcome::name_empty: return "A name cannot be empty.";
    case ChatOutcome::name_too_long:
        return fmt::format("A name can have at most {} characters.", limits_.name);
    case ChatOutcome::name_not_utf8: return "A name must be UTF-8 text.";
    case ChatOutcome::name_unsuitable:
        return "A name cannot have spaces, control characters, < or >, nor begin with a slash.";
    case ChatOutcome::name_taken: return "That name is taken.";
    case ChatOutcome::nobody: return "Nobody here has that name.";
    case ChatOutcome::already_there: return "You are there already.";
    case ChatOutcome::nothing_said: return "There is nothing to say.";
    }
    return "That cannot be done.";
}

ChatRooms::Person& ChatRooms::person(const ChatMember& member) const {
    const auto found = members_.find(&member);
    assert(found != members_.end());
    return *found->second;
}

ChatOutcome ChatRooms::check_name(std::string_view name) const {
    if (name.empty()) {
        return ChatOutcome::name_empty;
    }
    if (!is_utf8(name)) {
        return ChatOutcome::name_not_utf8;
    }
    if (count_code_points(name) > limits_.name) {
        return ChatOutcome::name_too_long;
    }
    bool suits = name.front() != '/'; // it would be read as a command
    while (suits && !name.empty()) {
        const char32_t code_point = take_code_point(name);
        // Angle brackets tell a name from what its bearer says.
        suits = !is_unsafe(code_point) && !is_invisible(code_point) && code_point != U'<' &&
                code_point != U'>';
    }
    return suits ? ChatOutcome::done : ChatOutcome::name_unsuitable;
}

ChatOutcome ChatRooms::tell(ChatMember& member, ChatEvent::Kind kind, std::string_view text) {
    if (text.empty()) {
        return ChatOutcome::nothing_said;
    }
    const Person& from = person(member);
    ChatEvent event(kind, from.room->name, from.name, text);
    tell_others(from, event);
    std::deque<ChatEvent>& history = from.room->history;
    history.push_back(std::move(event));
    while (history.size() > limits_.history) {
        history.pop_front();
    }
    return ChatOutcome::done;
}

void ChatRooms::come(Person& person, std::string_view room) {
    const auto [place, is_new] = rooms_.try_emplace(fold_case(room), Room{std::string(room)});
    person.room = &place->second;
    person.room->people.push_back(&person);
    tell_others(person, {ChatEvent::Kind::joined, person.room->name, person.name, {}});
}

void ChatRooms::go(Person& person, std::string_view why) {
    Room& room = *person.room;
    tell_others(person, {ChatEvent::Kind::left, room.name, person.name, why});
    std::erase(room.people, &person);
    if (room.people.empty() && room.name != lobby) {
        rooms_.erase(fold_case(room.name));
    }
}

void ChatRooms::tell_others(const Person& person, const ChatEvent& event) {
    for (const Person* each : person.room->people) {
        if (each != &person) {
            each->member->heard(event);
        }
    }
}

} // namespace hawser
