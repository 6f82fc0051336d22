// SPDX-License-Identifier: MIT
#include "datagram_socket.h"

#include "bound_socket.h"
#include "ip_options.h"
#include "loop.h"

#include <hawser/core/error.h>

#include <fmt/format.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace hawser::detail {

namespace {

constexpr int batches_in_a_turn = 4; // so that no socket starves the others

int int_option(int fd, int level, int name) noexcept {
    int value = 0;
    socklen_t size = sizeof(value);
    return getsockopt(fd, level, name, &value, &size) == 0 ? value : 0;
}

bool no_room(int error) noexcept {
    return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS;
}

} // namespace

class DatagramSocket::Port final : public Listener::Port {
public:
    Port(DatagramSocket& socket, Address address) : socket_(&socket), address_(std::move(address)) {
        socket.port_ = this;
    }
    ~Port() override { stop_listening(); }

    [[nodiscard]] const Address& address() const noexcept override { return address_; }
    [[nodiscard]] bool listening() const noexcept override { return socket_ != nullptr; }
    void stop_listening() noexcept override {
        if (socket_ != nullptr) {
            socket_->stop_listening();
        }
    }
    void socket_gone() noexcept { socket_ = nullptr; }

private:
    DatagramSocket* socket_; // null: has stopped
    Address address_;
};

Listener DatagramSocket::bind(Loop& loop, const Endpoint& endpoint,
                              std::unique_ptr<DatagramProtocol> protocol) {
    if (loop.ending()) {
        throw Error(Errc::not_running, "cannot bind " + to_string(endpoint));
    }
    UnixSocketFile file;
    Descriptor fd = bound_socket(endpoint, loop.activated(), file);

    // Not a unique_ptr: from uv_poll_init() on, only the close callback may free it.
    auto* socket = new DatagramSocket(loop, std::move(fd), std::move(file));
    const int watched = uv_poll_init(loop.uv(), &socket->poll_, socket->socket_.get());
    if (watched < 0) {
        delete socket;
        throw Error(uv_error(watched), "cannot bind " + to_string(endpoint));
    }
    socket->poll_.data = socket;
    loop.ports.push_back(*socket);
    loop.armed();
    auto port = std::make_unique<Port>(*socket, socket->host_);
    socket->open(std::move(protocol), socket->look_around(), peer_address(socket->socket_.get()));
    return Listener(std::move(port));
}

DatagramSocket::DatagramSocket(Loop& loop, Descriptor socket, UnixSocketFile file)
    : DatagramPort(loop.turn()), socket_(std::move(socket)), file_(std::move(file)),
      host_(local_address(socket_.get())),
      family_(int_option(socket_.get(), SOL_SOCKET, SO_DOMAIN)) {}

DatagramSocket::~DatagramSocket() {
    end_protocol();
}

Loop& DatagramSocket::loop() const noexcept {
    return *static_cast<Loop*>(poll_.loop->data);
}

DatagramPort::Reach DatagramSocket::look_around() const noexcept {
    const int protocol = int_option(socket_.get(), SOL_SOCKET, SO_PROTOCOL);
    Reach reach;
    reach.family = host_.family();
    reach.udp = host_.is_ip() && (protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE);
    reach.ipv4_too = family_ == AF_INET6 && ip_versions(socket_.get()).v4;
    reach.kernel = family_ == AF_NETLINK;
    return reach;
}

Address DatagramSocket::host() const {
    return socket_ ? local_address(socket_.get()) : host_;
}

void DatagramSocket::set_broadcast(bool allowed) {
    const int value = allowed ? 1 : 0;
    send_written();
    if (socket_ &&
        setsockopt(socket_.get(), SOL_SOCKET, SO_BROADCAST, &value, sizeof(value)) != 0) {
        throw Error(last_error(), "cannot set broadcasting");
    }
}

void DatagramSocket::set_ttl(int hops) {
    send_written();
    if (socket_) {
        set_ip_option(socket_.get(), IP_TTL, IPV6_UNICAST_HOPS, hops,
                      fmt::format("cannot set a TTL of {}", hops));
    }
}

Multicast& DatagramSocket::multicast() {
    if (!host_.is_ip()) {
        throw Error(std::make_error_code(std::errc::operation_not_supported),
                    "cannot use groups at " + to_string(host_));
    }
    return multicast_;
}

// Reading.

void DatagramSocket::on_poll(uv_poll_t* handle, int status, int) noexcept {
    auto* socket = static_cast<DatagramSocket*>(handle->data);
    if (socket->reading()) {
        socket->read();
    }
    // With an error libuv has stopped the watcher; recvmmsg() has told it.
    if (status < 0 && socket->reading() && !socket->read_again_.active()) {
        socket->watch(true);
    }
}

void DatagramSocket::read() noexcept {
    ReceiveBatch& batch = loop().receive_batch();
    for (int batches = 0; batches < batches_in_a_turn && reading(); ++batches) {
        const int count = batch.receive(socket_.get(), datagram_limit(), family_);
        if (count < 0) {
            failed_to_read(errno);
            return;
        }
        failing_ = false;
        deliver(batch, static_cast<std::size_t>(count));
        if (static_cast<std::size_t>(count) < batch.room()) {
            return;
        }
    }
}

void DatagramSocket::deliver(const ReceiveBatch& batch, std::size_t count) noexcept {
    reader_ = &batch;
    for (current_ = 0; current_ < count && listening(); ++current_) {
        const Address from = batch.from(current_).address();
        from_ = &from;
        received(batch.data(current_), from, batch.truncated(current_) ? Whole::no : Whole::yes);
    }
    from_ = nullptr;
    worked(); // sends what lies in the batch
    reader_ = nullptr;
}

void DatagramSocket::failed_to_read(int error) noexcept {
    if (error == EAGAIN || error == EWOULDBLOCK || error == EINTR) {
        return;
    }
    if (error == ECONNREFUSED) {
        refused();
        worked();
        return;
    }
    receive_error({error, std::system_category()});
    // One that stays would keep the processor busy.
    if (std::exchange(failing_, true) && listening()) {
        uv_poll_stop(&poll_);
        read_again_ = loop().timers().add(loop().options().accept_pause, [this] {
            if (reading()) {
                watch(true);
            }
        });
    }
    worked();
}

void DatagramSocket::watch(bool reading) noexcept {
    const int code = reading ? uv_poll_start(&poll_, UV_READABLE, &on_poll) : uv_poll_stop(&poll_);
    if (code < 0) {
        log(LogLevel::error, "reactor",
            "cannot watch a datagram socket: " + message_of(uv_error(code)));
        stop_listening();
    }
}

// Writing.

void DatagramSocket::send(Bytes data, const Address* to) {
    check_size(data, to);
    if (!batch_) {
        batch_ = std::make_unique<SendBatch>();
    }
    // What answers the datagram at hand is sent from where it lies, to where it came from: this
    // batch leaves before the next is read.
    const bool lent = reader_ != nullptr && reader_->contains(data);
    const bool alone = !lent && data.size() > SendBatch::copies_size;
    if (alone || !batch_->has_room(lent ? 0 : data.size())) {
        flush();
    }
    if (lent && to != nullptr && to == from_) {
        batch_->lend_all(data, reader_->from(current_));
        return;
    }
    SocketAddress raw;
    if (to != nullptr) {
        raw = SocketAddress(*to, family_);
    }
    const SocketAddress* name = to != nullptr ? &raw : nullptr;
    if (lent || alone) {
        batch_->lend(data, name);
    } else {
        batch_->add(data, name);
    }
    if (alone) {
        flush();
    }
}

// UDP's lengths are known; others have what fits into their buffer, less the kernel's own part.
void DatagramSocket::check_size(Bytes data, const Address* to) {
    constexpr std::size_t kernel_part = 32;
    if (family_ != AF_UNIX || data.size() <= longest_) {
        return;
    }
    const int buffer = int_option(socket_.get(), SOL_SOCKET, SO_SNDBUF); // may have been changed
    longest_ = static_cast<std::size_t>(buffer) - kernel_part;
    if (data.size() > longest_) {
        throw Error(std::make_error_code(std::errc::message_size),
                    fmt::format("cannot send {} bytes to {}", data.size(),
                                to_string(to != nullptr ? *to : peer())));
    }
}

void DatagramSocket::flush() noexcept {
    if (!batch_) {
        return;
    }
    const std::span<mmsghdr> messages = batch_->messages();
    bool told = false; // that an earlier one was refused, which says nothing of this one
    for (std::size_t done = 0; done < messages.size();) {
        const int count = ::sendmmsg(socket_.get(), &messages[done],
                                     static_cast<unsigned>(messages.size() - done), MSG_NOSIGNAL);
        if (count > 0) {
            done += static_cast<std::size_t>(count);
            told = false;
        } else if (errno == ECONNREFUSED && messages[done].msg_hdr.msg_name == nullptr && !told) {
            refuse();
            told = true;
        } else if (errno != EINTR) {
            const std::error_code error = last_error();
            no_room(errno) ? drop() : fail(batch_->to(done), error);
            ++done;
            told = false;
        }
    }
    batch_->clear();
}

void DatagramSocket::connect_medium(const Address& peer) {
    const SocketAddress raw(peer, family_);
    if (::connect(socket_.get(), raw.get(), raw.length) != 0) {
        throw Error(last_error(), "cannot connect to " + to_string(peer));
    }
}

void DatagramSocket::close() noexcept {
    if (port_ != nullptr) {
        std::exchange(port_, nullptr)->socket_gone();
    }
    read_again_.cancel();
    host_ = host();
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
        auto* socket = static_cast<DatagramSocket*>(handle->data);
        socket->closed();
        delete socket;
    });
    loop().armed();
    file_.remove();
    socket_.close(); // from here on the address is free
}

} // namespace hawser::detail
