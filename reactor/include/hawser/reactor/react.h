// SPDX-License-Identifier: MIT
/// \file
/// react(), a program that is one Deferred or one coroutine.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/export.h>
#include <hawser/core/unique_function.h>
#include <hawser/reactor/reactor.h>

#include <exception>
#include <type_traits>
#include <utility>

namespace hawser {

/// Thrown inside what react() runs, to end the program with \p code.
class HAWSER_API ExitRequest final : public std::exception {
public:
    explicit ExitRequest(int code) noexcept : code_(code) {}
    ~ExitRequest() override;
    [[nodiscard]] const char* what() const noexcept override;
    [[nodiscard]] int code() const noexcept { return code_; }

private:
    int code_;
};

/// Makes a Reactor, runs \p main with it until what it returns, a Deferred<> or a Deferred<int>,
/// has its result, stops in good order, and returns the program's exit code:
///
///     int main() { return hawser::react(serve); }
///
/// | what \p main does | code |
/// | --- | --- |
/// | brings nothing, or an int | 0, or the int |
/// | fails with ExitRequest | its code |
/// | fails otherwise | 1, with a report |
/// | is canceled by SIGINT or SIGTERM | 128 and the signal: 130, 143 |
/// | is canceled by stop() | 0 |
///
/// A signal, or stop(), cancels \p main, before connections close: it may still say goodbye, for up
/// to ReactorOptions::drain_timeout or until a second signal, and what it brings counts.
template <class Main>
[[nodiscard]] int react(Main main, const ReactorOptions& options = {});

namespace detail {
[[nodiscard]] HAWSER_API int react(UniqueFunction<Deferred<int>(Reactor&)> main,
                                   const ReactorOptions& options);
} // namespace detail

template <class Main>
int react(Main main, const ReactorOptions& options) {
    if constexpr (std::is_same_v<std::invoke_result_t<Main&, Reactor&>, Deferred<int>>) {
        return detail::react(std::move(main), options);
    } else {
        return detail::react(
            [main = std::move(main)](Reactor& reactor) mutable {
                return main(reactor).then([] { return 0; });
            },
            options);
    }
}

} // namespace hawser
