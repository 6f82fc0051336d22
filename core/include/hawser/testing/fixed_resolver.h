// SPDX-License-Identifier: MIT
/// \file
/// FixedResolver, names and their addresses as a test says.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/export.h>
#include <hawser/core/resolver.h>

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace hawser::testing {

/// Answers at once unless given a delay. A name that it was not told of is Errc::host_not_found.
class HAWSER_API FixedResolver final : public Resolver {
public:
    FixedResolver();
    ~FixedResolver() override;

    /// \p host has these IP addresses: `set("example.org", {"2001:db8::1", "192.0.2.1"})`.
    void set(std::string_view host, std::initializer_list<std::string_view> ips);
    void set(std::string_view host, std::vector<Address> addresses);
    /// Looking up \p host fails with \p error.
    void set_failure(std::string_view host, std::error_code error);
    /// From now on answers come \p delay later, by \p clock, which outlives this.
    void set_delay(Clock& clock, std::chrono::nanoseconds delay);

    [[nodiscard]] Deferred<std::vector<Address>> resolve(std::string_view host) override;

    /// The names it was asked for, in order.
    [[nodiscard]] const std::vector<std::string>& asked() const noexcept { return asked_; }
    /// How many wait for their answer: not those that were given up.
    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size(); }

private:
    struct Answer {
        std::vector<Address> addresses;
        std::error_code error;
    };
    struct Waiting {
        Promise<std::vector<Address>> promise;
        Timer timer;
    };

    [[nodiscard]] Answer answer(std::string_view host) const;
    static void bring(Promise<std::vector<Address>> promise, Answer answer, std::string_view host);

    std::map<std::string, Answer, std::less<>> answers_;
    std::vector<std::string> asked_;
    std::list<Waiting> waiting_;
    Clock* clock_ = nullptr; // null: at once
    std::chrono::nanoseconds delay_{};
};

} // namespace hawser::testing
