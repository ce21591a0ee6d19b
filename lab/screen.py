"""A screen on which something happens: a few requests of the X11 protocol, sent to a local server.

Screens that stay as they are send nothing to those who watch, and pointers that rest send nothing
to those who are watched.
"""

from __future__ import annotations

import socket
import struct
import time
from random import Random

from lab.programs import Options, main, pause

CREATE_GC, FREE_GC, POLY_FILL_RECTANGLE, WARP_POINTER = 55, 60, 70, 41
FOREGROUND = 4
SETUP = struct.Struct("<BxHHHHxx")
PATIENCE = 10.0


class Screen:
    """A connection to the X server of a display in this namespace."""

    def __init__(self, display: int) -> None:
        self.line = _connected(display)
        self.line.sendall(SETUP.pack(ord("l"), 11, 0, 0, 0))
        ok, _, _, length = struct.unpack("<BxHHH", self._read(8))
        body = self._read(4 * length)
        if ok != 1:
            raise OSError(body.decode("latin-1"))
        self.base, vendor, formats = self._setup(body)
        screen = 32 + (vendor + 3) // 4 * 4 + 8 * formats
        self.root = struct.unpack_from("<I", body, screen)[0]
        self.width, self.height = struct.unpack_from("<HH", body, screen + 20)

    @staticmethod
    def _setup(body: bytes) -> tuple[int, int, int]:
        base = struct.unpack_from("<I", body, 4)[0]
        vendor = struct.unpack_from("<H", body, 16)[0]
        return base, vendor, body[21]

    def _read(self, length: int) -> bytes:
        got = b""
        while len(got) < length:
            more = self.line.recv(length - len(got))
            if not more:
                raise OSError("the X server is gone")
            got += more
        return got

    def rectangle(self, colour: int, place: tuple[int, int, int, int]) -> None:
        """Fill a rectangle (x, y, width, height) of the root window."""
        context = self.base + 1
        self.line.sendall(
            struct.pack("<BxHIIII", CREATE_GC, 5, context, self.root, FOREGROUND, colour)
            + struct.pack("<BxHIIhhHH", POLY_FILL_RECTANGLE, 5, self.root, context, *place)
            + struct.pack("<BxHI", FREE_GC, 2, context)
        )

    def point(self, x: int, y: int) -> None:
        """Put the pointer somewhere."""
        wants = (WARP_POINTER, 6, 0, self.root, 0, 0, 0, 0, x, y)
        self.line.sendall(struct.pack("<BxHIIhhHHhh", *wants))


def _connected(display: int) -> socket.socket:
    """The server's abstract socket, which belongs to the network namespace."""
    until = time.monotonic() + PATIENCE
    while True:
        line = socket.socket(socket.AF_UNIX)
        try:
            line.connect(f"\0/tmp/.X11-unix/X{display}")
        except OSError:
            line.close()
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return line


def _paint(options: Options) -> None:
    """Change a part of the screen at the pace of the options: values and bars that move."""
    rng = Random(options["seed"])
    screen = Screen(options["display"])
    while True:
        for _ in range(options.get("changes", 3)):
            wide, high = rng.randint(20, 200), rng.randint(10, 40)
            left, top = rng.randrange(screen.width - wide), rng.randrange(screen.height - high)
            screen.rectangle(rng.getrandbits(24), (left, top, wide, high))
        pause(options, rng)


def _move(options: Options) -> None:
    """Move the pointer at the pace of the options."""
    rng = Random(options["seed"])
    screen = Screen(options["display"])
    while True:
        screen.point(rng.randrange(screen.width), rng.randrange(screen.height))
        pause(options, rng)


if __name__ == "__main__":
    main({"paint": _paint, "move": _move})
