// SPDX-License-Identifier: MIT
// What the thread sanitizer is to pass over. libuv closes descriptors by a system call of its own,
// which the sanitizer does not see: when another thread is given the same number, by what makes a
// loop there, it takes the two for one.

extern "C" const char* __tsan_default_suppressions(); // NOLINT(bugprone-reserved-identifier)

extern "C" const char* __tsan_default_suppressions() { // NOLINT(bugprone-reserved-identifier)
    return "race:uv_pipe\n"
           "race:uv_loop_init\n"
           "race:uv_async_init\n"
           "race:uv_signal_init\n";
}
