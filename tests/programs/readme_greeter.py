# SPDX-License-Identifier: MIT
"""The README's greeter, on its port: in a network of the test's own. Argument: greeter."""
import sys

import namespace
import programs

GREETER = sys.argv[1]


class Greeter(programs.Case):
    def test_it_greets_by_name(self):
        server = self.start(GREETER)
        programs.until(lambda: any(port == 8000 for port, *_ in programs.tcp_sockets()), server)
        guest = self.connect("127.0.0.1:8000")
        guest.sendall(b"Ada\r\n")
        self.assertEqual(programs.receive_all(guest), b"What is your name?\r\nHello, Ada!\r\n")
        self.stop(server)


namespace.enter()
programs.run()
