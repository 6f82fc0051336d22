// SPDX-License-Identifier: MIT
#include "guard.h"

#include <hawser/core/deferred.h>

namespace {

hawser::Deferred<int> sum_of(int count) {
    int sum = 0;
    for (int i = 0; i < count; ++i) {
        sum += co_await hawser::Deferred<int>::succeed(i % 7);
    }
    co_return sum;
}

} // namespace

void guards::awaits() {
    int sum = 0;
    const auto run = [&sum](int count) {
        sum = 0;
        const hawser::Deferred<> done = sum_of(count).then([&sum](int result) { sum = result; });
    };
    run(7); // the first makes the blocks that the others use again
    require(sum == 21, "a wrong sum");
    measured([&] { run(100'000); });
    require(sum == 299'995, "a wrong sum");
}
