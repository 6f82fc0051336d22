// SPDX-License-Identifier: MIT
/// \file
/// Origin, where in the source something was made.
#pragma once

namespace hawser {

/// As the default of a last parameter, the place of the call, for reports. Known in debug builds
/// alone: with NDEBUG it is empty.
struct Origin {
    const char* file = nullptr; ///< null: not known
    int line = 0;

    static constexpr Origin here([[maybe_unused]] const char* file = __builtin_FILE(),
                                 [[maybe_unused]] int line = __builtin_LINE()) noexcept {
#ifdef NDEBUG
        return {};
#else
        return {file, line};
#endif
    }
};

} // namespace hawser
