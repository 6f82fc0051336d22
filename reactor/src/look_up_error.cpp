// SPDX-License-Identifier: MIT
#include "look_up_error.h"

#include <uv.h>

#include <string>

namespace hawser::detail {

namespace {

class LookUpCategory final : public std::error_category {
public:
    [[nodiscard]] const char* name() const noexcept override { return "look-up"; }
    [[nodiscard]] std::string message(int code) const override { return uv_strerror(code); }
};

} // namespace

const std::error_category& look_up_category() noexcept {
    static const LookUpCategory category;
    return category;
}

} // namespace hawser::detail
