// SPDX-License-Identifier: MIT
#include "connect_command.h"

#include "argument_reader.h"
#include "exit_code.h"
#include "help.h"
#include "trial.h"

#include <hawser/core/endpoint_kind.h>
#include <hawser/protocols/port_forward.h>
#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <utility>

namespace hawser::runner {

namespace {

constexpr PluginOption connect_options[] = {
    {.name = "help", .help = "show this"},
};

constexpr const char* usage =
    "usage: hawser connect ENDPOINT\n\n"
    "Sends what you type, and shows what the server says. Ctrl-D ends your part;\n"
    "the server may go on. Ctrl-C ends at once.\n\n"
    "Examples:\n"
    "  hawser connect tcp:localhost:8000\n"
    "  hawser connect unix:/run/chat.sock\n"
    "  hawser connect tcp:example.org:80:timeout=5 < request\n";

// How the program ends.
struct End {
    Endpoint server;
    std::exception_ptr failure{}; // the first; null: in good order

    void tell(const std::exception_ptr& error) {
        if (!failure) {
            failure = error;
        }
    }
    void tell(std::error_code reason) {
        if (reason) {
            tell(std::make_exception_ptr(Error(reason, to_string(server))));
        }
    }
};

class Server final : public Proxy {
public:
    explicit Server(End& end) : end_(end) {}

private:
    bool read_connection_lost() override { // it has no more to say: all ends
        transport().unregister_producer(); // whatever is still typed
        return false;
    }
    void connection_lost(std::error_code reason) override {
        end_.tell(reason);
        Proxy::connection_lost(reason);
    }

    End& end_;
};

// Standard input and output, passed on to a server.
class Terminal final : public Proxy {
public:
    Terminal(Reactor& reactor, End& end) : reactor_(reactor), end_(end) {}

private:
    void connection_made() override;
    void connection_lost(std::error_code reason) override;

    Reactor& reactor_;
    End& end_;
    Deferred<> connecting_;
};

void Terminal::connection_made() {
    transport().pause_producing(); // until there is somebody to send it to
    auto connected =
        from_call([this] { return reactor_.connect<Server>(end_.server, std::ref(end_)); });
    auto joined = std::move(connected).then([this](Server* server) {
        join(*this, *server);
        transport().resume_producing();
    });
    connecting_ = std::move(joined).recover([this](const std::exception_ptr& error) {
        end_.tell(error);
        transport().lose_connection();
    });
}

void Terminal::connection_lost(std::error_code reason) {
    end_.tell(reason);
    Proxy::connection_lost(reason);
    if (reactor_.running()) {
        reactor_.stop();
    }
}

// It is the server, or the way to it, that is not as it should be.
[[noreturn]] void report(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::system_error& error) {
        const ExitCode code = exit_code_of(failure);
        const bool told =
            code == ExitCode::no_host || code == ExitCode::usage || code == ExitCode::no_permission;
        throw Failure(told ? code : ExitCode::unavailable, error.what());
    }
}

} // namespace

int connect_command(const Plugins& plugins, std::span<const std::string> arguments) {
    OptionValues values(connect_options);
    std::string server;
    ArgumentReader reader;
    reader.add(connect_options, values);
    reader.add_argument("ENDPOINT", server);
    for (const std::string& argument : arguments) {
        if (argument == "--help") { // even where the rest is not as it should be
            std::fputs(usage, stdout);
            return 0;
        }
    }
    reader.read(arguments);

    End end{Endpoint(server)};
    Reactor reactor;
    bring_kinds(reactor, plugins);
    reactor.kinds().check(end.server);
    reactor.attach_stdio(std::make_unique<Terminal>(reactor, end));
    reactor.run();
    if (end.failure) {
        report(end.failure);
    }
    return 0;
}

} // namespace hawser::runner
