// SPDX-License-Identifier: MIT
#include <hawser/protocols/daytime.h>

#include <hawser/core/transport.h>

#include <fmt/format.h>

namespace hawser {

Daytime::Daytime(Now now) noexcept : now_(now) {}

Daytime::~Daytime() = default;

void Daytime::connection_made() {
    using namespace std::chrono;
    const auto now = floor<seconds>(now_());
    const auto day = floor<days>(now);
    const year_month_day date(day);
    const hh_mm_ss time(now - day);
    transport().write(
        fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z\r\n", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    time.hours().count(), time.minutes().count(), time.seconds().count()));
    transport().lose_connection();
}

} // namespace hawser
