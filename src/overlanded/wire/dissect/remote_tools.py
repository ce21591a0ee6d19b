"""Programs for remote control and private tunnels that have a protocol of their own.

TeamViewer, Radmin, SoftEther and tinc have no standard; the fixed bytes are as captures show them.
Teredo is RFC 4380.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from overlanded.wire.facts import Recognised, Sample

TEAMVIEWER = (b"\x17\x24", b"\x11\x30")
"""First two bytes of a command, older and newer."""
TEAMVIEWER_UDP = 11
"""Offset of the command in a datagram; the first byte is zero."""
LONGEST_COMMAND = 0x80
RADMIN = re.compile(rb"\x01\x00\x00\x00[\x01\x25]\x00\x00[\x00-\x02][\x00-\x12\x27]")
RADMIN_PORT = 4899
SOFTETHER = re.compile(rb"IP=\d{1,3}(?:\.\d{1,3}){3},PORT=\d{1,5}\Z")
SOFTETHER_PACK = b"\0\0\0\x0ahost_name\0\0\0\x02\0\0\0\x01\0\0\0"
TINC = re.compile(rb"0 [A-Za-z0-9_]{1,64} 17(?:\.\d{1,2})?\n")
"""An ID request: 0, the name of the node, the version of the protocol."""
TEREDO = 3544
ORIGIN, AUTHENTICATED = b"\0\0", b"\0\x01"


def dissect(sample: Sample) -> Recognised | None:
    """The first program whose fixed bytes the payload has."""
    checks = DATAGRAMS if sample.layer == "udp" else STREAMS
    name = next((name for name, fits in checks.items() if fits(sample)), "")
    return Recognised(name) if name else None


def _teamviewer(sample: Sample) -> bool:
    body = sample.payload
    return len(body) >= 9 and body[:2] in TEAMVIEWER and body[2] <= LONGEST_COMMAND and body[2] > 0


def _teamviewer_udp(sample: Sample) -> bool:
    body, at = sample.payload, TEAMVIEWER_UDP
    return len(body) >= 20 and body[0] == 0 and body[at : at + 2] == TEAMVIEWER[0]


def _radmin(sample: Sample) -> bool:
    on_port = RADMIN_PORT in (sample.src_port, sample.dst_port)
    return on_port and RADMIN.match(sample.payload) is not None


def _softether(sample: Sample) -> bool:
    body = sample.payload
    return SOFTETHER.match(body) is not None or body.startswith(SOFTETHER_PACK)


def _tinc(sample: Sample) -> bool:
    return TINC.match(sample.payload) is not None


def _teredo(sample: Sample) -> bool:
    """IPv6, plain or behind an indication of its origin or of who asks (section 5.1.1)."""
    body = sample.payload
    if TEREDO not in (sample.src_port, sample.dst_port):
        return False
    if body[:2] == AUTHENTICATED:
        body = body[13 + sum(body[2:4]) :]
    if body[:2] == ORIGIN:
        body = body[8:]
    return len(body) >= 40 and body[0] >> 4 == 6


DATAGRAMS: dict[str, Callable[[Sample], bool]] = {
    "teredo": _teredo,
    "softether": _softether,
    "teamviewer": _teamviewer_udp,
}
STREAMS: dict[str, Callable[[Sample], bool]] = {
    "tinc": _tinc,
    "radmin": _radmin,
    "teamviewer": _teamviewer,
}
