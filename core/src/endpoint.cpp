// SPDX-License-Identifier: MIT
#include <hawser/core/endpoint.h>

#include "built_in_kinds.h"
#include "endpoint_fields.h"
#include "endpoint_keys.h"
#include "endpoint_reader.h"
#include "printable.h"

#include <fmt/format.h>

#include <algorithm>

namespace hawser {

Endpoint::Endpoint(std::string_view text) : parts_(read_endpoint(text)) {}
Endpoint::Endpoint(const char* text) : Endpoint(std::string_view(text)) {}
Endpoint::Endpoint(const std::string& text) : Endpoint(std::string_view(text)) {}

Endpoint Endpoint::tcp(std::string_view host, std::uint16_t port) {
    return Endpoint(fmt::format("tcp:{}:{}", quote_endpoint_value(host), port));
}

Endpoint Endpoint::udp(std::string_view host, std::uint16_t port) {
    return Endpoint(fmt::format("udp:{}:{}", quote_endpoint_value(host), port));
}

Endpoint Endpoint::unix_path(std::string_view path) {
    return Endpoint(fmt::format("unix:{}", quote_endpoint_value(path)));
}

Endpoint Endpoint::fd(int descriptor) {
    return Endpoint(fmt::format("fd:{}", descriptor));
}

std::string_view Endpoint::kind_name() const noexcept {
    return kind() == Kind::registered ? parts_.kind_name : built_in_kind(kind()).name;
}

Endpoint Endpoint::inner() const {
    try {
        return Endpoint(rest());
    } catch (const EndpointError& error) {
        throw error.within(*this);
    }
}

Endpoint Endpoint::with(const SocketOptions& options) const {
    if (kind() == Kind::registered && options != SocketOptions{}) {
        const std::string text = to_string(*this);
        throw EndpointError(text, text.size() + 1,
                            fmt::format("{} takes no socket options", kind_name()));
    }
    Endpoint changed = *this;
    changed.parts_.options = options;
    // Read again, which checks them: what the kind does not take is written all the same.
    return Endpoint(to_string(changed));
}

std::chrono::milliseconds Endpoint::timeout() const noexcept {
    return parts_.timeout.value_or(default_timeout);
}

std::string to_string(const Endpoint& endpoint) {
    if (endpoint.kind() == Endpoint::Kind::registered) {
        return fmt::format("{}:{}", endpoint.kind_name(), endpoint.rest());
    }
    const BuiltInKind& kind = built_in_kind(endpoint.kind());
    const auto places = kind.places();
    std::string text(kind.name);
    std::string keys;
    for (const EndpointKey& key : endpoint_keys()) {
        const auto value = key.write(endpoint.parts_);
        const bool placed = std::find(places.begin(), places.end(), key.name) != places.end();
        if (value) {
            (placed ? text : keys) += fmt::format(":{}{}{}", placed ? "" : key.name,
                                                  placed ? "" : "=", quote_endpoint_value(*value));
        }
    }
    text += keys;
    return text.size() == kind.name.size() ? text + ':' : text; // stdio:
}

EndpointError::EndpointError(std::string_view text, std::size_t column,
                             std::string_view what_is_wrong)
    : Error(Whole{}, make_error_code(Errc::bad_endpoint),
            fmt::format("bad endpoint \"{}\", column {}: {}", printable_line(text), column,
                        what_is_wrong)),
      text_(text), what_is_wrong_(what_is_wrong), column_(column) {}

EndpointError::~EndpointError() = default;

std::string EndpointError::picture() const {
    const std::size_t split = std::min(column_ - 1, text_.size());
    const std::string before = printable_ascii(std::string_view(text_).substr(0, split));
    return before + printable_ascii(std::string_view(text_).substr(split)) + '\n' +
           std::string(before.size(), ' ') + '^';
}

EndpointError EndpointError::within(const Endpoint& outer) const {
    const std::string whole = to_string(outer);
    return {whole, column_ + whole.size() - outer.rest().size(), what_is_wrong_};
}

} // namespace hawser
