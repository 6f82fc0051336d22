// SPDX-License-Identifier: MIT
/// \file
/// Producer, where bytes come from and can be held back; Consumer, where they go.
#pragma once

#include <hawser/core/bytes.h>
#include <hawser/core/export.h>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace hawser {

class Consumer;

/// A source of bytes that its consumer can hold back. A transport's reading side is one, so a
/// proxy is two registrations: each side's transport is the other side's producer.
class HAWSER_API Producer {
public:
    Producer() noexcept;
    Producer(const Producer&) = delete;
    Producer& operator=(const Producer&) = delete;
    virtual ~Producer(); ///< Unregisters where it still is registered.

    /// Stop giving bytes until resume_producing(). A consumer calls it from inside write(),
    /// because it must take effect now: it may do nothing but take note.
    virtual void pause_producing() = 0;

    /// Give bytes again; of a pull producer, give some once. A consumer calls it from the loop.
    virtual void resume_producing() = 0;

    /// The consumer is gone: give no bytes any more.
    virtual void stop_producing() = 0;

    /// True while it gives no bytes because this program holds it back, as a throttle does: an end
    /// that waits for its last byte then has no deadline. False unless overridden.
    [[nodiscard]] virtual bool held() const noexcept;

protected:
    /// The last byte was given: unregisters wherever it is registered.
    void leave_consumers() noexcept;

private:
    friend class Consumer;
    Consumer* consumers_ = nullptr; // where it is registered, linked by Consumer::next_
};

/// A sink for bytes that tells its producer when to hold back.
class HAWSER_API Consumer {
public:
    Consumer() noexcept;
    Consumer(const Consumer&) = delete;
    Consumer& operator=(const Consumer&) = delete;
    virtual ~Consumer();

    /// Makes \p producer the one told to pause while the queue is above the high mark and to
    /// resume when it is at the low mark. A push producer (\p streaming) gives bytes by itself
    /// until paused; a pull producer gives some each time resume_producing() is called, which is
    /// as soon as it is registered and then each time the queue is empty.
    ///
    /// One producer at a time: registering a second is a std::logic_error. A producer registered
    /// with a consumer that has ended is told stop_producing(), from the loop where there is one.
    /// A consumer that is asked to end first waits until its producer unregisters, which the
    /// producer's destructor does too.
    virtual void register_producer(Producer& producer, bool streaming) = 0;

    /// The producer has given its last byte. Does nothing when none is registered.
    virtual void unregister_producer() = 0;

    virtual void write(Bytes data) = 0; ///< Copies \p data and queues it.

    /// Takes of the \p count bytes at \p offset of \p file what it can now, without copies, and
    /// says how many; a pull producer is then asked again in time. Nothing, as by default: read
    /// them, and write() them.
    virtual std::optional<std::size_t> write_file(int file, std::uint64_t offset,
                                                  std::size_t count);

protected:
    /// For writing consumers. The producer that is registered; null: none. When it goes, it calls
    /// unregister_producer(), which must not call it.
    [[nodiscard]] Producer* producer() const noexcept { return producer_; }
    void set_producer(Producer* producer) noexcept;

private:
    friend class Producer;
    Producer* producer_ = nullptr;
    Consumer* next_ = nullptr; // of those with the same producer
};

} // namespace hawser
