// SPDX-License-Identifier: MIT
#include <hawser/protocols/traffic_log.h>

#include "hexdump.h"

#include <hawser/core/error.h>
#include <hawser/core/log.h>
#include <hawser/core/protocol_wrapper.h>

#include <fmt/format.h>

#include <cstdint>
#include <string_view>
#include <utility>

namespace hawser {

namespace {

/// Of one factory.
struct TrafficLog {
    std::string where;
    std::size_t most; // bytes of each read and write
    std::uint64_t connections = 0;
};

/// One connection in the log; and its writing, as the wrapped protocol asks for it.
class LoggedTransport final : public TransportWrapper {
public:
    explicit LoggedTransport(TrafficLog& log)
        : log_(log), number_(std::to_string(++log.connections)) {}

    void note(std::string_view what) const {
        log(LogLevel::debug, log_.where, what, {{"connection", number_}, {"peer", peer_}});
    }
    void begin(const Address& peer) {
        peer_ = to_string(peer);
        note("connected");
    }
    void received(Bytes data) {
        note(fmt::format("received {} bytes", data.size()));
        dump('<', received_, data);
        received_ += data.size();
    }
    void end(std::error_code reason) const {
        note(fmt::format("lost {}: {} bytes received, {} written", why(reason), received_,
                         written_));
    }

    void write(Bytes data) override {
        logged(data, [&] { TransportWrapper::write(data); });
    }
    void write(const SharedBytes& data) override {
        logged(data.view(), [&] { TransportWrapper::write(data); });
    }
    void write_sequence(std::span<const Bytes> pieces) override {
        std::string all;
        for (const Bytes piece : pieces) {
            all += piece;
        }
        logged(all, [&] { TransportWrapper::write_sequence(pieces); });
    }
    std::optional<std::size_t> write_file(int file, std::uint64_t offset,
                                          std::size_t count) override {
        const auto taken = TransportWrapper::write_file(file, offset, count);
        if (taken) {
            note(fmt::format("wrote {} bytes of a file", *taken));
            written_ += *taken;
        }
        return taken;
    }
    void send_descriptor(int fd) override {
        TransportWrapper::send_descriptor(fd);
        note("passed a descriptor");
    }
    void lose_connection(std::error_code reason) override {
        note(fmt::format("closes {}", why(reason)));
        TransportWrapper::lose_connection(reason);
    }
    void lose_write_connection() override {
        note("ends its direction");
        TransportWrapper::lose_write_connection();
    }
    void abort_connection(std::error_code reason) override {
        note(fmt::format("aborts {}", why(reason)));
        TransportWrapper::abort_connection(reason);
    }

private:
    static std::string why(std::error_code reason) {
        return reason ? fmt::format("({})", message_of(reason)) : "in order";
    }

    template <class Write>
    void logged(Bytes data, Write write) {
        const std::size_t before = wrapped().queued();
        write();
        if (wrapped().queued() <= before && !data.empty()) {
            note(fmt::format("dropped {} bytes", data.size()));
            return;
        }
        note(fmt::format("wrote {} bytes", data.size()));
        dump('>', written_, data);
        written_ += data.size();
    }

    void dump(char direction, std::uint64_t offset, Bytes data) const {
        const Bytes shown = data.substr(0, log_.most);
        for (std::size_t at = 0; at < shown.size(); at += hexdump_width) {
            note(fmt::format("{} {}", direction,
                             hexdump_row(offset + at, shown.substr(at, hexdump_width))));
        }
        if (shown.size() < data.size()) {
            note(fmt::format("{} and {} more", direction, data.size() - shown.size()));
        }
    }

    TrafficLog& log_;
    std::string number_;
    std::string peer_;
    std::uint64_t received_ = 0; // bytes
    std::uint64_t written_ = 0;
};

class LoggedProtocol final : public ProtocolWrapper {
public:
    LoggedProtocol(std::unique_ptr<Protocol> wrapped, LoggedTransport& seen,
                   std::unique_ptr<LoggedTransport> same)
        : ProtocolWrapper(std::move(wrapped), std::move(same)), seen_(seen) {}

private:
    void connection_made() override {
        seen_.begin(transport().peer());
        ProtocolWrapper::connection_made();
    }
    void data_received(Bytes data) override {
        seen_.received(data);
        ProtocolWrapper::data_received(data);
    }
    void descriptor_received(Descriptor descriptor) override {
        seen_.note("received a descriptor");
        ProtocolWrapper::descriptor_received(std::move(descriptor));
    }
    bool read_connection_lost() override {
        seen_.note("the peer has ended its direction");
        return ProtocolWrapper::read_connection_lost();
    }
    bool stop_requested() override {
        seen_.note("asked to stop");
        return ProtocolWrapper::stop_requested();
    }
    void connection_lost(std::error_code reason) override {
        seen_.end(reason);
        ProtocolWrapper::connection_lost(reason);
    }

    LoggedTransport& seen_; // the base class owns it
};

class LoggedFactory final : public FactoryWrapper {
public:
    LoggedFactory(std::shared_ptr<Factory> wrapped, TrafficLog log)
        : FactoryWrapper(std::move(wrapped)), log_(std::move(log)) {}

private:
    std::unique_ptr<Protocol> build_protocol(const Address& peer) override {
        std::unique_ptr<Protocol> protocol = wrapped().build_protocol(peer);
        if (!protocol) {
            return nullptr;
        }
        auto seen = std::make_unique<LoggedTransport>(log_);
        LoggedTransport& same = *seen;
        return std::make_unique<LoggedProtocol>(std::move(protocol), same, std::move(seen));
    }

    TrafficLog log_;
};

} // namespace

std::shared_ptr<Factory> traffic_log(std::shared_ptr<Factory> factory, std::string where,
                                     std::size_t most) {
    return std::make_shared<LoggedFactory>(std::move(factory), TrafficLog{std::move(where), most});
}

} // namespace hawser
