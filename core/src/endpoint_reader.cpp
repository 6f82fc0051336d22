// SPDX-License-Identifier: MIT
#include "endpoint_reader.h"

#include "built_in_kinds.h"
#include "endpoint_fields.h"

#include <hawser/core/detail/no_such_name.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hawser {

namespace {

class EndpointReader {
public:
    explicit EndpointReader(std::string_view text)
        : text_(text), fields_(split_endpoint(text)), kind_(find_kind()) {}

    EndpointParts read() {
        fields_.erase(fields_.begin()); // the kind
        drop_empty();
        check_keys();
        place_the_rest();
        EndpointParts parts;
        parts.kind = kind_.kind;
        for (const EndpointField& field : fields_) {
            const std::string wrong = endpoint_key(kind_.kind, field.key)->read(field.value, parts);
            if (!wrong.empty()) {
                fail(field.value_column, wrong);
            }
        }
        if (kind_.kind == Endpoint::Kind::systemd && fields_.empty()) {
            fail(text_.size() + 1, "systemd needs a name or an index: systemd:chat");
        }
        return parts;
    }

private:
    [[noreturn]] void fail(std::size_t column, std::string_view what_is_wrong) const {
        throw EndpointError(text_, column, what_is_wrong);
    }

    const BuiltInKind& find_kind() const {
        const std::string& word = fields_.front().value;
        if (const BuiltInKind* kind = find_built_in_kind(word)) {
            return *kind;
        }
        fail(1, detail::no_such_name("endpoint kind", word, built_in_kind_names()));
    }

    // `stdio:` and `unixgram::mode=600` say nothing behind the first colon.
    void drop_empty() {
        if (kind_.needed == 0 && !fields_.empty() && fields_[0].key.empty() &&
            fields_[0].value.empty() && (fields_.size() == 1 || !fields_[1].key.empty())) {
            fields_.erase(fields_.begin());
        }
    }

    void check_keys() {
        for (auto field = fields_.begin(); field != fields_.end(); ++field) {
            if (field->key.empty()) {
                continue;
            }
            if (field->key == "interface") { // what a host is called where it is listened on
                field->key = "host";
            }
            if (endpoint_key(kind_.kind, field->key) == nullptr) {
                unknown_key(*field);
            }
            if (std::any_of(fields_.begin(), field,
                            [&](const EndpointField& other) { return other.key == field->key; })) {
                fail(field->column, fmt::format("{} is given twice", field->key));
            }
        }
    }

    [[noreturn]] void unknown_key(const EndpointField& field) const {
        // unix:/x=y reads as a key; say what the writer meant.
        if (endpoint_key(kind_.kind, "path") != nullptr && &field == &fields_.front()) {
            fail(field.value_column - 1, "an = in a path is written \\= or [...]");
        }
        std::vector<std::string_view> names;
        for (const EndpointKey& key : endpoint_keys()) {
            if (key.goes_with(kind_.kind)) {
                names.push_back(key.name);
                if (key.name == "host") {
                    names.emplace_back("interface");
                }
            }
        }
        fail(field.column, names.empty() ? fmt::format("{} takes no keys", kind_.name)
                                         : detail::no_such_name("key", field.key, names));
    }

    // The places that no key stands for are filled from the last, wherever the values stand:
    // tcp:host=h:80 is tcp:80:host=h.
    void place_the_rest() {
        std::vector<EndpointField*> unnamed;
        for (EndpointField& field : fields_) {
            if (field.key.empty()) {
                unnamed.push_back(&field);
            }
        }
        const auto places = kind_.places();
        if (unnamed.size() > places.size()) {
            const EndpointField& extra = *unnamed[places.size()];
            fail(extra.column, fmt::format("\"{}\" is one argument too many", extra.value));
        }
        for (std::size_t place = places.size(); place-- > 0;) {
            const auto by_key =
                std::find_if(fields_.begin(), fields_.end(), [&](const EndpointField& field) {
                    return field.key == places[place];
                });
            if (by_key != fields_.end()) {
                if (unnamed.size() > place) { // one for each of those before it, and one too many
                    fail(by_key->column, fmt::format("{} is given twice", places[place]));
                }
            } else if (!unnamed.empty()) {
                unnamed.back()->key = places[place];
                unnamed.pop_back();
            } else if (place >= places.size() - kind_.needed) {
                fail(text_.size() + 1, fmt::format("{} needs a{} {}: {}", kind_.name,
                                                   places[place].front() == 'i' ? "n" : "",
                                                   places[place], kind_.example));
            }
        }
    }

    std::string_view text_;
    std::vector<EndpointField> fields_;
    const BuiltInKind& kind_;
};

/// Null unless it begins with a word that could be a kind and is none of ours.
std::optional<EndpointParts> read_registered(std::string_view text) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string_view word = text.substr(0, colon);
    if (!is_kind_name(word) || find_built_in_kind(word) != nullptr) {
        return std::nullopt;
    }
    EndpointParts parts;
    parts.kind = Endpoint::Kind::registered;
    parts.kind_name = word;
    parts.rest = text.substr(std::min(colon + 1, text.size()));
    return parts;
}

} // namespace

EndpointParts read_endpoint(std::string_view text) {
    const auto registered = read_registered(text);
    return registered ? *registered : EndpointReader(text).read();
}

} // namespace hawser
