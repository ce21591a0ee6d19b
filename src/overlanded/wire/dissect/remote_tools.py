"""Remote control and private tunnels with a protocol of their own, and requests to open a door.

RMCP (ASF 2.0) turns servers on and off; NAT-PMP (RFC 6886) and PCP (RFC 6887) ask a router to let
the outside in; Teredo is RFC 4380. TeamViewer, Radmin, SoftEther and tinc have no standard; their
fixed bytes are as captures show them.
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
RMCP_PORTS = (623, 664)
RMCP_HEAD = (b"\x06\x00\xff\x06", b"\x06\x00\xff\x07")
"""Version 1.0, no sequence; class ASF or IPMI (section 3.2.2.2)."""
MAPPING_PORTS = (5350, 5351)
MAPPING_SIZES = {(0, 0): 2, (0, 1): 12, (0, 2): 12, (0, 128): 12, (0, 129): 16, (0, 130): 16}
"""(version, operation) → size (RFC 6886 sections 3.2 and 3.3)."""
PCP, PCP_LEAST, PCP_OPERATIONS = 2, 24, 3
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


def _rmcp(sample: Sample) -> bool:
    on_port = bool({sample.src_port, sample.dst_port} & set(RMCP_PORTS))
    return on_port and sample.payload[:4] in RMCP_HEAD


def _mapping(sample: Sample) -> bool:
    body = sample.payload
    if len(body) < 2 or not {sample.src_port, sample.dst_port} & set(MAPPING_PORTS):
        return False
    if body[0] == PCP:
        return len(body) >= PCP_LEAST and len(body) % 4 == 0 and body[1] & 0x7F <= PCP_OPERATIONS
    return MAPPING_SIZES.get((body[0], body[1])) == len(body)


DATAGRAMS: dict[str, Callable[[Sample], bool]] = {
    "teredo": _teredo,
    "rmcp": _rmcp,
    "nat-pmp": _mapping,
    "softether": _softether,
    "teamviewer": _teamviewer_udp,
}
STREAMS: dict[str, Callable[[Sample], bool]] = {
    "tinc": _tinc,
    "radmin": _radmin,
    "teamviewer": _teamviewer,
}
