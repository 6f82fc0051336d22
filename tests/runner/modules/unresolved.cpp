// SPDX-License-Identifier: MIT
// Needs what no library has.
extern "C" void hawser_test_that_nobody_defines();

extern "C" [[gnu::visibility("default")]] const void* hawser_plugin() {
    hawser_test_that_nobody_defines();
    return nullptr;
}
