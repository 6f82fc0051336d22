// SPDX-License-Identifier: MIT
#include "line_pattern.h"

#include <hawser/protocols/text.h>

#include <string.h> // memmem

#include <algorithm>

namespace hawser::detail {

namespace {

constexpr std::size_t nowhere = std::string_view::npos;
constexpr std::size_t step_effort = 16; // as long as to search so many bytes

// As find() of a string, but in time proportional to the lengths, whatever the texts are.
std::size_t find(std::string_view line, std::string_view text, std::size_t from) noexcept {
    const void* const found =
        ::memmem(line.data() + from, line.size() - from, text.data(), text.size());
    return found != nullptr
               ? static_cast<std::size_t>(static_cast<const char*>(found) - line.data())
               : nowhere;
}

// How many bytes the character takes that \p line begins with.
std::size_t first_character(std::string_view line) noexcept {
    std::string_view rest = line;
    take_code_point(rest);
    return line.size() - rest.size();
}

} // namespace

class LinePattern::Match {
public:
    Match(const std::vector<Piece>& pieces, std::string_view line, Captures& captures,
          std::size_t& effort)
        : pieces_(pieces), line_(line), captures_(captures), effort_(effort) {
        captures_.clear();
    }

    bool run() {
        while (piece_ < pieces_.size() || at_ < line_.size()) {
            if (!spend(step_effort) || (!step() && !lengthen())) {
                return false;
            }
        }
        return true;
    }

private:
    bool spend(std::size_t effort) noexcept {
        effort_ -= std::min(effort, effort_);
        return effort_ > 0;
    }

    // Takes the next piece, if it matches here.
    bool step() {
        if (piece_ == pieces_.size()) {
            return false;
        }
        const Piece& piece = pieces_[piece_];
        const std::string_view rest = line_.substr(at_);
        std::size_t taken = 0;
        if (piece.kind == Kind::text) {
            if (!rest.starts_with(piece.text)) {
                return false;
            }
            taken = piece.text.size();
        } else if (piece.kind == Kind::any_character) {
            if (rest.empty()) {
                return false;
            }
            taken = first_character(rest);
            captures_.push_back(rest.substr(0, taken));
        } else {
            star_ = piece_;
            star_capture_ = captures_.size();
            taken = piece_ + 1 == pieces_.size() ? rest.size() : 0;
            captures_.push_back(rest.substr(0, taken));
        }
        at_ += taken;
        ++piece_;
        return true;
    }

    // Has the last star take more, as little as may do, and goes on behind it.
    bool lengthen() {
        if (star_ == nowhere) {
            return false;
        }
        const std::string_view taken = captures_[star_capture_];
        const auto begin = static_cast<std::size_t>(taken.data() - line_.data());
        std::size_t end = begin + taken.size();
        if (end == line_.size()) {
            return false;
        }
        end += first_character(line_.substr(end));
        const std::size_t next = star_ + 1;
        if (next < pieces_.size() && pieces_[next].kind == Kind::text) {
            const std::string_view text = pieces_[next].text;
            const std::size_t from = end;
            end = find(line_, text, from);
            if (!spend(text.size() + std::min(end, line_.size()) - from) || end == nowhere) {
                return false;
            }
        }
        captures_.resize(star_capture_);
        captures_.push_back(line_.substr(begin, end - begin));
        at_ = end;
        piece_ = next;
        return true;
    }

    const std::vector<Piece>& pieces_;
    std::string_view line_;
    Captures& captures_;
    std::size_t& effort_;   // that is left
    std::size_t piece_ = 0; // the next one
    std::size_t at_ = 0;    // where it is to match
    std::size_t star_ = nowhere;
    std::size_t star_capture_ = 0;
};

void LinePattern::add_text(char octet) {
    if (pieces_.empty() || pieces_.back().kind != Kind::text) {
        pieces_.push_back({Kind::text, {}});
    }
    pieces_.back().text += octet;
}

void LinePattern::add_any_text() {
    pieces_.push_back({Kind::any_text, {}});
}

void LinePattern::add_any_character() {
    pieces_.push_back({Kind::any_character, {}});
}

bool LinePattern::matches(std::string_view line, Captures& captures, std::size_t& effort) const {
    return Match(pieces_, line, captures, effort).run();
}

std::size_t LinePattern::wildcards() const noexcept {
    return static_cast<std::size_t>(
        std::count_if(pieces_.begin(), pieces_.end(),
                      [](const Piece& piece) { return piece.kind != Kind::text; }));
}

} // namespace hawser::detail
