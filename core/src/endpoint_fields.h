// SPDX-License-Identifier: MIT
/// \file
/// The fields of an endpoint string, each with the column it began at.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hawser {

struct EndpointField {
    std::string key; // empty: positional
    std::string value;
    std::size_t column = 1;       // where the field begins, from 1
    std::size_t value_column = 1; // where its value begins
};

/// Splits at colons, `key=` off at the first `=`, and takes escapes and brackets out. Throws
/// EndpointError.
std::vector<EndpointField> split_endpoint(std::string_view text);

/// \p value as a field of an endpoint string.
std::string quote_endpoint_value(std::string_view value);

} // namespace hawser
