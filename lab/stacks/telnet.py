"""Telnet (RFC 854): a small device's greeting and prompt, and a visitor who reads them.

Real daemons greet with Linux's own words; a device has its own, so this is the lab's. It lets
nobody in.
"""

from __future__ import annotations

import socket
from random import Random
from socketserver import StreamRequestHandler, ThreadingTCPServer

from lab.programs import Host, Options, Program, main, pause, python, visits

MODULES = ()
PROGRAMS = ()
WARM = ("socketserver",)
WILL_ECHO_AND_GO_ON = b"\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18"
"""WILL ECHO, WILL SUPPRESS GO AHEAD, DO TERMINAL TYPE (RFC 857, 858, 1091)."""


def server(_host: Host, options: Options) -> Program:
    """Greets on ``port`` (23) with ``banner`` and asks with ``prompt`` (login: ); refuses all."""
    return python(__name__, "server", options)


def client(_host: Host, options: Options) -> Program:
    """Visits each of ``to`` at its pace, reads the greeting and goes."""
    return python(__name__, "client", options)


def _serve(options: Options) -> None:
    greeting = WILL_ECHO_AND_GO_ON + options["banner"].replace("\n", "\r\n").encode()
    prompt = f"\r\n{options.get('prompt', 'login: ')}".encode()

    class Door(StreamRequestHandler):
        timeout = 60

        def handle(self) -> None:
            try:
                self.wfile.write(greeting + prompt)
                while self.rfile.readline(512):
                    self.wfile.write(b"\r\nLogin incorrect" + prompt)
            except OSError:
                return

    ThreadingTCPServer.allow_reuse_address = ThreadingTCPServer.daemon_threads = True
    ThreadingTCPServer(("0.0.0.0", options.get("port", 23)), Door).serve_forever()


def _visit(options: Options) -> None:
    rng = Random(options["seed"])
    addresses = [options["to"]] if isinstance(options["to"], str) else options["to"]
    for requests in visits(options):
        for number in range(requests):
            try:
                where = (addresses[number % len(addresses)], options.get("port", 23))
                with socket.create_connection(where, timeout=5) as line:
                    line.recv(2048)
            except OSError:
                pass
            pause(options, rng)


if __name__ == "__main__":
    main({"server": _serve, "client": _visit})
