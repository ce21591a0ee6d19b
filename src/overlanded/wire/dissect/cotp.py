"""ISO-on-TCP: TPKT (RFC 1006 section 6) around COTP class 0 (ITU-T X.224 section 13)."""

from __future__ import annotations

from msgspec import Struct

from overlanded.wire.dissect.plain import facts
from overlanded.wire.facts import Fact, Recognised, Sample

CONNECT, CONFIRM, DATA = 0xE0, 0xD0, 0xF0
CALLING, CALLED = 0xC1, 0xC2
PORT = 102
MOST = 512
"""TPDUs read of one payload."""


class Transport(Struct, frozen=True):
    """What one direction's TPDUs say: connection TSAPs, and the user data of whole messages."""

    kind: int
    """Type of the first TPDU: ``CONNECT``, ``CONFIRM`` or ``DATA``."""
    calling: bytes = b""
    called: bytes = b""
    messages: tuple[bytes, ...] = ()
    """User data joined up to each end-of-TSDU mark; the last may be cut."""


def read(payload: bytes) -> Transport | None:
    """The transport in a payload that starts with a TPKT, or None for anything else."""
    kind = 0
    tsaps: dict[int, bytes] = {}
    messages: list[bytes] = []
    joined = b""
    for header, body in _tpdus(payload):
        kind = kind or header[0] & 0xF0
        if header[0] == DATA:
            joined += body
            if header[1] & 0x80:
                messages.append(joined)
                joined = b""
        else:
            tsaps |= _parameters(header[6:])
    if not kind:
        return None
    if joined:
        messages.append(joined)
    return Transport(kind, tsaps.get(CALLING, b""), tsaps.get(CALLED, b""), tuple(messages))


def _tpdus(payload: bytes) -> list[tuple[bytes, bytes]]:
    """(header from the type byte on, user data) of the TPDUs; stops at the first misfit."""
    found: list[tuple[bytes, bytes]] = []
    at = 0
    while len(found) < MOST and payload[at : at + 2] == b"\x03\x00" and len(payload) >= at + 7:
        length = int.from_bytes(payload[at + 2 : at + 4], "big")
        indicator = payload[at + 4]
        header = payload[at + 5 : at + 5 + indicator]
        if not _sound(length, indicator, header):
            break
        found.append((header, payload[at + 5 + indicator : at + length]))
        at += length
    return found


def _sound(length: int, indicator: int, header: bytes) -> bool:
    if length < 5 + indicator or not header:
        return False
    if header[0] == DATA:
        return indicator == 2
    return header[0] in (CONNECT, CONFIRM) and indicator >= 6 and length == 5 + indicator


def _parameters(variable: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at + 2 <= len(variable):
        size = variable[at + 1]
        found.setdefault(variable[at], variable[at + 2 : at + 2 + size])
        at += 2 + size
    return found


def dissect(sample: Sample) -> Recognised | None:
    """A connection over ISO-on-TCP whose user data nobody named.

    Without TSAPs only port 102 counts: Remote Desktop opens with the same TPDU.
    """
    transport = read(sample.payload)
    if transport is None:
        return None
    if not transport.called and PORT not in (sample.src_port, sample.dst_port):
        return None
    return Recognised("cotp", connection(transport), opener(transport, sample))


def opener(transport: Transport, sample: Sample) -> str:
    """Who opened the connection: its request tells, else the port."""
    if transport.kind in (CONNECT, CONFIRM):
        return "src" if transport.kind == CONNECT else "dst"
    return {sample.dst_port: "src", sample.src_port: "dst"}.get(PORT, "")


KINDS = {1: "programming device", 2: "operator panel", 3: "basic connection"}
"""First byte of the called TSAP of a SIMATIC CPU (Siemens, S7 connection resources)."""


def connection(transport: Transport, *, s7: bool = False) -> tuple[Fact, ...]:
    """What the TSAP that a client calls says of the client and the place it asks for.

    Two bytes mean a rack and a slot only where the user data is S7: others use them freely.
    """
    called = transport.called
    value = called.decode() if called.startswith(b"SIMATIC-") and called.isascii() else ""
    if s7 and len(called) == 2 and called[0] in KINDS:
        value = f"{KINDS[called[0]]}, rack {called[1] >> 5}, slot {called[1] & 0x1F}"
    return facts("src", [("s7.connection", value)]) if transport.kind == CONNECT else ()
