// SPDX-License-Identifier: MIT
/// \file
/// Producer, where bytes come from and can be held back; Consumer, where they go.
#pragma once

#include <hawser/core/bytes.h>
#include <hawser/core/export.h>

namespace hawser {

/// A source of bytes that its consumer can hold back. A transport's reading side is one, so a
/// proxy is two registrations: each side's transport is the other side's producer.
class HAWSER_API Producer {
public:
    virtual ~Producer();

    /// Stop giving bytes until resume_producing(). A consumer calls it from inside write(),
    /// because it must take effect now: it may do nothing but take note.
    virtual void pause_producing() = 0;

    /// Give bytes again; of a pull producer, give some once. A consumer calls it from the loop.
    virtual void resume_producing() = 0;

    /// The consumer is gone: give no bytes any more.
    virtual void stop_producing() = 0;
};

/// A sink for bytes that tells its producer when to hold back.
class HAWSER_API Consumer {
public:
    virtual ~Consumer();

    /// Makes \p producer the one told to pause while the queue is above the high mark and to
    /// resume when it is at the low mark. A push producer (\p streaming) gives bytes by itself
    /// until paused; a pull producer gives some each time resume_producing() is called, which is
    /// as soon as it is registered and then each time the queue is empty.
    ///
    /// One producer at a time: registering a second is a std::logic_error. A producer registered
    /// with a consumer that has ended is told stop_producing(), from the loop where there is one.
    /// \p producer must live until unregister_producer() or its stop_producing().
    virtual void register_producer(Producer& producer, bool streaming) = 0;

    /// The producer has given its last byte. Does nothing when none is registered.
    virtual void unregister_producer() = 0;

    virtual void write(Bytes data) = 0; ///< Copies \p data and queues it.
};

} // namespace hawser
