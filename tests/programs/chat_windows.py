# SPDX-License-Identifier: MIT
"""The chat windows, on a display of their own. Arguments: chat_server and the windows that were built.

With HAWSER_IMAGES in the environment it keeps a picture of each there, for the manual.
"""
import os
import pathlib
import re
import select
import shutil
import socket
import subprocess
import sys
import threading
import time
import unittest

import programs

CHAT_SERVER, *WINDOWS = sys.argv[1:]
BUILT = {pathlib.Path(path).name: path for path in WINDOWS}
for tool in "Xvfb", "xdotool":
    if shutil.which(tool) is None:
        programs.skip(f"there is no {tool}")


def needs(name):
    return unittest.skipUnless(name in BUILT, f"{name} was not built: its toolkit is not here")


class ChatWindows(programs.Case):
    # What toolkits say where there is no desktop around them.
    no_fault = "Warning|WARNING|dconf|dbus|XDG_RUNTIME_DIR"

    def setUp(self):
        super().setUp()
        ours, theirs = os.pipe()
        self.addCleanup(os.close, ours)
        os.set_inheritable(theirs, True)
        # It would begin anew whenever its last client leaves, each xdotool that is, and turn away a
        # window that comes meanwhile.
        screen = subprocess.Popen(
            ["Xvfb", "-noreset", "-displayfd", str(theirs), "-screen", "0", "640x480x24",
             "-nolisten", "tcp"],
            pass_fds=[theirs], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(theirs)
        self.addCleanup(screen.wait)
        self.addCleanup(screen.terminate)
        self.assertTrue(select.select([ours], [], [], programs.DEADLINE)[0], "no display")
        self.display = ":" + os.read(ours, 100).decode().strip()

    def open(self, name, where):
        environment = {
            **os.environ, "DISPLAY": self.display, "GDK_BACKEND": "x11", "GSK_RENDERER": "cairo",
            "GTK_A11Y": "none", "GSETTINGS_BACKEND": "memory", "QT_QPA_PLATFORM": "xcb",
            "XDG_RUNTIME_DIR": str(self.folder), "LANG": "C.UTF-8",
        }
        root = self.pointed_at()
        window = self.start(BUILT[name], where, env=environment)
        programs.until(lambda: self.pointed_at() != root or not window.running(), "a window")
        self.assertTrue(window.running(), str(window))
        self.x("mousemove", "200", "300", "click", "1")  # where one types
        return window

    def pointed_at(self):
        return re.search(r"WINDOW=(\d+)",
                         self.x("mousemove", "200", "100", "getmouselocation", "--shell")).group(1)

    def x(self, *words):
        return subprocess.run(
            ["xdotool", *words], env={**os.environ, "DISPLAY": self.display}, check=True,
            timeout=programs.DEADLINE, stdout=subprocess.PIPE, text=True,
        ).stdout

    def type(self, text):
        self.x("type", "--delay", "5", text)
        self.x("key", "Return")

    def picture(self, name):
        if "HAWSER_IMAGES" in os.environ:
            time.sleep(1)  # until it is drawn: nobody can be asked
            subprocess.run(
                ["import", "-window", "root", "-crop", "480x320+0+0", "+repage", "-strip",
                 "-colors", "64", f"{os.environ['HAWSER_IMAGES']}/{name}.png"],
                env={**os.environ, "DISPLAY": self.display}, check=True,
            )

    def check_chat(self, name):
        _, ((_, port),) = self.start_chat(CHAT_SERVER, "tcp:127.0.0.1:0")
        window = self.open(name, f"tcp:127.0.0.1:{port}")
        bob = self.connect(("127.0.0.1", int(port))).makefile("rw", newline="\n")
        self.say(bob, "Bob")
        self.type("Ada")
        self.hear(bob, "Ada has joined")
        self.say(bob, "anybody here?")
        self.type("hello, Bob")
        self.hear(bob, "<Ada> hello, Bob")
        self.say(bob, "the network shares your main loop")
        self.say(bob, "/me waves")
        self.picture(name)
        self.assertTrue(window.running())

    def check_flood(self, name):
        """Ten thousand lines a second, and what is typed meanwhile still arrives."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        listener.settimeout(programs.DEADLINE)
        window = self.open(name, f"tcp:127.0.0.1:{listener.getsockname()[1]}")
        server, _ = listener.accept()
        self.addCleanup(server.close)
        server.settimeout(programs.DEADLINE)
        over = threading.Event()
        sent = [0]

        def flood():
            while not over.is_set():
                server.sendall(b"a line of a chat that has got rather lively\n" * 100)
                sent[0] += 100
                over.wait(0.01)

        thread = threading.Thread(target=flood)
        thread.start()
        try:
            programs.until(lambda: sent[0] >= 10_000, "the flood")
            begin = time.monotonic()
            self.type("I can still type")
            self.assertEqual(programs.receive(server, 17), b"I can still type\n")
            took = time.monotonic() - begin
        finally:
            over.set()
            thread.join()
        print(f"{name}: typed and sent in {took:.2f} s, while {sent[0]} lines came", flush=True)
        self.assertLess(took, 20)  # 17 keys; without a turn it would be for ever
        self.assertTrue(window.running())

    def say(self, peer, line):
        peer.write(line + "\n")
        peer.flush()

    def hear(self, peer, words):
        while words not in (line := peer.readline()):
            self.assertNotEqual(line, "", f"before {words!r} came")

    @needs("gtk_chat")
    def test_gtk(self):
        self.check_chat("gtk_chat")

    @needs("gtk_chat")
    def test_gtk_while_lines_pour_in(self):
        self.check_flood("gtk_chat")

    @needs("qt_chat")
    def test_qt(self):
        self.check_chat("qt_chat")

    @needs("qt_chat")
    def test_qt_while_lines_pour_in(self):
        self.check_flood("qt_chat")


programs.run()
