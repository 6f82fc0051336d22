// SPDX-License-Identifier: MIT
#include "memory_wire.h"

namespace contract {

void MemoryWire::open(Script script) {
    const Turning turning(journal);
    transport_.attach(std::make_unique<ScriptedProtocol>(journal, std::move(script)));
}

void MemoryWire::peer_sends(hawser::Bytes data) {
    const Turning turning(journal);
    transport_.deliver(data);
}

void MemoryWire::peer_ends() {
    const Turning turning(journal);
    transport_.end();
}

void MemoryWire::peer_resets() {
    const Turning turning(journal);
    transport_.lose(std::make_error_code(std::errc::connection_reset));
}

void MemoryWire::peer_takes_nothing() {
    const Turning turning(journal);
    transport_.hold_output();
}

void MemoryWire::peer_takes_all() {
    const Turning turning(journal);
    transport_.release_output();
}

std::string MemoryWire::peer_saw() {
    const Turning turning(journal);
    return transport_.sent();
}

bool MemoryWire::peer_saw_end() {
    const Turning turning(journal);
    return transport_.output_ended() && !transport_.aborted();
}

bool MemoryWire::peer_saw_reset() {
    const Turning turning(journal);
    return transport_.aborted();
}

void MemoryWire::settle() {
    const Turning turning(journal);
    transport_.turn();
}

} // namespace contract
