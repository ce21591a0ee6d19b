"""A panel's screen over VNC: TigerVNC's Xvnc, and a small viewer of RFB 3.8 (RFC 6143).

No viewer in Debian runs without a screen of its own, so the viewer is the lab's.
"""

from __future__ import annotations

import contextlib
import json
import shlex
import socket
import struct
import sys
import threading
from random import Random

from lab.programs import Host, Options, Program, main, pause, python, visits

MODULES = ()
PROGRAMS = ("Xvnc",)
DISPLAY = 5
NONE = 1
ZRLE, COPY, RAW = 16, 1, 0
START = """\
set -e
Xvnc :{display} -rfbport {port} -SecurityTypes None -desktop {name} -geometry {size} -depth 24 \
  -nolock -nolisten unix -localhost no -ac -AlwaysShared -FrameRate 15 &
{python} -m lab.screen paint {painting} &
wait
"""
"""The X server is reached by its abstract socket, which other namespaces do not see."""


def server(_host: Host, options: Options) -> Program:
    """A screen called ``name`` of ``size`` (800x480) on ``port`` (5900), without a password.

    Something on it changes at its pace: ``every`` (1) or ``think_ms``, ``changes`` (3) at a time.
    """
    painting = {
        key: options[key] for key in ("every", "think_ms", "changes", "seed") if key in options
    }
    script = START.format(
        display=DISPLAY,
        port=options.get("port", 5900),
        name=shlex.quote(options["name"]),
        size=options.get("size", "800x480"),
        python=shlex.quote(sys.executable),
        painting=shlex.quote(json.dumps(painting | {"display": DISPLAY})),
    )
    return Program(("sh", "-c", script))


def client(_host: Host, options: Options) -> Program:
    """Watches the screen of ``to`` and moves its pointer at its pace, session by session."""
    return python(__name__, "client", options)


class Viewer:
    """One session with a screen."""

    def __init__(self, address: str, port: int) -> None:
        self.line = socket.create_connection((address, port), timeout=10)
        self.line.sendall(self._read(12))
        kinds = self._read(self._read(1)[0])
        if NONE not in kinds:
            raise OSError("the screen wants a password")
        self.line.sendall(bytes((NONE,)))
        self._read(4)
        self.line.sendall(b"\1")
        self.width, self.height = struct.unpack(">HH", self._read(4))
        self.depth = self._read(16)[0] // 8
        self._read(struct.unpack(">I", self._read(4))[0])
        self.line.sendall(struct.pack(">BxHiii", 2, 3, ZRLE, COPY, RAW))
        self.ask(incremental=0)

    def _read(self, length: int) -> bytes:
        got = bytearray()
        while len(got) < length:
            more = self.line.recv(length - len(got))
            if not more:
                raise OSError("the screen is gone")
            got += more
        return bytes(got)

    def ask(self, incremental: int) -> None:
        """Ask for what has changed, or for everything."""
        self.line.sendall(struct.pack(">BBHHHH", 3, incremental, 0, 0, self.width, self.height))

    def point(self, x: int, y: int, buttons: int = 0) -> None:
        """Move the pointer."""
        self.line.sendall(struct.pack(">BBHH", 5, buttons, x, y))

    def watch(self) -> None:
        """Take updates, and ask for the next one after each, until the session ends."""
        with contextlib.suppress(OSError, ValueError):
            self.line.settimeout(None)
            while True:
                kind = self._read(1)[0]
                if kind == 0:
                    self._update()
                    self.ask(incremental=1)
                elif kind == 3:
                    self._read(struct.unpack(">3xI", self._read(7))[0])
                elif kind != 2:
                    raise ValueError(kind)

    def _update(self) -> None:
        for _ in range(struct.unpack(">xH", self._read(3))[0]):
            _, _, width, height, encoding = struct.unpack(">HHHHi", self._read(12))
            if encoding == ZRLE:
                self._read(struct.unpack(">I", self._read(4))[0])
            else:
                self._read(4 if encoding == COPY else width * height * self.depth)


def _view(options: Options) -> None:
    rng = Random(options["seed"])
    for requests in visits(options):
        try:
            viewer = Viewer(options["to"], options.get("port", 5900))
            threading.Thread(target=viewer.watch, daemon=True).start()
            for _ in range(requests):
                viewer.point(rng.randrange(viewer.width), rng.randrange(viewer.height))
                pause(options, rng)
            viewer.line.shutdown(socket.SHUT_RDWR)
            viewer.line.close()
        except OSError:
            pause({"every": 1.0}, rng)


if __name__ == "__main__":
    main({"client": _view})
