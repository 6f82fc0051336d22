// SPDX-License-Identifier: MIT
// hawser in a program that has a uv_loop_t of its own: an echo server beside the program's ticker.
// Ctrl-C, which the program itself watches, ends it.
//
//     ./embed_uv tcp:127.0.0.1:8000
#include <hawser/embed/uv.h>
#include <hawser/protocols/echo.h>
#include <hawser/reactor/reactor.h>

#include <csignal>
#include <cstdio>

struct Program { // what was there before hawser
    uv_loop_t loop{};
    uv_timer_t ticker{};
    uv_signal_t interrupt{};
    hawser::Reactor* reactor = nullptr;
};

static void tick(uv_timer_t*) {
    std::puts("tick");
    std::fflush(stdout);
}

static void end(uv_signal_t* signal, int) {
    auto* program = static_cast<Program*>(signal->data);
    uv_close(reinterpret_cast<uv_handle_t*>(&program->ticker), nullptr);
    uv_close(reinterpret_cast<uv_handle_t*>(signal), nullptr);
    program->reactor->stop(); // uv_run() ends when all is closed
}

int main(int argc, char** argv) try {
    if (argc != 2 || argv[1][0] == '-') {
        std::fputs("usage: embed_uv ENDPOINT   for instance tcp:127.0.0.1:8000\n", stderr);
        return 2;
    }
    Program program;
    uv_loop_init(&program.loop);
    uv_timer_init(&program.loop, &program.ticker);
    uv_timer_start(&program.ticker, tick, 0, 1000);
    uv_signal_init(&program.loop, &program.interrupt);
    program.interrupt.data = &program;
    uv_signal_start(&program.interrupt, end, SIGINT);
    {
        hawser::Reactor reactor;
        const hawser::UvHost host(program.loop, reactor); // from here on uv_run() turns it too
        program.reactor = &reactor;
        reactor.start_running();
        const auto listener = reactor.listen(argv[1], hawser::factory_for<hawser::Echo>());
        std::printf("listening on %s\n", to_string(listener.address()).c_str());
        uv_run(&program.loop, UV_RUN_DEFAULT);
    }
    uv_run(&program.loop, UV_RUN_NOWAIT); // UvHost's handles have their close callbacks
    std::puts(uv_loop_close(&program.loop) == 0 ? "closed" : "something is left in the loop");
} catch (const std::exception& error) {
    std::fprintf(stderr, "embed_uv: %s\n", error.what());
    return 1;
}
