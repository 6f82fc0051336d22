// SPDX-License-Identifier: MIT
/// \file
/// The five guards: fixed work whose machine instructions are counted. See check.py.
#pragma once

namespace guards {

void echo();   ///< 1000 messages of 64 bytes through a socket pair, one at a time.
void lines();  ///< 100 000 lines parsed, half of them ended by "\r\n" and half by "\n".
void room();   ///< 1000 members, each a socket, told one line.
void timers(); ///< 100 000 timers pushed back.
void awaits(); ///< 100 000 results awaited that are there already.

/// Ends the program when \p condition does not hold: a guard that does something else than it
/// should would count that.
void require(bool condition, const char* what);

} // namespace guards

/// What is called from inside here is counted, and nothing else: check.py names it to callgrind.
extern "C" void hawser_guard_measured(void (*work)(void*), void* argument);

namespace guards {

template <class Work>
void measured(Work work) {
    hawser_guard_measured([](void* argument) { (*static_cast<Work*>(argument))(); }, &work);
}

} // namespace guards
