// SPDX-License-Identifier: MIT
#include <hawser/core/endpoint.h>

#include "endpoint_fields.h"
#include "printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace hawser {

namespace {

constexpr std::size_t longest_host = 253;      // RFC 1035, 2.3.4, without the final dot
constexpr std::size_t longest_unix_path = 107; // sun_path of unix(7), less its final zero

} // namespace

/// Reads the fields of one string into an Endpoint.
class EndpointReader {
public:
    explicit EndpointReader(std::string_view text) : text_(text), fields_(split_endpoint(text)) {}

    Endpoint read() {
        const EndpointField kind = fields_.front();
        fields_.erase(fields_.begin());
        if (kind.value == "tcp") {
            read_tcp();
        } else if (kind.value == "unix") {
            read_unix();
        } else {
            fail(kind.column,
                 fmt::format("no endpoint kind \"{}\": there are tcp and unix", kind.value));
        }
        return std::move(endpoint_);
    }

private:
    [[noreturn]] void fail(std::size_t column, std::string_view what_is_wrong) const {
        throw EndpointError(text_, column, what_is_wrong);
    }
    [[nodiscard]] std::size_t end_column() const noexcept { return text_.size() + 1; }

    // Positional arguments come first; keys may stand for them: tcp:host=h:port=80.
    void read_tcp() {
        endpoint_.kind_ = Endpoint::Kind::tcp;
        std::vector<EndpointField> positional = take_positional(2);
        const auto host_key = take({"host", "interface"});
        const auto port_key = take({"port"});
        if (positional.size() == 2 || (positional.size() == 1 && port_key)) {
            set_host(positional.front(), host_key);
            positional.erase(positional.begin());
        } else if (host_key) {
            check_host(*host_key);
            endpoint_.host_ = host_key->value;
        }
        if (!positional.empty() && port_key) {
            fail(port_key->column, "the port is given twice");
        }
        if (positional.empty() && !port_key) {
            fail(end_column(), "tcp needs a port: tcp:8000");
        }
        const EndpointField& port = port_key ? *port_key : positional.front();
        endpoint_.port_ =
            number<std::uint16_t>(port, 0, 65535, "a port is a number from 0 to 65535");
        read_common();
        finish("host, interface, port, timeout and backlog");
    }

    void read_unix() {
        endpoint_.kind_ = Endpoint::Kind::unix_stream;
        std::vector<EndpointField> positional = take_positional(1);
        const auto path_key = take({"path"});
        if (!positional.empty() && path_key) {
            fail(path_key->column, "the path is given twice");
        }
        if (positional.empty() && !path_key) {
            // unix:/x=y reads as a key; say what the writer meant.
            if (!fields_.empty() && !is_unix_key(fields_.front().key)) {
                fail(fields_.front().value_column - 1, "an = in a path is written \\= or [...]");
            }
            fail(end_column(), "unix needs a path: unix:/run/chat.sock");
        }
        const EndpointField& path = path_key ? *path_key : positional.front();
        if (path.value.empty() || path.value == "@") {
            fail(path.value_column, "the path is empty");
        }
        if (path.value.find('\0') != std::string::npos) {
            fail(path.value_column, "a path has no zero bytes");
        }
        if (path.value.size() > longest_unix_path) {
            fail(path.value_column, fmt::format("a Unix socket path has at most {} bytes, this "
                                                "one has {}",
                                                longest_unix_path, path.value.size()));
        }
        endpoint_.path_ = path.value;
        if (const auto mode = take({"mode"})) {
            endpoint_.mode_ =
                number<unsigned>(*mode, 0, 0777, "a mode is an octal number up to 777", 8);
        }
        read_common();
        finish("path, mode, timeout and backlog");
    }

    static bool is_unix_key(std::string_view key) noexcept {
        return key == "mode" || key == "timeout" || key == "backlog";
    }

    void read_common() {
        if (const auto timeout = take({"timeout"})) {
            endpoint_.timeout_ = std::chrono::seconds(number<std::uint32_t>(
                *timeout, 1, 86400, "a timeout is a number of seconds from 1 to 86400"));
        }
        if (const auto backlog = take({"backlog"})) {
            endpoint_.backlog_ =
                number<int>(*backlog, 1, 65535, "a backlog is a number from 1 to 65535");
        }
    }

    // Whatever is left was not asked for.
    void finish(std::string_view keys) const {
        for (const EndpointField& field : fields_) {
            fail(field.column, field.key.empty()
                                   ? fmt::format("\"{}\" is one argument too many", field.value)
                                   : fmt::format("no key \"{}\": there are {}", field.key, keys));
        }
    }

    // Wherever they stand: tcp:host=h:80 is tcp:80:host=h.
    std::vector<EndpointField> take_positional(std::size_t most) {
        std::vector<EndpointField> taken;
        for (auto field = fields_.begin(); field != fields_.end() && taken.size() < most;) {
            if (field->key.empty()) {
                taken.push_back(std::move(*field));
                field = fields_.erase(field);
            } else {
                ++field;
            }
        }
        return taken;
    }

    std::optional<EndpointField> take(std::initializer_list<std::string_view> keys) {
        std::optional<EndpointField> found;
        for (auto field = fields_.begin(); field != fields_.end();) {
            if (std::find(keys.begin(), keys.end(), field->key) == keys.end()) {
                ++field;
                continue;
            }
            if (found) {
                fail(field->column, fmt::format("{} is given twice", field->key));
            }
            found = std::move(*field);
            field = fields_.erase(field);
        }
        return found;
    }

    void set_host(const EndpointField& host, const std::optional<EndpointField>& key) {
        if (key) {
            fail(key->column, "the host is given twice");
        }
        check_host(host);
        endpoint_.host_ = host.value;
    }

    void check_host(const EndpointField& host) const {
        if (host.value.size() > longest_host) {
            fail(host.value_column, fmt::format("a host name has at most {} bytes, this one has {}",
                                                longest_host, host.value.size()));
        }
        if (host.value.find('\0') != std::string::npos) {
            fail(host.value_column, "a host name has no zero bytes");
        }
    }

    template <class Number>
    Number number(const EndpointField& field, Number least, Number most, std::string_view rule,
                  int base = 10) const {
        Number value{};
        const char* begin = field.value.data();
        const char* end = begin + field.value.size();
        const auto [stop, error] = std::from_chars(begin, end, value, base);
        if (begin == end || stop != end || error != std::errc() || value < least || value > most) {
            fail(field.value_column, rule);
        }
        return value;
    }

    std::string_view text_;
    std::vector<EndpointField> fields_; // not yet understood
    Endpoint endpoint_;
};

Endpoint::Endpoint(std::string_view text) : Endpoint(EndpointReader(text).read()) {}
Endpoint::Endpoint(const char* text) : Endpoint(std::string_view(text)) {}
Endpoint::Endpoint(const std::string& text) : Endpoint(std::string_view(text)) {}

Endpoint Endpoint::tcp(std::string_view host, std::uint16_t port) {
    return Endpoint(fmt::format("tcp:{}:{}", quote_endpoint_value(host), port));
}

Endpoint Endpoint::unix_path(std::string_view path) {
    return Endpoint(fmt::format("unix:{}", quote_endpoint_value(path)));
}

std::chrono::milliseconds Endpoint::timeout() const noexcept {
    return timeout_.value_or(default_timeout);
}

std::string to_string(const Endpoint& endpoint) {
    std::string text;
    if (endpoint.kind_ == Endpoint::Kind::tcp) {
        text = endpoint.host_.empty()
                   ? fmt::format("tcp:{}", endpoint.port_)
                   : fmt::format("tcp:{}:{}", quote_endpoint_value(endpoint.host_), endpoint.port_);
    } else {
        text = fmt::format("unix:{}", quote_endpoint_value(endpoint.path_));
    }
    if (endpoint.mode_) {
        text += fmt::format(":mode={:o}", *endpoint.mode_);
    }
    if (endpoint.timeout_) {
        text += fmt::format(
            ":timeout={}",
            std::chrono::duration_cast<std::chrono::seconds>(*endpoint.timeout_).count());
    }
    if (endpoint.backlog_) {
        text += fmt::format(":backlog={}", *endpoint.backlog_);
    }
    return text;
}

EndpointError::EndpointError(std::string_view text, std::size_t column,
                             std::string_view what_is_wrong)
    : Error(Whole{}, make_error_code(Errc::bad_endpoint),
            fmt::format("bad endpoint \"{}\", column {}: {}", printable_line(text), column,
                        what_is_wrong)),
      column_(column) {}

EndpointError::~EndpointError() = default;

} // namespace hawser
