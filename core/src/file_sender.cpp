// SPDX-License-Identifier: MIT
#include <hawser/core/file_sender.h>

#include <hawser/core/error.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace hawser {

namespace {

constexpr std::size_t chunk_size = 16 * 1024;
constexpr std::uint64_t most_at_once = 1024 * 1024; // without copies: so that others get their turn

/// Owns itself until it has brought its result, or was given up.
class FileSender final : public Producer {
public:
    FileSender(Consumer& consumer, Descriptor file, std::uint64_t offset, std::uint64_t length)
        : consumer_(consumer), file_(std::move(file)), offset_(offset), length_(length) {}

    Deferred<std::uint64_t> start() {
        Deferred<std::uint64_t> result = promise_.deferred();
        consumer_.register_producer(*this, false);
        if (!result.settled()) { // else the consumer has ended already, and we are gone
            promise_.on_cancel([this] {
                consumer_.unregister_producer();
                delete this;
            });
        }
        return result;
    }

private:
    void pause_producing() override {} // nobody pauses who is asked for each piece
    void resume_producing() override;
    void stop_producing() override { fail(std::make_error_code(std::errc::broken_pipe)); }

    [[nodiscard]] std::uint64_t left() const noexcept { return length_ - sent_; }
    void read_and_write();
    void succeed();
    void fail(std::error_code error);

    Consumer& consumer_;
    Descriptor file_;
    std::uint64_t offset_;
    std::uint64_t length_;
    std::uint64_t sent_ = 0;
    Promise<std::uint64_t> promise_;
};

void FileSender::resume_producing() {
    if (left() > 0) {
        const auto most = static_cast<std::size_t>(std::min(left(), most_at_once));
        const auto taken = consumer_.write_file(file_.get(), offset_ + sent_, most);
        if (!taken) {
            read_and_write();
            return;
        }
        sent_ += *taken;
    }
    if (left() == 0) {
        succeed();
    }
}

void FileSender::read_and_write() {
    std::array<char, chunk_size> chunk;
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(left(), chunk.size()));
    const ssize_t count =
        ::pread(file_.get(), chunk.data(), most, static_cast<off_t>(offset_ + sent_));
    if (count < 0) {
        consumer_.unregister_producer();
        fail({errno, std::system_category()});
    } else if (count == 0) { // it has become shorter
        consumer_.unregister_producer();
        fail(std::make_error_code(std::errc::io_error));
    } else {
        sent_ += static_cast<std::uint64_t>(count);
        consumer_.write(Bytes(chunk.data(), static_cast<std::size_t>(count)));
    }
}

void FileSender::succeed() {
    Promise<std::uint64_t> promise = std::move(promise_);
    const std::uint64_t sent = sent_;
    promise.on_cancel(nullptr);
    consumer_.unregister_producer();
    delete this;
    promise.resolve(sent);
}

void FileSender::fail(std::error_code error) {
    Promise<std::uint64_t> promise = std::move(promise_);
    promise.on_cancel(nullptr);
    delete this;
    promise.fail(error, "cannot send a file");
}

} // namespace

Deferred<std::uint64_t> send_file(Consumer& consumer, Descriptor file, FileRange range) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) {
        throw Error({errno, std::system_category()}, "cannot send a file");
    }
    if (!S_ISREG(status.st_mode)) {
        throw Error(std::make_error_code(std::errc::invalid_argument),
                    "cannot send what is no regular file");
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    const std::uint64_t offset = std::min(range.offset, size);
    auto sender = std::make_unique<FileSender>(consumer, std::move(file), offset,
                                               std::min(range.length, size - offset));
    FileSender* const started = sender.release();
    try {
        return started->start();
    } catch (...) {
        delete started; // it has a producer: nobody else knows of this one
        throw;
    }
}

} // namespace hawser
