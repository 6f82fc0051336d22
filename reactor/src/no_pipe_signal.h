// SPDX-License-Identifier: MIT
/// \file
/// NoPipeSignal, which holds SIGPIPE off for a moment.
#pragma once

#include <csignal>
#include <ctime>

namespace hawser::detail {

/// While it lives, to write where nobody reads is an error only: SIGPIPE would end the program,
/// and its disposition is not ours to change. For what has no MSG_NOSIGNAL.
class NoPipeSignal {
public:
    NoPipeSignal() noexcept {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        sigset_t pending;
        sigpending(&pending);
        pending_before_ = sigismember(&pending, SIGPIPE) == 1;
        pthread_sigmask(SIG_BLOCK, &pipe_, &mask_before_);
    }
    NoPipeSignal(const NoPipeSignal&) = delete;
    NoPipeSignal& operator=(const NoPipeSignal&) = delete;
    ~NoPipeSignal() {
        const timespec at_once{};
        if (!pending_before_) {
            sigtimedwait(&pipe_, nullptr, &at_once); // takes the one that we have caused
        }
        pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
    }

private:
    sigset_t pipe_;
    sigset_t mask_before_;
    bool pending_before_;
};

} // namespace hawser::detail
