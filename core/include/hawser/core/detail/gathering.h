// SPDX-License-Identifier: MIT
/// \file
/// What when_all() and when_any() share. For them alone.
#pragma once

#include <hawser/core/deferred.h>

#include <exception>
#include <memory>
#include <utility>
#include <vector>

namespace hawser::detail {

/// Waits for several children and brings one result. It is owned by the canceller of its own
/// Promise: so it goes, and with it the children that are still pending, as soon as the result is
/// there or nobody wants it any more.
template <class Result>
class Gathering {
public:
    virtual ~Gathering() = default;

    /// Call when all children are added.
    static Deferred<Result> start(std::unique_ptr<Gathering> gathering) {
        gathering->started_ = true;
        if (gathering->early_) {
            return std::move(*gathering->early_);
        }
        Promise<Result>& promise = gathering->promise_;
        Deferred<Result> result = promise.deferred();
        promise.on_cancel([gathering = std::move(gathering)]() mutable { gathering.reset(); });
        return result;
    }

protected:
    void add(Deferred<> child) {
        if (!early_) {
            children_.push_back(std::move(child));
        }
    }

    // The last thing a child's step does: this is gone when they return.
    void resolve(Stored<Result> value) {
        if (!started_) {
            early_.emplace(Deferred<Result>::succeed(std::move(value)));
        } else {
            promise_.resolve(std::move(value));
        }
    }
    void fail(std::exception_ptr error) {
        if (early_) {
            return; // a child that was added behind the one that decided it
        }
        if (!started_) {
            early_.emplace(Deferred<Result>::fail(std::move(error)));
        } else {
            promise_.fail(std::move(error));
        }
    }
    [[nodiscard]] bool decided() const noexcept { return early_.has_value(); }

private:
    Promise<Result> promise_;
    std::vector<Deferred<>> children_;
    std::optional<Deferred<Result>> early_; // by children that had their results already
    bool started_ = false;
};

} // namespace hawser::detail
