// SPDX-License-Identifier: MIT
#include "exit_code.h"

namespace hawser::runner {

namespace {

ExitCode exit_code_of(std::error_code code) noexcept {
    if (code == Errc::bad_endpoint || code == Errc::bad_address || code == Errc::bad_host ||
        code == Errc::wrong_kind) {
        return ExitCode::usage;
    }
    if (code == Errc::host_not_found) {
        return ExitCode::no_host;
    }
    if (code == std::errc::address_in_use || code == std::errc::address_not_available) {
        return ExitCode::unavailable;
    }
    if (code == std::errc::permission_denied || code == std::errc::operation_not_permitted) {
        return ExitCode::no_permission;
    }
    return code.category() == std::system_category() || code.category() == std::generic_category()
               ? ExitCode::os_error
               : ExitCode::software;
}

} // namespace

Failure::Failure(ExitCode exit_code, std::string_view text)
    : Error(Whole{}, std::make_error_code(std::errc::invalid_argument), text),
      exit_code_(exit_code) {}

Failure::Failure(ExitCode exit_code, std::error_code code, std::string_view subject)
    : Error(code, subject), exit_code_(exit_code) {}

Failure::~Failure() = default;

ExitCode exit_code_of(const std::exception_ptr& error) noexcept {
    try {
        std::rethrow_exception(error);
    } catch (const Failure& failure) {
        return failure.exit_code();
    } catch (const std::system_error& exception) {
        return exit_code_of(exception.code());
    } catch (...) {
        return ExitCode::software;
    }
}

} // namespace hawser::runner
