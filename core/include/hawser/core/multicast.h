// SPDX-License-Identifier: MIT
/// \file
/// Multicast, the groups that a UDP socket hears.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/export.h>

#include <string_view>

namespace hawser {

/// Part of a DatagramTransport: IPv4 and IPv6, as RFC 3678 has it. A socket hears the groups that
/// it has joined, and no others that the machine has.
///
/// The port of a group's or a source's address does not matter. An interface is given by name, as
/// `ip link` shows it; none: the kernel chooses by its routes. Everything throws Error:
/// `cannot join 239.1.1.1 on eth7: no such device`.
///
/// Several sockets can listen on one port, each with its groups: bind with
/// `reuseaddr=yes`.
class HAWSER_API Multicast {
public:
    virtual ~Multicast();

    virtual void join_group(const Address& group, std::string_view interface = {}) = 0;
    virtual void leave_group(const Address& group, std::string_view interface = {}) = 0;

    /// Of what is sent to \p group, only what \p source sends. Several may be joined.
    virtual void join_source_group(const Address& group, const Address& source,
                                   std::string_view interface = {}) = 0;
    virtual void leave_source_group(const Address& group, const Address& source,
                                    std::string_view interface = {}) = 0;

    /// Whether what is sent to a group is heard on this machine too; it is unless set.
    virtual void set_loopback(bool heard) = 0;

    /// Where datagrams to groups leave.
    virtual void set_interface(std::string_view interface) = 0;

    /// How many routers a datagram to a group may pass: 1 unless set, up to 255; 0: none leaves
    /// the machine.
    virtual void set_ttl(int hops) = 0;
};

} // namespace hawser
