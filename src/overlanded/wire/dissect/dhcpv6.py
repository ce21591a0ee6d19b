"""DHCP for IPv6 (RFC 8415; DNS options RFC 3646, client name RFC 4704)."""

from __future__ import annotations

from collections.abc import Iterator

from overlanded.wire.dissect.fields import gather, ip, text
from overlanded.wire.dissect.labels import name
from overlanded.wire.facts import Fact, Recognised, Sample

PORTS = (546, 547)
CLIENT_KINDS = frozenset((1, 3, 4, 5, 6, 8, 9, 11))
ADVERTISE, REPLY, RECONFIGURE = 2, 7, 10
RELAYS = frozenset((12, 13))
CLIENT_ID, IA_NA, IA_ADDRESS, ORO, VENDOR_CLASS, DNS, DOMAINS, FULL_NAME = (
    1,
    3,
    5,
    6,
    16,
    23,
    24,
    39,
)
MOST_OPTIONS = 64


def dissect(sample: Sample) -> Recognised | None:
    """Client: identifier, name, vendor class. Server: its role and what it hands out."""
    body = sample.payload
    if not {sample.src_port, sample.dst_port} & set(PORTS) or len(body) < 4:
        return None
    kind = body[0]
    if kind in RELAYS:  # wraps somebody else's message: nothing here is about the sender
        return Recognised("dhcp") if len(body) >= 34 and body[1] <= 32 else None
    options = list(_options(body[4:]))
    if not options:
        return None
    if kind in CLIENT_KINDS:
        return Recognised("dhcp", gather(_client(*option) for option in options), "src")
    if kind in (ADVERTISE, REPLY, RECONFIGURE):
        role = [Fact("src", "role", "dhcp-server")]
        return Recognised("dhcp", gather([role, *(_server(*one) for one in options)]), "dst")
    return None


def _options(body: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(MOST_OPTIONS):
        if at + 4 > len(body):
            return
        code, size = (
            int.from_bytes(body[at : at + 2], "big"),
            int.from_bytes(body[at + 2 : at + 4], "big"),
        )
        if at + 4 + size > len(body):
            return
        yield code, body[at + 4 : at + 4 + size]
        at += 4 + size


def _client(code: int, value: bytes) -> Iterator[Fact]:
    if code == CLIENT_ID:
        yield Fact("src", "dhcp.client-id", value.hex())
    elif code == ORO:
        pairs = (value[at : at + 2] for at in range(0, len(value) - 1, 2))
        wanted = ",".join(str(int.from_bytes(pair, "big")) for pair in pairs)
        yield Fact("src", "dhcp.parameters", wanted)
    elif code == VENDOR_CLASS and len(value) > 6:
        enterprise = int.from_bytes(value[:4], "big")
        yield Fact("src", "dhcp.vendor-class", f"{text(value[6:])} (enterprise {enterprise})")
    elif code == FULL_NAME:
        yield Fact("src", "hostname", name(value + b"\0", 1)[0].lower())


def _server(code: int, value: bytes) -> Iterator[Fact]:
    if code == DNS:
        for at in range(0, len(value) - 15, 16):
            server = ip(value[at : at + 16])
            yield Fact("src", "offers", f"dns {server}", f"ip:{server}")
    elif code == DOMAINS:
        yield Fact("src", "offers", f"domain {name(value, 0)[0].lower()}")
    elif code == IA_NA:
        for inner, lease in _options(value[12:]):
            if inner == IA_ADDRESS:
                yield Fact("src", "offers", f"lease {ip(lease[:16])}")
