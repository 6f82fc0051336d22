// SPDX-License-Identifier: MIT
/// \file
/// WorkerSockets, the listening sockets that worker processes inherit.
#pragma once

#include "descriptor.h"
#include "unix_socket_file.h"

#include <hawser/core/endpoint.h>

#include <cstddef>
#include <vector>

namespace hawser::detail {

class WorkerSockets {
public:
    /// Throws Error naming the endpoint.
    WorkerSockets(const std::vector<Endpoint>& endpoints, std::size_t workers);

    /// In the child: lets go what belongs to the others.
    void keep_only(std::size_t worker) noexcept;

    /// In the parent, when all are to end: nobody is let in any more.
    void close() noexcept { places_.clear(); }

    /// What is listened on, without `haproxy:`.
    [[nodiscard]] const Endpoint& endpoint(std::size_t index) const {
        return places_.at(index).endpoint;
    }
    /// How many times `haproxy:` stands before it.
    [[nodiscard]] std::size_t proxies(std::size_t index) const { return places_.at(index).proxies; }
    /// Whether each worker has a socket of its own, not one for all.
    [[nodiscard]] bool one_each(std::size_t index) const { return places_.at(index).one_each; }
    [[nodiscard]] Descriptor take(std::size_t index, std::size_t worker);

private:
    struct Place {
        Endpoint endpoint;
        std::size_t proxies;
        std::vector<Descriptor> sockets; // of each worker, or one for all
        UnixSocketFile file;             // the parent's
        bool one_each = false;
    };
    std::vector<Place> places_;
};

} // namespace hawser::detail
