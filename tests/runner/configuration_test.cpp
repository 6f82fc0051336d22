// SPDX-License-Identifier: MIT
#include "configuration.h"

#include "common_options.h"
#include "plugins.h"
#include "test_plugins.h"
#include "trial.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

using hawser::Endpoint;
using hawser::OptionValues;
using hawser::runner::Configuration;
using hawser::runner::ConfigurationError;
using hawser::runner::Plugins;
using hawser::runner::ServiceSpec;
using runner_test::manifest;

namespace {

using Faults = std::vector<std::string>;

struct Fixture {
    Plugins plugins{{.found = {manifest("near", {"service", "endpoint-kind near"}),
                               manifest("no_symbol"), manifest("options")},
                     .broken = {}}};
    OptionValues given{hawser::runner::process_options()};

    Configuration read(std::string_view text) {
        return read_configuration(text, "x.toml", plugins, given,
                                  [&](const ServiceSpec& spec) { try_service(plugins, spec); });
    }
    /// All that is wrong, with its pictures.
    Faults faults(std::string_view text) {
        try {
            (void)read(text);
        } catch (const ConfigurationError& error) {
            Faults faults;
            for (const auto& fault : error.faults()) {
                faults.push_back(fault.text + (fault.picture.empty() ? "" : "\n" + fault.picture));
            }
            return faults;
        }
        return {};
    }
    /// Of a service that is well but for \p lines, the first of which is the fourth.
    Faults of_service(const std::string& lines) {
        return faults("[[service]]\nplugin = \"options\"\nlisten = \"tcp:8000\"\n" + lines + "\n");
    }
};

} // namespace

TEST_SUITE_BEGIN("configuration");

TEST_CASE("a file says all there is to say") {
    Fixture f;
    const Configuration read = f.read(R"(
log-level = "info,chat=debug"
log-format = "json"
log-file = "/var/log/hawser.log"
pidfile = "/run/hawser.pid"
user = "daemon"
group = "daemon"
workers = 4
drain-timeout = "3s"
status = "unix:/run/hawser.sock"
plugin-path = "/opt/hawser"

[[service]]
name = "first"
plugin = "options"
listen = ["tcp:8000", "unix:/run/x.sock:mode=660"]
max-connections = 1000
max-per-peer = "20"

[service.options]
greeting = "good day"
port = 9
word = ["one", "two"]
loud = true

[[service]]
plugin = "options"
listen = "tcp:8001"
)");
    CHECK(to_string(read.process.log_levels) == "info,chat=debug");
    CHECK(read.process.log_format == hawser::runner::LogFormat::json);
    CHECK(read.process.log_file == "/var/log/hawser.log");
    CHECK(read.process.pidfile == "/run/hawser.pid");
    CHECK(read.process.user == "daemon");
    CHECK(read.process.group == "daemon");
    CHECK(read.process.workers == 4);
    CHECK(read.process.drain_timeout == std::chrono::seconds(3));
    CHECK(read.process.status == Endpoint("unix:/run/hawser.sock:mode=600"));

    REQUIRE(read.services.size() == 2);
    const ServiceSpec& first = read.services.front();
    CHECK(first.name == "first");
    CHECK(first.plugin == "options");
    CHECK(first.listen ==
          std::vector<Endpoint>{Endpoint("tcp:8000"), Endpoint("unix:/run/x.sock:mode=660")});
    CHECK(first.policies.max_connections == 1000);
    CHECK(first.policies.max_per_peer == 20);
    CHECK(first.options.get("greeting") == "good day");
    CHECK(first.options.number("port", 1, 65535) == 9);
    CHECK(first.options.all("word") == std::vector<std::string>{"one", "two"});
    CHECK(first.options.flag("loud"));

    const ServiceSpec& second = read.services.back();
    CHECK(second.name == "options"); // as its plug-in
    CHECK(second.options.get("greeting") == "hello");
    CHECK(second.policies == hawser::runner::ServicePolicies{});
}

TEST_CASE("what was given on the command line wins") {
    Fixture f;
    f.given.set("workers", "2");
    f.given.set("log-level", "debug");
    const Configuration read = f.read("workers = 8\nlog-level = \"loud\"\npidfile = \"/x\"\n"
                                      "[[service]]\nplugin = \"options\"\nlisten = \"tcp:1\"\n");
    CHECK(read.process.workers == 2);
    CHECK(to_string(read.process.log_levels) == "debug");
    CHECK(read.process.pidfile == "/x");
}

TEST_CASE("what is wrong on the command line is no fault of the file") {
    const auto complaint_of = [](std::string_view option, std::string_view value) -> std::string {
        Fixture f;
        f.given.set(option, value);
        try {
            (void)f.read("[[service]]\nplugin = \"options\"\nlisten = \"tcp:1\"\n");
        } catch (const ConfigurationError&) {
            return "a fault of the file";
        } catch (const hawser::Error& error) {
            return error.what();
        }
        return "none";
    };
    CHECK(complaint_of("workers", "9999") == "--workers: \"9999\" is not a number from 0 to 1024");
    CHECK(complaint_of("log-level", "loud").starts_with("bad log level \"loud\""));
    CHECK(complaint_of("group", "daemon") == "--group: only with --user");
    CHECK(complaint_of("status", "unix").starts_with("bad endpoint \"unix\""));
    CHECK(complaint_of("pidfile", "x.pid") == "--pidfile: \"x.pid\" is no absolute path");
}

TEST_CASE("a pid file in no certain place is a fault") {
    Fixture f;
    CHECK(
        f.faults("pidfile = \"x.pid\"\n[[service]]\nplugin = \"options\"\nlisten = \"tcp:1\"\n") ==
        Faults{"x.toml:1:11: pidfile: \"x.pid\" is no absolute path"});
}

TEST_CASE("the status socket is ours alone unless its mode is given") {
    const auto status_from = [](const std::string& endpoint) {
        Fixture f;
        f.given.set("status", endpoint);
        return hawser::to_string(*hawser::runner::process_options_from(f.given).status);
    };
    CHECK(status_from("unix:/x") == "unix:/x:mode=600");
    CHECK(status_from("unix:/x\\:mode\\=660") == "unix:[/x:mode=660]:mode=600"); // a path
    CHECK(status_from("unix:/x:mode=660") == "unix:/x:mode=660");
    CHECK(status_from("unix:/x:mode=666") == "unix:/x:mode=666");
}

TEST_CASE("the search path of plug-ins can be asked for before") {
    CHECK(hawser::runner::plugin_path_in("plugin-path = [\"/a\", \"/b\"]\nworkers = []\n", "x") ==
          std::vector<std::string>{"/a", "/b"});
    CHECK(hawser::runner::plugin_path_in("", "x").empty());
}

TEST_CASE("what is not TOML is said with its place") {
    Fixture f;
    const Faults faults = f.faults("workers = 4\nuser = \n");
    REQUIRE(faults.size() == 1);
    CHECK(faults.front().starts_with("x.toml:2:8: error while parsing"));
}

TEST_CASE("keys that are none are refused, with the nearest") {
    Fixture f;
    CHECK(f.faults("worker = 4\n[[service]]\nplugin = \"options\"\nlisten = \"tcp:1\"\n") ==
          Faults{"x.toml:1:1: no key \"worker\"; did you mean workers?"});
    CHECK(f.of_service("max-connection = 4") ==
          Faults{"x.toml:4:1: no key \"max-connection\"; did you mean max-connections?"});
    CHECK(f.of_service("options = { greting = \"hi\" }") ==
          Faults{"x.toml:4:13: no key \"greting\"; did you mean greeting?"});
    CHECK(f.of_service("[service.options]\nxyzzy = 1") ==
          Faults{"x.toml:5:1: no key \"xyzzy\": there are greeting, port, word and loud"});
}

TEST_CASE("all that is wrong is said at once, in its order") {
    Fixture f;
    CHECK(f.faults("workers = true\ndrain-timeout = \"soon\"\n"
                   "[[service]]\nplugin = \"option\"\n"
                   "[[service]]\nname = \"Loud\"\nplugin = \"options\"\nlisten = \"tcp:http\"\n"
                   "[[service]]\nplugin = \"options\"\nlisten = \"tcp:5\"\nmax-per-peer = -1\n") ==
          Faults{"x.toml:1:11: workers: a string or a whole number is expected here",
                 "x.toml:2:17: drain-timeout: \"soon\" is not a time: 250ms, 30s, 5m, 1h, or 0 for "
                 "none",
                 "x.toml:3:1: this service has no listen: where to listen, like \"tcp:8000\"",
                 "x.toml:4:10: no plug-in \"option\"; did you mean options?",
                 "x.toml:6:8: \"Loud\" is no name: a small letter, then small letters, digits, _ "
                 "and -, 64 in all at most",
                 "x.toml:8:10: bad endpoint \"tcp:http\", column 5: a port is a number from 0 to "
                 "65535\ntcp:http\n    ^",
                 "x.toml:12:16: max-per-peer: \"-1\" is not a number from 0 to 4294967295"});
}

TEST_CASE("an endpoint is shown where it stands in a list") {
    Fixture f;
    CHECK(f.faults("[[service]]\nplugin = \"options\"\nlisten = [\n  \"tcp:1\",\n"
                   "  \"tcp:2:bogus=1\",\n]\n")
              .front()
              .starts_with("x.toml:5:3: bad endpoint \"tcp:2:bogus=1\", column 7: "));
    CHECK(f.of_service("[[service]]\nname = \"b\"\nplugin = \"options\"\nlisten = "
                       "[\"tcp:0\", \"tcp:0\", \"tcp:8000\"]") ==
          Faults{"x.toml:7:29: service options listens on tcp:8000 already"});
    CHECK(f.faults("[[service]]\nplugin = \"options\"\nlisten = \"udp:53\"\n") ==
          Faults{"x.toml:1:1: cannot listen on udp:53: " +
                 hawser::message_of(hawser::Errc::wrong_kind)});
    CHECK(f.faults("[[service]]\nplugin = \"options\"\nlisten = \"xyzzy:53\"\n")
              .front()
              .starts_with("x.toml:3:10: bad endpoint \"xyzzy:53\", column 1: "));
}

TEST_CASE("what a plug-in says of its options is said with their place") {
    Fixture f;
    CHECK(f.of_service("options.port = 70000") ==
          Faults{"x.toml:4:16: port: \"70000\" is not a number from 1 to 65535"});
    CHECK(f.of_service("options.loud = \"yes\"") ==
          Faults{"x.toml:4:16: loud: true or false is expected here"});
    CHECK(f.of_service("options.greeting = [\"a\"]") ==
          Faults{"x.toml:4:20: greeting: a string or a whole number is expected here"});
    CHECK(f.of_service("options.word = [\"a\", 1.5]") ==
          Faults{"x.toml:4:22: word: a string, a whole number, or a list of these is expected "
                 "here"});
    CHECK(f.of_service("options = 1") == Faults{"x.toml:4:11: options: a table is expected here"});
}

TEST_CASE("an endpoint that an option names is told with its place") {
    Fixture f;
    CHECK(f.faults("[[service]]\nplugin = \"near\"\nlisten = \"tcp:8000\"\n"
                   "options.to = \"neer:1\"\n") ==
          Faults{"x.toml:4:14: bad endpoint \"neer:1\", column 1: no endpoint kind \"neer\"; did "
                 "you mean near?\nneer:1\n^"});
    CHECK(f.faults("[[service]]\nplugin = \"near\"\nlisten = \"near:http\"\n"
                   "options.to = \"near:1\"\n") ==
          Faults{"x.toml:3:10: bad endpoint \"near:http\", column 6: no port\nnear:http\n     ^"});
}

TEST_CASE("services have names of their own, and plug-ins that can be loaded") {
    Fixture f;
    CHECK(f.of_service("[[service]]\nplugin = \"options\"\nlisten = \"tcp:1\"\n") ==
          Faults{"x.toml:4:1: there is a service \"options\" already"});
    const Faults broken = f.faults("[[service]]\nplugin = \"no_symbol\"\nlisten = \"tcp:1\"\n");
    REQUIRE(broken.size() == 1);
    CHECK(broken.front().starts_with("x.toml:2:10: cannot load plug-in no_symbol"));
    CHECK(f.faults("[[service]]\nlisten = \"tcp:1\"\n") ==
          Faults{"x.toml:1:1: this service has no plugin"});
    CHECK(f.faults("") == Faults{"x.toml:1:1: there is no [[service]]"});
    CHECK(f.faults("[service]\nplugin = \"options\"\n") ==
          Faults{"x.toml:1:1: write [[service]], with two brackets on each side"});
}

TEST_CASE("settings of the process are checked") {
    Fixture f;
    const std::string service = "[[service]]\nplugin = \"options\"\nlisten = \"tcp:1\"\n";
    CHECK(f.faults("log-level = \"loud\"\n" + service) ==
          Faults{"x.toml:1:13: bad log level \"loud\": a level is debug, info, warning, error or "
                 "critical"});
    CHECK(f.faults("log-format = \"xml\"\n" + service) ==
          Faults{"x.toml:1:14: log-format: \"xml\" is neither text nor json"});
    CHECK(f.faults("status = \"tcp:80\"\n" + service) ==
          Faults{"x.toml:1:10: status: \"tcp:80\" is no Unix socket with a path, like "
                 "unix:/run/hawser.sock"});
    CHECK(f.faults("status = \"unix:@x\"\n" + service).size() == 1);
    CHECK(f.faults("status = \"unix:/x:mod=600\"\n" + service).front().ends_with("^"));
}

TEST_CASE("one line tells the first fault, and how many more there are") {
    Fixture f;
    try {
        (void)f.read("[[service]]\n");
        FAIL("no error");
    } catch (const ConfigurationError& error) {
        CHECK(std::string(error.what()) ==
              "x.toml:1:1: this service has no listen: where to listen, "
              "like \"tcp:8000\" (and 1 more)");
    }
}

TEST_CASE("what a file has in its keys commands no terminal") {
    Fixture f;
    const Faults faults = f.of_service("\"\\u001b[2J\" = 1");
    REQUIRE(faults.size() == 1);
    CHECK(faults.front().find('\x1b') == std::string::npos);
}
TEST_SUITE_END();
