// SPDX-License-Identifier: MIT
/// \file
/// SignalDisposition, what the program itself does with a signal, kept while we watch it.
#pragma once

namespace hawser::detail {

/// Remembers the program's disposition when the first is made for a signal, and puts it back with
/// the last; libuv alone would leave the default. Make it before libuv watches the signal, and
/// destroy it after.
class SignalDisposition {
public:
    explicit SignalDisposition(int number) noexcept;
    SignalDisposition(const SignalDisposition&) = delete;
    SignalDisposition& operator=(const SignalDisposition&) = delete;
    ~SignalDisposition();

private:
    int number_;
};

} // namespace hawser::detail
