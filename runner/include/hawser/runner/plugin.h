// SPDX-License-Identifier: MIT
/// \file
/// Plugin, what a shared module tells the `hawser` program so that it can be run by name.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/factory.h>
#include <hawser/core/service.h>
#include <hawser/reactor/reactor.h>
#include <hawser/runner/option_values.h>

#include <cstdint>
#include <memory>
#include <span>

namespace hawser {

/// Grows when a plug-in that was built before can no longer be used.
inline constexpr std::uint32_t plugin_abi = 1;

/// What a plug-in's service is made from; the program implements it. Valid for as long as the
/// service.
class HAWSER_API ServiceContext {
public:
    virtual ~ServiceContext();

    /// The one the service runs in; for connections of its own, timers, processes.
    [[nodiscard]] virtual Reactor& reactor() = 0;

    /// What the plug-in's options were set to.
    [[nodiscard]] virtual const OptionValues& options() const = 0;

    /// A service that listens on the endpoints that the operator named, with a protocol of
    /// \p factory for each connection, under the operator's limits. Call it once at most.
    [[nodiscard]] virtual std::unique_ptr<Service> serve(std::shared_ptr<Factory> factory) = 0;
};

/// A plug-in. Its texts live as long as the module, which is never unloaded.
struct Plugin {
    std::uint32_t abi = plugin_abi; ///< First, and read first: the rest is as it says.
    const char* name = "";          ///< As in the manifest, and as the operator types it.
    const char* version = "";
    const char* summary = ""; ///< One line for the help.
    std::span<const PluginOption> options{};
    /// Options that cannot be left out, as an example for the help: "--to tcp:example.org:80".
    const char* example = "";
    /// Makes what will run; opens nothing yet. What it throws is told to the operator: OptionError
    /// for an option that cannot be as it is.
    std::unique_ptr<Service> (*make_service)(ServiceContext& context) = nullptr;
    /// Called once for each reactor, before its endpoints are used: a plug-in may bring kinds of
    /// endpoint. Null: it brings none.
    void (*add_kinds)(Network& network) = nullptr;
};

} // namespace hawser

/// The one symbol that a plug-in defines; everything else in it is hidden.
extern "C" HAWSER_API const hawser::Plugin* hawser_plugin();
