// SPDX-License-Identifier: MIT
#include "figures.h"

#include <utility>

namespace hawser::runner {

Figures::Figures(Now now) : now_(std::move(now)), since_(now_()) {}

Figures::~Figures() = default;

std::shared_ptr<ServiceFigures> Figures::of(const std::string& name) {
    std::erase_if(services_, [](const auto& named) { return named.second.expired(); });
    std::weak_ptr<ServiceFigures>& known = services_[name];
    auto figures = known.lock();
    if (!figures) {
        figures = std::make_shared<ServiceFigures>(ServiceFigures{.name = name});
        known = figures;
    }
    return figures;
}

std::vector<std::shared_ptr<const ServiceFigures>> Figures::services() const {
    std::vector<std::shared_ptr<const ServiceFigures>> all;
    for (const auto& [name, known] : services_) {
        if (auto figures = known.lock()) {
            all.push_back(std::move(figures));
        }
    }
    return all;
}

const MeteredConnection* Figures::connection_from(std::uint64_t number) const noexcept {
    const auto found = connections_.lower_bound(number);
    return found != connections_.end() ? found->second : nullptr;
}

} // namespace hawser::runner
