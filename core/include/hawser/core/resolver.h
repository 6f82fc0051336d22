// SPDX-License-Identifier: MIT
/// \file
/// Resolver, from a host name to its addresses.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/deferred.h>
#include <hawser/core/export.h>

#include <string_view>
#include <vector>

namespace hawser {

/// What Network::connect() asks for names; see Reactor::set_resolver().
class HAWSER_API Resolver {
public:
    virtual ~Resolver();

    /// The IP addresses of \p host, with port 0, in the order in which they are to be tried.
    /// Dropping the Deferred gives the look-up up. Fails with Errc::host_not_found where there
    /// are none, Errc::bad_host unless is_host_name().
    [[nodiscard]] virtual Deferred<std::vector<Address>> resolve(std::string_view host) = 0;
};

/// Whether \p text could be the name of a host: at most 253 bytes of labels, each of 1 to 63
/// letters, digits, hyphens and underscores with no hyphen at either end, the last one not a
/// number. One dot may follow. A name in other letters is written in its ASCII form, `xn--...`.
HAWSER_API bool is_host_name(std::string_view text) noexcept;

} // namespace hawser
