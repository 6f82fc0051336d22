// SPDX-License-Identifier: MIT
#include "ares_resolver.h"

#include "loop.h"
#include "socket_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <sys/time.h>

namespace hawser::detail {

namespace {

class AresCategory final : public std::error_category {
public:
    [[nodiscard]] const char* name() const noexcept override { return "c-ares"; }
    [[nodiscard]] std::string message(int code) const override { return ares_strerror(code); }
};

std::error_code ares_error(int status) noexcept {
    static const AresCategory category;
    switch (status) {
    case ARES_ENODATA:
    case ARES_ENOTFOUND: return Errc::host_not_found;
    case ARES_ETIMEOUT: return Errc::timed_out;
    case ARES_ECANCELLED:
    case ARES_EDESTRUCTION: return Errc::canceled;
    default: return {status, category};
    }
}

void ares_check(int status, const std::string& subject) {
    if (status != ARES_SUCCESS) {
        throw Error(ares_error(status), subject);
    }
}

/// RFC 6761, 6.3: these never leave the machine.
bool is_localhost(std::string_view host) noexcept {
    if (host.ends_with('.')) {
        host.remove_suffix(1);
    }
    std::string name(host);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return name == "localhost" || name.ends_with(".localhost");
}

} // namespace

AresResolver::AresResolver(Loop& loop, const std::string& servers) : loop_(loop) {
    // Once for the process, before its first channel; there is nothing to undo at the end.
    static const int initialized = ares_library_init(ARES_LIB_INIT_ALL);
    ares_check(initialized, "cannot look up names");
    ares_options options{};
    options.sock_state_cb_data = this;
    options.sock_state_cb = [](void* self, ares_socket_t socket, int reading, int writing) {
        static_cast<AresResolver*>(self)->watch(socket, reading != 0, writing != 0);
    };
    ares_check(ares_init_options(&channel_, &options, ARES_OPT_SOCK_STATE_CB),
               "cannot look up names");
    if (!servers.empty()) {
        const int status = ares_set_servers_ports_csv(channel_, servers.c_str());
        if (status != ARES_SUCCESS) {
            ares_destroy(channel_);
            throw Error(ares_error(status), "cannot use the name servers " + servers);
        }
    }
}

AresResolver::~AresResolver() {
    ares_destroy(channel_); // answers what is left with ARES_EDESTRUCTION
    for (Query& query : std::exchange(answered_, {})) {
        query.promise.on_cancel(nullptr);
        query.promise.fail(ares_error(query.status), "cannot look up " + query.host);
    }
}

Deferred<std::vector<Address>> AresResolver::resolve(std::string_view host) {
    const std::string subject = fmt::format("cannot look up {}", host);
    if (!is_host_name(host)) {
        return Deferred<std::vector<Address>>::fail(Errc::bad_host, subject);
    }
    if (is_localhost(host)) {
        return Deferred<std::vector<Address>>::succeed(
            std::vector{*Address::from_ip("127.0.0.1", 0), *Address::from_ip("::1", 0)});
    }
    Query& query = asked_.emplace_back(Query{*this, std::string(host), {}, ARES_SUCCESS, {}});
    Deferred<std::vector<Address>> result = query.promise.deferred();
    query.promise.on_cancel([this] { given_up(); });
    work([&] {
        ares_addrinfo_hints hints{};
        hints.ai_family = AF_UNSPEC;
        hints.ai_socktype = SOCK_STREAM; // each address once
        ares_getaddrinfo(channel_, query.host.c_str(), nullptr, &hints, &AresResolver::answered,
                         &query);
    });
    return result;
}

void AresResolver::answered(void* data, int status, int, ares_addrinfo* result) noexcept {
    auto& query = *static_cast<Query*>(data);
    query.status = status;
    if (result != nullptr) {
        for (const ares_addrinfo_node* node = result->nodes; node != nullptr;
             node = node->ai_next) {
            const Address address = SocketAddress(node->ai_addr, node->ai_addrlen).address();
            if (auto without_port = Address::from_ip(address.ip(), 0)) {
                query.addresses.push_back(*without_port);
            }
        }
        ares_freeaddrinfo(result);
    }
    Queries& asked = query.resolver.asked_;
    const auto place = std::find_if(asked.begin(), asked.end(),
                                    [&](const Query& each) { return &each == &query; });
    query.resolver.answered_.splice(query.resolver.answered_.end(), asked, place);
}

void AresResolver::watch(ares_socket_t socket, bool reading, bool writing) noexcept {
    if (!reading && !writing) {
        polls_.erase(socket); // c-ares closes it
        return;
    }
    guarded("watching a name server", [&] {
        UvOwned<uv_poll_t>& poll = polls_[socket];
        if (!poll) {
            poll = make_handle<uv_poll_t>(this, "cannot watch a name server", loop_.uv(),
                                          uv_poll_init, socket);
            loop_.armed();
        }
        uv_check(
            uv_poll_start(poll.get(), (reading ? UV_READABLE : 0) | (writing ? UV_WRITABLE : 0),
                          [](uv_poll_t* handle, int status, int events) {
                              auto* self = static_cast<AresResolver*>(handle->data);
                              uv_os_fd_t fd = -1;
                              uv_fileno(reinterpret_cast<uv_handle_t*>(handle), &fd);
                              const auto ready = [&](int event) { // an error: both will say
                                  return status < 0 || (events & event) != 0 ? fd : ARES_SOCKET_BAD;
                              };
                              self->work([&] {
                                  ares_process_fd(self->channel_, ready(UV_READABLE),
                                                  ready(UV_WRITABLE));
                              });
                          }),
            "cannot watch a name server");
    });
}

template <class Work>
void AresResolver::work(Work call) {
    call();
    arm_timer();
    // Each may drop others of them, or us.
    Queries told = std::exchange(answered_, {});
    for (Query& query : told) {
        query.promise.on_cancel(nullptr);
    }
    for (Query& query : told) {
        const std::error_code error = query.status != ARES_SUCCESS ? ares_error(query.status)
                                      : query.addresses.empty()
                                          ? make_error_code(Errc::host_not_found)
                                          : std::error_code();
        guarded("a callback of a look-up", [&] {
            if (error) {
                query.promise.fail(error, "cannot look up " + query.host);
            } else {
                query.promise.resolve(std::move(query.addresses));
            }
        });
    }
}

void AresResolver::arm_timer() {
    timeval wait{};
    if (ares_timeout(channel_, nullptr, &wait) == nullptr) {
        timer_ = {};
        return;
    }
    const auto delay = std::chrono::seconds(wait.tv_sec) + std::chrono::microseconds(wait.tv_usec);
    timer_ = loop_.timers().add(delay, [this] {
        work([this] { ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD); });
    });
}

// c-ares cannot cancel one query, so those that nobody waits for go on; all of them end when
// there is no other.
void AresResolver::given_up() {
    const bool wanted = std::any_of(asked_.begin(), asked_.end(),
                                    [](const Query& query) { return query.promise.wanted(); });
    if (!wanted) {
        tidy_ = loop_.timers().add(std::chrono::nanoseconds::zero(), [this] {
            const bool wanted_again =
                std::any_of(asked_.begin(), asked_.end(),
                            [](const Query& query) { return query.promise.wanted(); });
            if (!wanted_again) {
                work([this] { ares_cancel(channel_); });
            }
        });
    }
}

} // namespace hawser::detail
