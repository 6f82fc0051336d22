// SPDX-License-Identifier: MIT
/// \file
/// ThreadedConnection, where the loop and a handler's thread meet.
#pragma once

#include "posts.h"

#include <hawser/core/address.h>
#include <hawser/core/transport.h>
#include <hawser/reactor/threaded.h>

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace hawser::detail {

/// Both ways are bounded: reading is paused above the input mark, the handler waits above the
/// output mark.
class ThreadedConnection : public std::enable_shared_from_this<ThreadedConnection> {
public:
    ThreadedConnection(std::shared_ptr<Posts> posts, Transport& transport,
                       const ThreadedOptions& options);

    // The loop's side.
    void received(Bytes data);
    void input_ended() noexcept;
    void set_blocked(bool blocked) noexcept; // the transport's queue is above its mark
    void lost(std::error_code reason) noexcept;

    // The handler's side: see BlockingStream.
    std::string read_some(std::size_t most);
    std::string read_exactly(std::size_t count);
    std::optional<std::string> read_until(std::string_view delimiter, std::size_t limit);
    void write(Bytes data);
    void end(std::error_code abort_with = {}); // no error: in good order
    void handler_threw(const std::exception_ptr& error);
    void set_timeout(std::optional<std::chrono::milliseconds> timeout);
    [[nodiscard]] const Address& peer() const noexcept { return peer_; }
    [[nodiscard]] const Address& host() const noexcept { return host_; }

private:
    using Lock = std::unique_lock<std::mutex>;
    using Deadline = std::optional<std::chrono::steady_clock::time_point>; // null: none

    [[nodiscard]] std::size_t unread() const noexcept { return input_.size() - taken_; }
    [[nodiscard]] bool input_over() const noexcept { return input_ended_ || lost_; }
    template <class Ready>
    void wait(Lock& lock, const Deadline& until, std::string_view doing, Ready ready);
    bool wait_for_input(Lock& lock, const Deadline& until, std::size_t count);
    [[nodiscard]] Deadline deadline() const;
    std::string take(std::size_t count, std::size_t drop = 0);
    void ask_for_more();
    void post_output();
    [[noreturn]] void fail(std::error_code error, std::string_view doing);

    void resume(); // on the loop
    void flush();

    const std::shared_ptr<Posts> posts_;
    const Address peer_;
    const Address host_;
    const std::size_t input_mark_;
    const std::size_t output_mark_;
    Transport* transport_; // the loop's alone; null: gone
    std::string sending_;  // the loop's alone

    std::mutex mutex_; // guards what follows
    std::condition_variable news_;
    std::optional<std::chrono::milliseconds> timeout_;
    std::string input_;
    std::size_t taken_ = 0;      // of input_: read by the handler
    std::size_t wanted_ = 0;     // what the handler waits for, if that is more than the mark
    bool paused_ = false;        // the transport's reading
    bool resume_posted_ = false; // and not yet run
    bool input_ended_ = false;   // by the peer
    bool lost_ = false;          // the connection
    bool ended_ = false;         // by end()
    std::error_code reason_;     // why it was lost
    std::error_code abort_with_; // none: end() in good order
    std::error_code thrown_;     // by us, last
    std::string output_;         // written, and not yet the transport's
    bool output_posted_ = false; // flush() is to come
    bool blocked_ = false;
};

} // namespace hawser::detail
