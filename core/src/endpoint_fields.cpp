// SPDX-License-Identifier: MIT
#include "endpoint_fields.h"

#include <hawser/core/endpoint.h>

namespace hawser {

std::vector<EndpointField> split_endpoint(std::string_view text) {
    std::vector<EndpointField> fields(1);
    std::size_t bracket = 0; // the column of an open one
    for (std::size_t i = 0; i < text.size(); ++i) {
        EndpointField& field = fields.back();
        const char c = text[i];
        const std::size_t column = i + 1;
        if (bracket != 0) {
            if (c != ']') {
                field.value += c;
                continue;
            }
            bracket = 0;
            if (column < text.size() && text[column] != ':') {
                throw EndpointError(text, column + 1, "after a ] comes a colon or the end");
            }
        } else if (c == '\\') {
            if (column == text.size()) {
                throw EndpointError(text, column, "a backslash stands before : or \\");
            }
            field.value += text[++i];
        } else if (c == ':') {
            fields.emplace_back();
            fields.back().column = fields.back().value_column = column + 1;
        } else if (c == '[' && field.value.empty()) {
            bracket = column;
        } else if (c == '=' && field.key.empty() && !field.value.empty() && fields.size() > 1) {
            field.key = std::move(field.value);
            field.value.clear();
            field.value_column = column + 1;
        } else {
            field.value += c;
        }
    }
    if (bracket != 0) {
        throw EndpointError(text, bracket, "this [ is never closed");
    }
    return fields;
}

std::string quote_endpoint_value(std::string_view value) {
    if (value.find_first_of(":=[") != std::string_view::npos &&
        value.find(']') == std::string_view::npos) {
        return '[' + std::string(value) + ']';
    }
    std::string quoted;
    for (const char c : value) {
        if (c == ':' || c == '\\' || c == '=' || c == '[') {
            quoted += '\\';
        }
        quoted += c;
    }
    return quoted;
}

} // namespace hawser
