"""TLS services, and the agents that talk with them: beacons, and connections that are kept open.

Python's ssl (OpenSSL) on both sides. Inside, a message is eight octets, its own length and that of
the answer it wants, and filler: nobody on the wire sees more than lengths and times. Names, pace
and sizes come from the scenario, so one client stands for a cloud agent, another for a
remote-control program.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import time
from random import Random

from lab import keys
from lab.programs import Host, Options, Program, main, python

MODULES = ("cryptography",)
PROGRAMS = ()
WARM = ("ssl", "asyncio")
HEAD = struct.Struct(">II")
MOST = 1 << 20
VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
PATIENCE = 10.0


def server(host: Host, options: Options) -> Program:
    """A service on ``port`` (443) with a certificate for ``cn`` and the names in ``san``.

    ``issuer`` is the authority that signs it (itself if none is given), ``organisation`` its
    owner, ``rsa`` its kind of key, ``version`` the newest TLS it speaks (1.3; the certificate is
    in the clear up to 1.2).
    """
    key, certificate = keys.certificate(
        host,
        f"tls-{host.id}-{options.get('port', 443)}",
        options["cn"],
        issuer=options.get("issuer", ""),
        organisation=options.get("organisation", ""),
        names=tuple(options.get("san", ())),
        rsa=options.get("rsa", False),
    )
    return python(__name__, "server", options | {"files": [str(certificate), str(key)]})


def client(_host: Host, options: Options) -> Program:
    """Talks with ``to``, or with whatever address ``sni`` resolves to if no ``to`` is given.

    ``every`` seconds, give or take the share ``jitter``, it sends ``size`` octets and gets
    ``answer``; the share ``missed`` of the beats is left out. With ``keep`` all goes over one
    connection, otherwise each beat has its own. ``burst``: {every, times, size, answer} more
    messages in a row, now and then. ``sni`` may be absent; ``alpn`` lists protocols.
    """
    return python(__name__, "client", options)


def beats(options: Options, rng: Random) -> list[float]:
    """The moments of an hour's beats: missed ones are not there, the others are off by jitter."""
    every, jitter = options["every"], options.get("jitter", 0.0)
    at = every * rng.random()
    moments = []
    while at < 3600:
        if rng.random() >= options.get("missed", 0.0):
            moments.append(at)
        at += every * (1 + jitter * rng.uniform(-1, 1))
    return moments


def size(wanted: int | list[int], rng: Random) -> int:
    """A length, or one drawn between two."""
    return wanted if isinstance(wanted, int) else rng.randint(*wanted)


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
        while True:
            length, answer = HEAD.unpack(await reader.readexactly(HEAD.size))
            await reader.readexactly(min(length, MOST))
            writer.write(bytes(min(answer, MOST)))
            await writer.drain()
    writer.close()


async def _serve(options: Options) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*options["files"])
    context.maximum_version = VERSIONS[str(options.get("version", "1.3"))]
    context.set_alpn_protocols(options.get("alpn", ["http/1.1"]))
    port = options.get("port", 443)
    async with await asyncio.start_server(_talk, "0.0.0.0", port, ssl=context) as door:
        await door.serve_forever()


class Agent:
    """A client with at most one connection."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.rng = Random(options["seed"])
        self.line: ssl.SSLSocket | None = None
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE
        if "alpn" in options:
            self.context.set_alpn_protocols(options["alpn"])

    def send(self, sent: int | list[int], answer: int | list[int]) -> None:
        """One message and its answer; a connection that fails is given up."""
        try:
            line = self.line = self.line or self._connect()
            length, wanted = size(sent, self.rng), size(answer, self.rng)
            line.sendall(HEAD.pack(length, wanted) + bytes(length))
            while wanted > 0:
                got = len(line.recv(min(wanted, 65536)))
                if not got:
                    raise OSError("closed")
                wanted -= got
        except OSError:
            self.close()

    def _connect(self) -> ssl.SSLSocket:
        options = self.options
        address = (options.get("to") or options["sni"], options.get("port", 443))
        plain = socket.create_connection(address, timeout=PATIENCE)
        return self.context.wrap_socket(plain, server_hostname=options.get("sni"))

    def close(self) -> None:
        """End the connection, if there is one."""
        if self.line:
            with contextlib.suppress(OSError):
                self.line.close()
            self.line = None


def _run(options: Options) -> None:
    agent = Agent(options)
    begun = time.monotonic()
    plain = [(at, 0) for at in beats(options, agent.rng)]
    burst = options.get("burst")
    bursts = [(at, 1) for at in beats(burst, agent.rng)] if burst else []
    if options.get("keep"):
        agent.send(options.get("size", 100), options.get("answer", 60))
    for at, kind in sorted(plain + bursts):
        time.sleep(max(0.0, at - (time.monotonic() - begun)))
        habit = burst if kind and burst else options
        for _ in range(size(habit.get("times", 1), agent.rng)):
            agent.send(habit.get("size", 100), habit.get("answer", 60))
        if not options.get("keep"):
            agent.close()


if __name__ == "__main__":
    main({"server": lambda options: asyncio.run(_serve(options)), "client": _run})
