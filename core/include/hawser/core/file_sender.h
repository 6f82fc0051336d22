// SPDX-License-Identifier: MIT
/// \file
/// send_file(), a file as a producer.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/descriptor.h>
#include <hawser/core/export.h>
#include <hawser/core/producer.h>

#include <cstdint>
#include <limits>

namespace hawser {

/// Which part of a file.
struct FileRange {
    std::uint64_t offset = 0;
    std::uint64_t length = std::numeric_limits<std::uint64_t>::max(); ///< at most up to its end
};

/// Sends \p range of \p file, a regular file, as a pull producer of \p consumer: in pieces of
/// 16 KiB, each read when the one before has left; over a plain socket by sendfile(2), without
/// copies. How much there is to send is settled now; the file's own position does not matter.
///
/// The result is how many bytes were sent, once all have left \p consumer. It may be asked to end
/// at once: it waits for the last byte, see Transport::lose_connection(). The Deferred fails with
/// the system's error when reading fails, with std::errc::io_error when the file has become
/// shorter, and with std::errc::broken_pipe when \p consumer ends before. Dropping it stops the
/// sending, and what was sent already stays sent.
///
/// Throws Error when \p file is no regular file, and std::logic_error when \p consumer has a
/// producer. Reading may wait for a disk, and the loop with it.
[[nodiscard]] HAWSER_API Deferred<std::uint64_t> send_file(Consumer& consumer, Descriptor file,
                                                           FileRange range = {});

} // namespace hawser
