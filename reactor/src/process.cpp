// SPDX-License-Identifier: MIT
#include <hawser/reactor/process.h>

#include "child_process.h"
#include "loop.h"

#include <utility>

namespace hawser {

Process::Owner::~Owner() = default;

Process::Process() noexcept = default;
Process::Process(std::unique_ptr<Owner> owner) noexcept : owner_(std::move(owner)) {}
Process::Process(Process&& other) noexcept = default;
Process& Process::operator=(Process&& other) noexcept = default;
Process::~Process() = default;

ProcessTransport* Process::transport() const noexcept {
    return owner_ ? owner_->transport() : nullptr;
}

void Process::detach() && {
    if (owner_) {
        std::exchange(owner_, nullptr)->detach();
    }
}

Process spawn_process(Reactor& reactor, const ProcessOptions& options,
                      std::unique_ptr<ProcessProtocol> protocol) {
    return detail::ChildProcess::spawn(detail::loop_of(reactor), options, std::move(protocol));
}

} // namespace hawser
