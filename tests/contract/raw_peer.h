// SPDX-License-Identifier: MIT
/// \file
/// RawPeer, the other end of a connection: a plain descriptor, read and written by the test.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/bytes.h>

#include <string>

namespace contract {

/// An open descriptor, closed with its owner.
class Fd {
public:
    explicit Fd(int fd = -1) noexcept : fd_(fd) {}
    Fd(Fd&& other) noexcept;
    Fd& operator=(Fd&& other) noexcept;
    ~Fd();
    [[nodiscard]] int get() const noexcept { return fd_; }
    [[nodiscard]] bool open() const noexcept { return fd_ >= 0; }

private:
    int fd_;
};

/// A directory that goes with its owner.
class TemporaryDirectory {
public:
    TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// In it, where a socket may be.
    [[nodiscard]] std::string socket_path() const { return path_ + "/socket"; }

private:
    std::string path_;
};

/// A listening socket that only waits to be connected to.
class RawListener {
public:
    /// At \p where: an IP address with port 0, or a path.
    explicit RawListener(const hawser::Address& where);
    [[nodiscard]] const hawser::Address& address() const noexcept { return address_; }
    [[nodiscard]] Fd accept(); ///< Not open when nobody has connected yet.

private:
    Fd fd_;
    hawser::Address address_;
};

/// Everything waits for pump(), which never blocks.
class RawPeer {
public:
    RawPeer() = default;
    explicit RawPeer(Fd fd);
    static RawPeer connect(const hawser::Address& to);

    void send(hawser::Bytes data) { to_send_ += data; }
    void end() { ending_ = true; } ///< Of our direction, behind what we send.
    /// Closes without reading what lies there: a reset, if anything does.
    void vanish();
    void take(bool everything) { taking_ = everything; }

    /// Sends and takes what is possible now.
    void pump();

    [[nodiscard]] bool open() const noexcept { return fd_.open(); }
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }
    [[nodiscard]] const std::string& seen() const noexcept { return seen_; }
    [[nodiscard]] bool saw_end() const noexcept { return saw_end_; }
    [[nodiscard]] bool saw_reset() const noexcept { return saw_reset_; }

private:
    Fd fd_;
    std::string to_send_;
    std::string seen_;
    bool ending_ = false;
    bool taking_ = true;
    bool saw_end_ = false;
    bool saw_reset_ = false;
};

} // namespace contract
