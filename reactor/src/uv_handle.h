// SPDX-License-Identifier: MIT
/// \file
/// libuv's handles in our terms: owned, and their errors as std::error_code.
#pragma once

#include <hawser/core/error.h>

#include <uv.h>

#include <cassert>
#include <memory>
#include <string_view>
#include <system_error>

namespace hawser::detail {

/// libuv's codes are negated errno values on Unix.
inline std::error_code uv_error(int code) noexcept {
    assert(code < 0);
    return {-code, std::system_category()};
}

/// For set-up calls: throws what \p code says of \p subject.
inline void uv_check(int code, std::string_view subject) {
    if (code < 0) {
        throw Error(uv_error(code), subject);
    }
}

/// Lets a handle go. libuv needs its memory until the close callback, so that frees it; the
/// owner may be gone by then.
struct UvCloser {
    template <class Handle>
    void operator()(Handle* handle) const noexcept {
        uv_close(reinterpret_cast<uv_handle_t*>(handle), [](uv_handle_t* closed) {
            const std::unique_ptr<Handle> memory(reinterpret_cast<Handle*>(closed));
        });
    }
};

template <class Handle>
using UvOwned = std::unique_ptr<Handle, UvCloser>;

/// Makes a handle with `init(loop, handle, args...)`; throws what that reports of \p subject.
template <class Handle, class Owner, class Init, class... Args>
UvOwned<Handle> make_handle(Owner* owner, std::string_view subject, uv_loop_t* loop, Init init,
                            Args... args) {
    auto memory = std::make_unique<Handle>();
    uv_check(init(loop, memory.get(), args...), subject);
    memory->data = owner;
    return UvOwned<Handle>(memory.release());
}

} // namespace hawser::detail
