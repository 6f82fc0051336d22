// SPDX-License-Identifier: MIT
#include <hawser/protocols/line_receiver.h>

#include <hawser/core/error.h>
#include <hawser/core/transport.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <limits>
#include <utility>

namespace hawser {

namespace {

constexpr std::size_t nowhere = Bytes::npos;

// With the usual "\n" to end them, a short line would spend much of its time on the way to
// memchr().
inline std::size_t end_of_line(Bytes data, char delimiter) noexcept {
    const std::size_t at = data.find(delimiter);
    return at == nowhere ? nowhere : at + 1;
}

} // namespace

/// Marks a delivery, until it ends, by an exception too: then the rest of the input is dropped.
class LineReceiver::Delivery {
public:
    explicit Delivery(LineReceiver& receiver) noexcept : receiver_(receiver) {
        receiver_.busy_ = true;
    }
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;
    ~Delivery() {
        receiver_.busy_ = false;
        receiver_.line_end_ = nullptr;
        receiver_.input_ = {};
    }

private:
    LineReceiver& receiver_;
};

LineReceiver::LineReceiver() = default;
LineReceiver::~LineReceiver() = default;

void LineReceiver::line_received(std::string_view) {}
void LineReceiver::raw_data_received(Bytes) {}

void LineReceiver::line_length_exceeded(Bytes) {
    transport().lose_connection(Errc::line_too_long);
}

void LineReceiver::send_line(std::string_view line) {
    if (line_end_ != nullptr && line.data() + line.size() == line_end_) {
        // The line we are being shown, or its end: in front of the delimiter it came with.
        transport().write(Bytes(line.data(), line.size() + delimiter_.size()));
        return;
    }
    send_other_line(line);
}

void LineReceiver::send_other_line(std::string_view line) {
    if (contains_delimiter(line)) {
        throw Error(Errc::delimiter_in_line, "cannot send a line");
    }
    transport().write_sequence(std::array<Bytes, 2>{line, delimiter_});
}

/// Whether a reader would see two lines in \p line and the delimiter behind it.
bool LineReceiver::contains_delimiter(std::string_view line) const {
    if (line.find(delimiter_.front()) == nowhere) {
        return false;
    }
    // Across its end too: "a" before the delimiter "aa" would be read as "" and "a".
    const std::string sent = std::string(line).append(delimiter_);
    return sent.find(delimiter_) != line.size();
}

void LineReceiver::set_delimiter(std::string_view delimiter) {
    assert(!delimiter.empty());
    line_end_ = nullptr; // what stands behind the line is the old one
    delimiter_ = delimiter;
    look_again();
}

void LineReceiver::set_line_limit(std::size_t limit) noexcept {
    limit_ = std::min(limit, std::numeric_limits<std::size_t>::max() / 2); // see most()
}

void LineReceiver::set_raw_mode() {
    raw_ = true;
    look_again();
}

void LineReceiver::set_line_mode(Bytes extra) {
    raw_ = false;
    if (!extra.empty() && extra.data() + extra.size() == input_.data() + input_.size()) {
        input_ = extra; // given back: only the cursor moves
    } else if (!extra.empty()) {
        keep_rest();
        kept_.insert(taken_, extra);
        searched_ = false;
    }
    look_again();
}

void LineReceiver::data_received(Bytes data) {
    if (busy_) {
        kept_.append(data);
        return;
    }
    const Delivery delivery(*this);
    if (kept_.empty()) {
        deliver(data);
        keep_rest();
    } else if (searched_ && may_deliver()) {
        deliver_tail(data);
    } else {
        kept_.append(data);
        searched_ = false;
    }
    deliver_kept();
}

void LineReceiver::read_resumed() {
    LineReceiver::data_received({}); // nothing was read: no override is to think so
}

/// Hands out what it can of \p input; the rest is input_.
void LineReceiver::deliver(Bytes input) {
    input_ = input;
    searched_ = false;
    while (!input_.empty() && may_deliver()) {
        if (raw_) {
            raw_data_received(take(input_.size()));
            continue;
        }
        const Bytes window = input_.substr(0, most());
        const std::size_t end = delimiter_.size() == 1 ? end_of_line(window, delimiter_.front())
                                                       : find_line_end({}, window);
        if (end != nowhere) {
            show_line(take(end));
        } else if (input_.size() >= most()) {
            line_length_exceeded(take(input_.size()));
        } else {
            searched_ = true;
            return;
        }
    }
}

/// \p data goes on with the line that kept_ began; only it is searched.
void LineReceiver::deliver_tail(Bytes data) {
    const std::size_t room = most() - std::min(most(), kept_.size());
    const std::size_t end = find_line_end(kept_, data.substr(0, room));
    if (end == nowhere) {
        kept_.append(data);
        searched_ = kept_.size() < most(); // else deliver_kept() finds it too long
        return;
    }
    std::string line = std::exchange(kept_, {});
    line.append(data.substr(0, end));
    input_ = data.substr(end);
    show_line(line);
    deliver(input_);
    keep_rest();
}

void LineReceiver::show_line(Bytes with_delimiter) {
    const std::size_t size = with_delimiter.size() - delimiter_.size();
    line_end_ = with_delimiter.data() + size;
    line_received(with_delimiter.substr(0, size));
    line_end_ = nullptr;
}

void LineReceiver::deliver_kept() {
    while (!kept_.empty() && !searched_ && may_deliver()) {
        std::string block = std::exchange(kept_, {});
        deliver(Bytes(block).substr(std::exchange(taken_, 0)));
        if (searched_ || !kept_.empty()) {
            keep_rest();
        } else if (!input_.empty()) { // paused: stays where it is, so that pauses cost nothing
            taken_ = block.size() - input_.size();
            kept_ = std::move(block);
            input_ = {};
        }
    }
    if (transport().closing()) {
        std::string().swap(kept_);
        taken_ = 0;
    }
}

/// What is left of the input is to wait, before what came meanwhile.
void LineReceiver::keep_rest() {
    if (!input_.empty()) {
        searched_ = searched_ && kept_.empty();
        kept_.insert(0, input_);
        input_ = {};
    }
}

/// Kept bytes mean something else now: has read_resumed() called from the loop.
void LineReceiver::look_again() {
    if (!busy_ && !kept_.empty()) {
        searched_ = false;
        transport().pause_producing();
        transport().resume_producing();
    }
}

Bytes LineReceiver::take(std::size_t count) noexcept {
    const Bytes taken = input_.substr(0, count);
    input_.remove_prefix(count);
    return taken;
}

/// Where in \p data the first delimiter ends, which may have begun in \p before. It is looked for
/// by its last byte: so what came before need not be searched again.
std::size_t LineReceiver::find_line_end(Bytes before, Bytes data) const noexcept {
    if (delimiter_.size() == 1) {
        return end_of_line(data, delimiter_.front());
    }
    const Bytes head(delimiter_.data(), delimiter_.size() - 1);
    std::size_t from = 0;
    while (from < data.size()) {
        const void* hit = std::memchr(data.data() + from, delimiter_.back(), data.size() - from);
        if (hit == nullptr) {
            break;
        }
        const auto at = static_cast<std::size_t>(static_cast<const char*>(hit) - data.data());
        if (head.size() == 1 && at > 0) { // "\r\n" as a rule: one byte to look at
            if (data[at - 1] == head.front()) {
                return at + 1;
            }
        } else {
            const std::size_t there = std::min(at, head.size());
            const Bytes missing = head.substr(0, head.size() - there);
            if (head.ends_with(data.substr(at - there, there)) && before.ends_with(missing)) {
                return at + 1;
            }
        }
        from = at + 1;
    }
    return nowhere;
}

bool LineReceiver::may_deliver() const noexcept {
    return transport().delivering();
}

} // namespace hawser
