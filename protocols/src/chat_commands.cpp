// SPDX-License-Identifier: MIT
/// \file
/// What Chat does with lines that begin with a slash.
#include <hawser/protocols/chat.h>

#include <hawser/core/transport.h>
#include <hawser/protocols/text.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace hawser {

namespace {

constexpr std::size_t most_listed = 50; // names in an answer: a crowd is counted

std::string_view trim(std::string_view text) noexcept {
    const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
    text.remove_prefix(first);
    return text.substr(0, text.find_last_not_of(" \t") + 1);
}

/// The first word and the rest, without the space around them.
std::pair<std::string_view, std::string_view> split_word(std::string_view text) noexcept {
    text = trim(text);
    const std::size_t space = std::min(text.find_first_of(" \t"), text.size());
    return {text.substr(0, space), trim(text.substr(space))};
}

/// "alice, bob and 3 more".
template <class Items, class ToText>
std::string list(const Items& items, ToText to_text) {
    std::string text;
    for (std::size_t i = 0; i < std::min(items.size(), most_listed); ++i) {
        text += i == 0 ? "" : ", ";
        text += to_text(items[i]);
    }
    if (items.size() > most_listed) {
        text += fmt::format(" and {} more", items.size() - most_listed);
    }
    return text;
}

std::string list(const std::vector<std::string_view>& names) {
    return list(names, [](std::string_view name) { return name; });
}

} // namespace

struct Chat::Command {
    std::string_view name;
    std::string_view arguments;
    std::string_view summary;
    void (Chat::*run)(std::string_view arguments);
};

std::span<const Chat::Command> Chat::commands() noexcept {
    static constexpr std::array all{
        Command{"nick", "NAME", "take another name", &Chat::nick},
        Command{"join", "ROOM", "go to another room, or open it", &Chat::join},
        Command{"part", "", "go back to the lobby", &Chat::part},
        Command{"rooms", "", "list the rooms", &Chat::rooms},
        Command{"who", "", "list who is in this room", &Chat::who},
        Command{"me", "TEXT", "say what you do", &Chat::me},
        Command{"msg", "NAME TEXT", "say something to one person only", &Chat::msg},
        Command{"help", "", "show this", &Chat::help},
        Command{"quit", "", "leave", &Chat::quit},
    };
    return all;
}

void Chat::command(std::string_view line) {
    const auto [word, arguments] = split_word(line);
    const std::string name = line.starts_with(' ') ? "" : fold_case(word);
    const auto all = commands();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const Command& each) { return each.name == name; });
    if (found == all.end()) {
        send_line(fmt::format("There is no command /{}. Say /help to see those there are.",
                              printable(word)));
    } else if (arguments.empty() && !found->arguments.empty()) {
        send_line(fmt::format("Say /{} {}.", found->name, found->arguments));
    } else {
        (this->*found->run)(arguments);
    }
}

void Chat::nick(std::string_view name) {
    if (explained(rooms_.rename(*this, name))) {
        send_line(fmt::format("* you are now {}", name));
    }
}

void Chat::join(std::string_view room) {
    if (explained(rooms_.join(*this, room))) {
        show_room();
    }
}

void Chat::part(std::string_view) {
    join(ChatRooms::lobby);
}

void Chat::rooms(std::string_view) {
    send_line("Rooms: " + list(rooms_.rooms(), [](const ChatRooms::Listed& room) {
                  return fmt::format("{} ({})", room.name, room.people);
              }));
}

void Chat::who(std::string_view) {
    send_line(fmt::format("In {}: {}", rooms_.room_of(*this), list(rooms_.people_with(*this))));
}

void Chat::me(std::string_view text) {
    explained(rooms_.act(*this, text));
}

void Chat::msg(std::string_view name_and_text) {
    const auto [name, text] = split_word(name_and_text);
    if (explained(rooms_.whisper(*this, name, text))) {
        send_line(fmt::format("* {} was told", name));
    }
}

void Chat::help(std::string_view) {
    for (const Command& each : commands()) {
        send_line(fmt::format("{:<16} {}", fmt::format("/{} {}", each.name, each.arguments),
                              each.summary));
    }
    send_line("//...            say something that begins with a slash");
}

void Chat::quit(std::string_view) {
    end("Goodbye!", {}, {});
}

/// Where the member is now, with whom, and what was said there.
void Chat::show_room() {
    std::vector<std::string_view> others = rooms_.people_with(*this);
    others.pop_back(); // who came last
    const std::string& room = rooms_.room_of(*this);
    send_line(others.empty() ? fmt::format("* you are alone in {}", room)
                             : fmt::format("* you are in {} with {}", room, list(others)));
    for (const ChatEvent& event : rooms_.history_for(*this)) {
        transport().write(event.line());
    }
}

} // namespace hawser
