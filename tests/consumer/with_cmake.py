# SPDX-License-Identifier: MIT
"""An installed hawser that was moved to another prefix, used by CMake's find_package; and the program
finds its plug-ins there.
"""
import consumer


class CMake(consumer.Case):
    def setUp(self):
        super().setUp()
        self.place = self.moved()
        self.use(self.place)
        del self.env["LD_LIBRARY_PATH"] # CMake and hawser say themselves where the library is

    def test_shared_and_static(self):
        said = self.run_tool("cmake", "-S", self.copy, "-B", self.build)
        self.assertNotIn("Warning", said)
        self.run_tool("cmake", "--build", self.build)
        self.assert_it_greets(self.build / "greeter")
        self.assert_it_greets(self.build / "greeter_static", needs_hawser=False)

    def test_the_test_package_of_conan(self):
        package = consumer.SOURCE / "packaging" / "conan" / "test_package"
        self.run_tool("cmake", "-S", package, "-B", self.build)
        self.run_tool("cmake", "--build", self.build)
        self.assertIn("hello came back\n", self.run_tool(self.build / "test_package"))

    def test_the_program_finds_its_plugins(self):
        hawser = self.place / "bin" / "hawser"
        if not hawser.exists():
            self.skipTest("the program was not built")
        self.assertRegex(self.run_tool(hawser, "list"), "(?m)^  echo +Sends back every byte")
        server, (address,) = self.start_hawser(hawser, "echo", "--listen", "tcp:127.0.0.1:0",
                                               env=self.env)
        self.assertEqual(consumer.programs.ask(self.connect(address), b"moved"), b"moved")
        self.stop(server)


consumer.need("cmake", "pkg-config", "readelf")
consumer.need_static()
consumer.programs.run()
