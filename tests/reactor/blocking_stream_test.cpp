// SPDX-License-Identifier: MIT
#include "gate.h"

#include <hawser/reactor/threaded.h>
#include <hawser/testing/log_capture.h>
#include <hawser/testing/memory_transport.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::BlockingStream;
using hawser::Reactor;
using std::chrono::milliseconds;

namespace {

// One connection in memory, served by a handler on a thread.
struct Served {
    explicit Served(hawser::ThreadedHandler handler, hawser::ThreadedOptions options = {})
        : factory(threaded(reactor, std::move(handler), std::move(options))) {
        transport.attach(factory->build_protocol(hawser::Address()));
    }

    [[nodiscard]] bool until_sent(std::string_view text) {
        return turn_until(reactor, [&] { return transport.sent() == text; });
    }
    [[nodiscard]] bool until_lost() {
        return turn_until(reactor, [&] { return transport.lost(); });
    }

    Reactor reactor{no_signals()};
    std::shared_ptr<hawser::ThreadedFactory> factory;
    hawser::testing::MemoryTransport transport;
};

// The code of the Error that `call` throws.
template <class F>
std::error_code thrown_by(F call) {
    try {
        call();
    } catch (const hawser::Error& error) {
        return error.code();
    }
    return {};
}

} // namespace

TEST_SUITE_BEGIN("BlockingStream");

TEST_CASE("each read gives what it says, however the bytes come cut") {
    for (const std::size_t chunk_size : {1U, 2U, 3U, 7U, 1000U}) {
        CAPTURE(chunk_size);
        std::vector<std::string> read;
        Served served([&](BlockingStream& stream) {
            read.push_back(stream.read_line().value_or("none"));
            read.push_back(stream.read_exactly(5));
            read.push_back(stream.read_until("--").value_or("none"));
            read.push_back(stream.read_line().value_or("none"));
            read.push_back(stream.read_some(1));
            while (stream.read_some() != "") {
            }
            read.push_back(stream.read_some());
            read.push_back(stream.read_line().value_or("none"));
        });

        served.transport.deliver("one\r\n12345a-b----two\n6rest", chunk_size);
        served.transport.end();

        CHECK(served.until_lost());
        CHECK(read == std::vector<std::string>{"one", "12345", "a-b", "--two", "6", "", "none"});
    }
}

TEST_CASE("what is written leaves in order, and the handler's return closes behind it") {
    Served served([](BlockingStream& stream) {
        for (int i = 0; i < 100; ++i) {
            stream.write(std::to_string(i) + ' ');
        }
        stream.write("");
    });
    std::string all;
    for (int i = 0; i < 100; ++i) {
        all += std::to_string(i) + ' ';
    }

    CHECK(served.until_lost());

    CHECK(served.transport.sent() == all);
    CHECK_FALSE(served.transport.aborted());
    CHECK(served.factory->serving() == 0);
}

TEST_CASE("close() ends the connection while the handler goes on") {
    std::error_code written;
    std::error_code read;
    Gate gate;
    Served served([&](BlockingStream& stream) {
        stream.write("bye");
        stream.close();
        written = thrown_by([&] { stream.write("more"); });
        read = thrown_by([&] { stream.read_some(); });
        gate.wait();
    });
    const OpenAtEnd open(gate);

    CHECK(served.until_lost());
    gate.open();

    CHECK(turn_until(served.reactor, [&] { return served.factory->serving() == 0; }));
    CHECK(served.transport.sent() == "bye");
    CHECK(written == hawser::Errc::canceled);
    CHECK(read == hawser::Errc::canceled);
}

TEST_CASE("abort() resets, and drops what was not sent") {
    Served served([](BlockingStream& stream) {
        stream.write("never seen");
        stream.abort();
    });
    served.transport.hold_output();

    CHECK(served.until_lost());

    CHECK(served.transport.aborted());
    served.transport.release_output();
    CHECK(served.transport.sent().empty());
}

TEST_CASE("the end in the middle of what was to be read exactly is an error") {
    std::error_code code;
    Served served([&](BlockingStream& stream) {
        code = thrown_by([&] { stream.read_exactly(5); });
        stream.write(stream.read_some());
    });
    served.transport.deliver("1234");
    served.transport.end();

    CHECK(served.until_lost());

    CHECK(code == hawser::Errc::protocol_error);
    CHECK(served.transport.sent() == "1234");
}

TEST_CASE("a line over the limit is an error, one at the limit is none") {
    for (const std::string_view input : {"12345\n", "123456\n", "123456", "12345678901234567890"}) {
        CAPTURE(input);
        std::optional<std::string> line;
        std::error_code code;
        Served served([&](BlockingStream& stream) {
            code = thrown_by([&] { line = stream.read_until("\n", 5); });
        });

        served.transport.deliver(input, 1);

        CHECK(served.until_lost());
        CHECK((input == "12345\n") == line.has_value());
        CHECK((input == "12345\n") == !code);
        CHECK((!code || code == hawser::Errc::line_too_long));
    }
}

TEST_CASE("a line without a limit may be of any length") {
    std::optional<std::string> line;
    Served served([&](BlockingStream& stream) { line = stream.read_line(std::string::npos); });

    served.transport.deliver(std::string(100'000, 'x'), 10'000);
    served.transport.deliver("\n");

    CHECK(served.until_lost());
    CHECK(line == std::string(100'000, 'x'));
}

TEST_CASE("a wait for input ends at its deadline, without a report") {
    const hawser::testing::LogCapture log;
    hawser::ThreadedOptions options;
    options.timeout = milliseconds(1);
    std::error_code code;
    Served served(
        [&](BlockingStream& stream) {
            code = thrown_by([&] { stream.read_line(); });
            stream.set_timeout(milliseconds(2));
            stream.read_exactly(1);
        },
        options);

    CHECK(served.until_lost());

    CHECK(code == hawser::Errc::timed_out);
    CHECK(served.transport.aborted());
    CHECK(log.count("error") == 0);
}

TEST_CASE("a reset by the peer is thrown behind what came before it") {
    std::string before;
    std::error_code read;
    std::error_code written;
    Gate lost;
    Served served([&](BlockingStream& stream) {
        lost.wait();
        before = stream.read_some();
        read = thrown_by([&] { stream.read_some(); });
        written = thrown_by([&] { stream.write("x"); });
    });
    served.transport.deliver("last words");
    served.transport.turn();
    served.transport.lose(std::make_error_code(std::errc::connection_reset));
    CHECK(served.until_lost());
    lost.open();

    CHECK(turn_until(served.reactor, [&] { return served.factory->serving() == 0; }));

    CHECK(before == "last words");
    CHECK(read == std::errc::connection_reset);
    CHECK(written == std::errc::connection_reset);
}

TEST_CASE("a peer is not read while its handler does not read, and again when it does") {
    hawser::ThreadedOptions options;
    options.input_mark = 1000;
    Gate gate;
    std::string all;
    Served served(
        [&](BlockingStream& stream) {
            gate.wait();
            for (std::string some; !(some = stream.read_some(100)).empty();) {
                all += some;
            }
        },
        options);
    const OpenAtEnd open(gate);
    const std::string input(10'000, 'x');
    served.transport.deliver(input, 100);
    served.transport.end();
    CHECK(served.transport.queued() == 0);
    CHECK(served.transport.paused());
    turn_a_little(served.reactor);
    CHECK(served.transport.paused());

    gate.open();

    CHECK(served.until_lost());
    CHECK(all == input);
}

TEST_CASE("a handler may wait for more than the mark") {
    hawser::ThreadedOptions options;
    options.input_mark = 10;
    std::size_t exactly = 0;
    std::size_t line = 0;
    Served served(
        [&](BlockingStream& stream) {
            exactly = stream.read_exactly(1000).size();
            line = stream.read_line(2000).value_or("").size();
        },
        options);

    served.transport.deliver(std::string(2500, 'x') + "\n", 7);

    CHECK(served.until_lost());
    CHECK(exactly == 1000);
    CHECK(line == 1500);
}

TEST_CASE("write() waits while the peer does not take what is queued") {
    hawser::ThreadedOptions options;
    options.output_mark = 1000;
    std::atomic<std::size_t> written = 0;
    Served served(
        [&](BlockingStream& stream) {
            for (int i = 0; i < 1000; ++i) {
                stream.write(std::string(100, 'x'));
                written += 100;
            }
        },
        options);
    served.transport.hold_output();
    std::size_t most_queued = 0;
    std::size_t before = 0;
    // Until it moves no more.
    for (int still = 0; still < 200;) {
        served.transport.turn();
        served.reactor.run_once();
        most_queued = std::max(most_queued, served.transport.queued());
        still = written == before && before > 0 ? still + 1 : 0;
        before = written;
        std::this_thread::yield();
    }
    CHECK(written < 10'000);
    CHECK(most_queued < 10'000);

    served.transport.release_output();

    CHECK(served.until_lost());
    CHECK(served.transport.sent().size() == 100'000);
}

TEST_CASE("a write larger than the transport's limit leaves in pieces") {
    hawser::TransportLimits limits;
    const std::string large(limits.write_limit + 1, 'x');
    Served served([&](BlockingStream& stream) { stream.write(large); });

    CHECK(served.until_lost());

    CHECK(served.transport.sent() == large);
}

TEST_CASE("a wait for the peer to read ends at its deadline") {
    hawser::ThreadedOptions options;
    options.output_mark = 10;
    options.timeout = milliseconds(20);
    std::error_code code;
    Served served(
        [&](BlockingStream& stream) {
            code = thrown_by([&] {
                for (int i = 0; i < 100'000; ++i) {
                    stream.write("0123456789");
                }
            });
        },
        options);
    served.transport.hold_output();

    CHECK(turn_until(served.reactor, [&] {
        served.transport.turn();
        return served.factory->serving() == 0;
    }));

    CHECK(code == hawser::Errc::timed_out);
}

TEST_SUITE_END();
