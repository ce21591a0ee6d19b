"""Camera streams (RFC 2326, RFC 3550): a small server of RTP packets and a recorder that asks."""

from __future__ import annotations

import asyncio
import random
import re
import socket
import struct
import threading
import time

from msgspec import Struct

from lab.programs import Host, Options, Program, main, python

MODULES = ()
PROGRAMS = ()

SDP = "v=0\r\no=- 1 1 IN IP4 {address}\r\ns={title}\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
CODEC = "a=rtpmap:96 H264/90000\r\na=control:trackID=1\r\n"
METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER"


def server(_host: Host, options: Options) -> Program:
    """A camera: one stream of ``rate`` packets a second, ``size`` bytes each."""
    return python(__name__, "server", options)


def client(_host: Host, options: Options) -> Program:
    """A recorder: plays the stream ``path`` of each of ``to`` and keeps the session alive."""
    return python(__name__, "client", options)


class Stream(Struct):
    """One client's stream: where its packets go, once it has said so."""

    client: tuple[str, int]
    playing: bool = False


def answer(request: str, stream: Stream, options: Options, address: str) -> str:
    """The reply to one request, noting in ``stream`` what it asked for."""
    method = request.split(" ", 1)[0]
    sequence = re.search(r"CSeq: *(\d+)", request, re.IGNORECASE)
    head = f"RTSP/1.0 200 OK\r\nCSeq: {sequence.group(1) if sequence else 0}\r\n"
    head += f"Server: {options['server']}\r\n"
    if method == "DESCRIBE":
        body = SDP.format(address=address, title=options["title"]) + CODEC
        return f"{head}Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    if method == "SETUP":
        asked = re.search(r"client_port=(\d+)", request)
        stream.client = (stream.client[0], int(asked.group(1)) if asked else 0)
        ports = f"client_port={stream.client[1]}-{stream.client[1] + 1};server_port=50000-50001"
        head += f"Transport: RTP/AVP;unicast;{ports}\r\nSession: 7A3F19C2;timeout=60\r\n"
    if method == "PLAY":
        stream.playing = True
        head += "Session: 7A3F19C2\r\nRange: npt=0.000-\r\n"
    return head + (f"Public: {METHODS}\r\n\r\n" if method == "OPTIONS" else "\r\n")


async def _serve(options: Options) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stream = Stream((writer.get_extra_info("peername")[0], 0))
        address = writer.get_extra_info("sockname")[0]
        sending = asyncio.create_task(_send(stream, options))
        try:
            while True:
                request = (await reader.readuntil(b"\r\n\r\n")).decode("utf-8", "replace")
                writer.write(answer(request, stream, options, address).encode())
        except (asyncio.IncompleteReadError, OSError):
            sending.cancel()

    async with await asyncio.start_server(talk, "0.0.0.0", 554) as server:
        await server.serve_forever()


async def _send(stream: Stream, options: Options) -> None:
    rng = random.Random(options["title"])
    source = rng.getrandbits(32)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind(("0.0.0.0", 50000))
        for number in range(10**9):
            await asyncio.sleep(1 / options["rate"])
            head = struct.pack(">BBHII", 0x80, 96, number & 0xFFFF, number * 90000, source)
            if stream.playing:
                out.sendto(head + rng.randbytes(options["size"]), stream.client)


def _record(options: Options) -> None:
    for place, address in enumerate(options["to"]):
        url = f"rtsp://{address}/{options['path']}"
        work = (address, url, 40000 + 2 * place, options)
        threading.Thread(target=_keep, args=work, daemon=True).start()
    threading.Event().wait()


def _keep(address: str, url: str, port: int, options: Options) -> None:
    while True:
        try:
            _play(address, url, port, options)
        except OSError:
            time.sleep(2)


def _play(address: str, url: str, port: int, options: Options) -> None:
    with (
        socket.create_connection((address, 554), timeout=5) as line,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as inlet,
    ):
        inlet.bind(("0.0.0.0", port))
        transport = f"Transport: RTP/AVP;unicast;client_port={port}-{port + 1}\r\n"
        wants = {"OPTIONS": "", "DESCRIBE": "", "SETUP": transport, "PLAY": ""}
        for sequence, (method, more) in enumerate(wants.items(), 1):
            _ask(line, method, url, sequence, more, options["agent"])
        for sequence in range(5, 10**9):
            time.sleep(options["every"])
            _ask(line, "GET_PARAMETER", url, sequence, "", options["agent"])


def _ask(line: socket.socket, method: str, url: str, sequence: int, more: str, agent: str) -> None:
    session = "" if sequence <= 3 else "Session: 7A3F19C2\r\n"
    head = f"{method} {url} RTSP/1.0\r\nCSeq: {sequence}\r\nUser-Agent: {agent}\r\n"
    line.sendall(f"{head}{session}{more}\r\n".encode())
    line.recv(4096)


if __name__ == "__main__":
    main({"server": lambda options: asyncio.run(_serve(options)), "client": _record})
