// SPDX-License-Identifier: MIT
#include "signal_disposition.h"

#include <array>
#include <csignal>
#include <cstddef>
#include <mutex>

namespace hawser::detail {

namespace {

struct Kept {
    std::size_t users = 0;
    struct sigaction action {};
};

// Global as what it describes: a process has one disposition for each signal, and reactors on
// several threads may watch the same one.
std::mutex mutex;
std::array<Kept, NSIG> kept; // guarded by mutex

bool known(int number) noexcept {
    return number > 0 && number < NSIG;
}

} // namespace

SignalDisposition::SignalDisposition(int number) noexcept : number_(number) {
    if (known(number)) {
        const std::lock_guard lock(mutex);
        Kept& mine = kept[static_cast<std::size_t>(number)];
        if (mine.users++ == 0) {
            sigaction(number, nullptr, &mine.action);
        }
    }
}

SignalDisposition::~SignalDisposition() {
    if (known(number_)) {
        const std::lock_guard lock(mutex);
        Kept& mine = kept[static_cast<std::size_t>(number_)];
        if (--mine.users == 0) {
            sigaction(number_, &mine.action, nullptr);
        }
    }
}

} // namespace hawser::detail
