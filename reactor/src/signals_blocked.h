// SPDX-License-Identifier: MIT
/// \file
/// SignalsBlocked, for threads of ours: they begin with the mask of who starts them.
#pragma once

#include <pthread.h>
#include <signal.h>

namespace hawser::detail {

/// While it lives, this thread is given none of the process's signals but faults: they are for the
/// program's threads, and in ours would only interrupt what blocks.
class SignalsBlocked {
public:
    SignalsBlocked() noexcept {
        sigset_t all;
        sigfillset(&all);
        // Faults are the thread's own: blocked, they end the process past its crash handler.
        for (const int fault :
             {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT, SIGPROF}) {
            sigdelset(&all, fault);
        }
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_;
};

} // namespace hawser::detail
