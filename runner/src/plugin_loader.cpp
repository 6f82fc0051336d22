// SPDX-License-Identifier: MIT
#include "plugin_loader.h"

#include "common_options.h"
#include "exit_code.h"

#include <fmt/format.h>

#include <dlfcn.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <string_view>

namespace hawser::runner {

namespace {

// Reported as it stands: what is wrong, without the file that is named before.
struct Unusable {
    std::string text;
};

// What dlopen() and dlsym() say, without the path that they mostly begin with.
std::string linker_error(const std::string& module) {
    const char* const said = dlerror();
    const std::string text = said != nullptr ? said : "unknown error";
    const std::string prefix = module + ": ";
    return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

const Plugin* descriptor_in(const std::string& module) {
    void* const handle = dlopen(module.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
        throw Unusable{linker_error(module)};
    }
    void* const symbol = dlsym(handle, "hawser_plugin");
    if (symbol == nullptr) {
        throw Unusable{"no plug-in, there is no hawser_plugin in it"};
    }
    try {
        return reinterpret_cast<decltype(&hawser_plugin)>(symbol)();
    } catch (...) {
        throw Unusable{"its hawser_plugin() threw: " + message_of(std::current_exception())};
    }
}

void check_abi(std::uint32_t abi) {
    if (abi != plugin_abi) {
        throw Unusable{fmt::format("built for plug-in ABI {}, this is {}", abi, plugin_abi)};
    }
}

bool is_ours(std::string_view option) noexcept {
    const auto has_it = [&](std::span<const PluginOption> ours) {
        return std::any_of(ours.begin(), ours.end(),
                           [&](const PluginOption& each) { return each.name == option; });
    };
    return has_it(service_options()) || has_it(process_options()) || has_it(command_options());
}

const Plugin& checked(const Plugin* plugin, std::string_view name) {
    if (plugin == nullptr) {
        throw Unusable{"its hawser_plugin() gave null"};
    }
    check_abi(plugin->abi); // of another one's rest nothing can be said
    if (plugin->name == nullptr || plugin->name != name) {
        throw Unusable{
            fmt::format("it calls itself \"{}\"", plugin->name != nullptr ? plugin->name : "")};
    }
    if (plugin->make_service == nullptr) {
        throw Unusable{"it makes no service"};
    }
    for (const PluginOption& option : plugin->options) {
        if (is_ours(option.name)) {
            throw Unusable{fmt::format("its option --{} is one of hawser itself", option.name)};
        }
    }
    return *plugin;
}

} // namespace

const Plugin& load_plugin(const Manifest& manifest) {
    try {
        check_abi(manifest.abi);
        return checked(descriptor_in(manifest.module), manifest.name);
    } catch (const Unusable& unusable) {
        throw Failure(ExitCode::software,
                      fmt::format("cannot load plug-in {}, {}: {}", manifest.name, manifest.module,
                                  unusable.text));
    }
}

} // namespace hawser::runner
