// SPDX-License-Identifier: MIT
#include "fanout.h"

#include "text.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <stdexcept>
#include <utility>

namespace bench {
namespace {

constexpr std::size_t name_size = 6; // digits of the speaker, before a space and the count

} // namespace

Fanout::Fanout(const Options& options, Poller& poller)
    : options_(options), poller_(poller), letters_(random_letters(options.size + 26)),
      speakers_(std::max<std::size_t>(1, options.connections / 10)) {}

void Fanout::start() {
    for (Socket& socket : connect_all(options_.where, options_.connections)) {
        poller_.add(socket, EPOLLIN, static_cast<std::uint32_t>(members_.size()));
        Member member;
        member.socket = std::move(socket);
        member.heard.resize(speakers_.size());
        members_.push_back(std::move(member));
    }
    for (std::uint32_t i = 0; i < speakers_.size(); ++i) {
        speakers_[i].member = static_cast<std::uint32_t>(members_.size() - 1) - i * 10;
    }
    // The last one to come begins. Servers accept in order, so whoever reads this line has
    // accepted everybody, and when all have heard it the others can join in.
    speak(0);
}

void Fanout::ready(std::uint32_t key, std::uint32_t /*events*/) {
    Member& member = members_[key];
    const auto data = member.socket.receive();
    if (!data) {
        return;
    }
    tally_.bytes += data->size();
    std::string_view rest = *data;
    while (member.partial.size() + rest.size() >= options_.size) {
        const std::size_t wanted = options_.size - member.partial.size();
        if (member.partial.empty()) {
            hear(key, rest.substr(0, wanted));
        } else {
            member.partial.append(rest.substr(0, wanted));
            hear(key, member.partial);
            member.partial.clear();
        }
        rest.remove_prefix(wanted);
    }
    member.partial.append(rest);
}

void Fanout::hear(std::uint32_t key, std::string_view line) {
    std::uint32_t who = 0;
    std::from_chars(line.data(), line.data() + name_size, who);
    if (who >= speakers_.size()) {
        throw std::runtime_error("member " + std::to_string(key) + ": a line of nobody's");
    }
    Speaker& speaker = speakers_[who];
    check_same(line, speaker.line, key);
    std::uint64_t& heard = members_[key].heard[who];
    if (speaker.member == key || heard == speaker.spoken) {
        throw std::runtime_error("member " + std::to_string(key) +
                                 (speaker.member == key ? ": hears itself" : ": a line twice"));
    }
    heard = speaker.spoken;
    ++tally_.operations;
    if (--speaker.missing == 0) {
        heard_by_all_.push_back(who);
    }
}

void Fanout::turn_ended() {
    if (heard_by_all_.empty() || finishing()) {
        return;
    }
    if (!everybody_joined_) {
        everybody_joined_ = true;
        for (std::uint32_t i = 1; i < speakers_.size(); ++i) {
            speak(i);
        }
    }
    for (const std::uint32_t who : heard_by_all_) {
        speak(who);
    }
    heard_by_all_.clear();
}

std::size_t Fanout::unanswered() const {
    return static_cast<std::size_t>(
        std::count_if(speakers_.begin(), speakers_.end(),
                      [](const Speaker& speaker) { return speaker.missing != 0; }));
}

void Fanout::speak(std::uint32_t who) {
    Speaker& speaker = speakers_[who];
    ++speaker.spoken;
    speaker.missing = members_.size() - 1;
    speaker.line.assign(letters_, speaker.spoken % 26, options_.size);
    std::array<char, 24> name{};
    const int length = std::snprintf(name.data(), name.size(), "%06u %010llu ", who,
                                     static_cast<unsigned long long>(speaker.spoken));
    speaker.line.replace(0, static_cast<std::size_t>(length), name.data());
    speaker.line.back() = '\n';
    // Short, and nothing else is on its way: the kernel always has room.
    if (members_[speaker.member].socket.send(speaker.line) != options_.size) {
        throw std::runtime_error("a short line was not sent whole");
    }
}

} // namespace bench
