// SPDX-License-Identifier: MIT
/// \file
/// Configuration, what a file says of a process and of all its services.
#pragma once

#include "process_options.h"
#include "service_spec.h"

#include <hawser/core/error.h>
#include <hawser/runner/option_values.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::runner {

class Plugins;

/// A value.
struct Configuration {
    ProcessOptions process{};
    std::vector<ServiceSpec> services{}; ///< In the order in which they start.
};

/// Something that is wrong in a file.
struct ConfigurationFault {
    std::size_t line = 1;   ///< From 1, as the column.
    std::size_t column = 1; ///< In code points.
    std::string text{};     ///< `hawser.toml:3:10: no key "lisen"; did you mean listen?`
    std::string picture{};  ///< Of an endpoint, see EndpointError::picture(); else empty.
};

/// All that is wrong in a file, in the order in which it stands there. What is said in one line is
/// the first, and how many more there are.
class ConfigurationError final : public Error {
public:
    /// Precondition: there is a fault.
    explicit ConfigurationError(std::vector<ConfigurationFault> faults);
    ~ConfigurationError() override;

    [[nodiscard]] const std::vector<ConfigurationFault>& faults() const noexcept { return faults_; }

private:
    std::vector<ConfigurationFault> faults_;
};

inline constexpr std::size_t configuration_size_limit = 1024 * 1024; ///< Bytes of a file.

/// The directories of `plugin-path` in \p text, the content of the file \p path. They are needed
/// before the rest is understood. Throws ConfigurationError.
[[nodiscard]] std::vector<std::string> plugin_path_in(std::string_view text,
                                                      const std::string& path);

/// Reads \p text (TOML 1.0), the content of the file \p path. Keys of the process, at the top, are
/// the process_options() without their dashes; each `[[service]]` has `name`, `plugin`, the
/// service_options(), and those of the plug-in in `[service.options]`.
///
/// What was set in \p given, the process options of a command line, wins. Each service that is
/// right so far is shown to \p try_service, and what that throws is its fault: an OptionError that
/// of the key, an EndpointError that of the endpoints. Throws ConfigurationError; for what is wrong
/// in \p given, what process_options_from() throws.
[[nodiscard]] Configuration
read_configuration(std::string_view text, const std::string& path, const Plugins& plugins,
                   const OptionValues& given,
                   const std::function<void(const ServiceSpec&)>& try_service);

} // namespace hawser::runner
