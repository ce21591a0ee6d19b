"""Corrections for satellite positioning (NTRIP 1.0, RTCM 10410.0): a caster and a rover's receiver.

Small own programs: the casters and receivers in Debian want a receiver's data.
"""

from __future__ import annotations

import socket
import struct
import time
from random import Random
from socketserver import StreamRequestHandler, ThreadingTCPServer

from lab.programs import Host, Options, Program, main, pause, python

MODULES = ()
PROGRAMS = ()
WARM = ("socketserver",)
PREAMBLE = 0xD3
POLYNOMIAL = 0x1864CFB
MESSAGES = (1005, 1077, 1087)


def server(_host: Host, options: Options) -> Program:
    """A caster on ``port`` (2101) with one ``mount`` point: about ``size`` octets ``every`` s."""
    return python(__name__, "server", options)


def client(_host: Host, options: Options) -> Program:
    """A receiver that keeps the stream of ``mount`` of ``to`` open, as ``agent``."""
    return python(__name__, "client", options)


def checksum(data: bytes) -> int:
    """CRC-24Q, as RTCM 3 uses it."""
    value = 0
    for octet in data:
        value ^= octet << 16
        for _ in range(8):
            value <<= 1
            if value & 0x1000000:
                value ^= POLYNOMIAL
    return value


def frame(number: int, filler: bytes) -> bytes:
    """An RTCM 3 frame: preamble, length, message number, content, checksum."""
    body = struct.pack(">H", number << 4) + filler
    whole = struct.pack(">BH", PREAMBLE, len(body)) + body
    return whole + checksum(whole).to_bytes(3, "big")


def _serve(options: Options) -> None:
    rng = Random(options["seed"])

    class Stream(StreamRequestHandler):
        timeout = 30

        def handle(self) -> None:
            try:
                asked = self.rfile.readline(512)
                while self.rfile.readline(512).strip():
                    continue
                if f"/{options['mount']} ".encode() not in asked:
                    self.wfile.write(b"SOURCETABLE 200 OK\r\n\r\nENDSOURCETABLE\r\n")
                    return
                self.wfile.write(b"ICY 200 OK\r\n\r\n")
                while True:
                    parts = options.get("size", 400) // len(MESSAGES)
                    self.wfile.write(b"".join(frame(one, rng.randbytes(parts)) for one in MESSAGES))
                    time.sleep(options.get("every", 1.0))
            except OSError:
                return

    ThreadingTCPServer.allow_reuse_address = ThreadingTCPServer.daemon_threads = True
    ThreadingTCPServer(("0.0.0.0", options.get("port", 2101)), Stream).serve_forever()


def _receive(options: Options) -> None:
    rng = Random(options["seed"])
    agent = options.get("agent", "NTRIP GNSSInternetRadio/1.4.10")
    request = f"GET /{options['mount']} HTTP/1.0\r\nUser-Agent: {agent}\r\n\r\n"
    while True:
        try:
            where = (options["to"], options.get("port", 2101))
            with socket.create_connection(where, timeout=10) as line:
                line.sendall(request.encode())
                while line.recv(4096):
                    continue
        except OSError:
            pass
        pause({"every": 2.0}, rng)


if __name__ == "__main__":
    main({"server": _serve, "client": _receive})
