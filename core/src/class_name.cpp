// SPDX-License-Identifier: MIT
#include <hawser/core/detail/class_name.h>

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

namespace hawser::detail {

std::string class_name(const std::type_info& type) {
    const char* mangled = type.name();
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> readable(
        abi::__cxa_demangle(mangled, nullptr, nullptr, &status), &std::free);
    return readable ? readable.get() : mangled;
}

} // namespace hawser::detail
