// SPDX-License-Identifier: MIT
/// \file
/// RunningService, a ServiceSpec with what its plug-in made of it.
#pragma once

#include "metered.h"
#include "service_spec.h"

#include <hawser/core/log.h>
#include <hawser/core/network.h>
#include <hawser/core/service.h>
#include <hawser/runner/plugin.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace hawser::runner {

class RunningService final : public Service, private ServiceContext {
public:
    /// Asks \p plugin for its service, which listens by way of \p network, says where at
    /// \p announce, and counts its connections in \p figures, which outlives them. Throws what
    /// that throws, and Failure with ExitCode::software when the plug-in makes none.
    RunningService(const Plugin& plugin, ServiceSpec spec, Reactor& reactor, Network& network,
                   Figures& figures, LogLevel announce = LogLevel::info);
    ~RunningService() override;

    void privileged_start() override;
    void start() override;
    [[nodiscard]] Deferred<> stop() override;

    [[nodiscard]] const ServiceSpec& spec() const noexcept { return spec_; }
    /// How many of its connections there are; they may outlive a stop().
    [[nodiscard]] std::size_t connections() const noexcept;

private:
    [[nodiscard]] Reactor& reactor() override { return reactor_; }
    [[nodiscard]] const OptionValues& options() const override { return spec_.options; }
    [[nodiscard]] std::unique_ptr<Service> serve(std::shared_ptr<Factory> factory) override;

    ServiceSpec spec_;
    Reactor& reactor_;
    Network& network_;
    Figures& figures_;
    std::shared_ptr<ServiceFigures> counted_; // shared with all that count for it
    LogLevel announce_;
    // One for each endpoint, shared with its listener; none: it serves nothing.
    std::vector<std::shared_ptr<MeteredFactory>> served_;
    std::unique_ptr<Service> service_; // the last: it refers to the rest
};

} // namespace hawser::runner
