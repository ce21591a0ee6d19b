"""MikroTik Neighbour Discovery (UDP 5678; layout observed, as Wireshark documents it)."""

from __future__ import annotations

from collections.abc import Iterator

from overlanded.wire.dissect.fields import gather, ip, mac, names_card, names_host, text
from overlanded.wire.facts import Fact, Recognised, Sample

CARD, IDENTITY, VERSION, PLATFORM, BOARD, V6, PORT, V4 = 1, 5, 7, 8, 12, 15, 16, 17
SIZES = {CARD: 6, V6: 16, V4: 4}
STATED = {
    IDENTITY: ("hostname",),
    VERSION: ("firmware",),
    PLATFORM: ("maker",),
    BOARD: ("model",),
}
MOST_TLVS = 32


def dissect(sample: Sample) -> Recognised | None:
    """Identity, platform, board and version; a bare request has four zero bytes."""
    body = sample.payload
    if body == b"\0\0\0\0":
        return Recognised("mndp")
    tlvs = tuple(_tlvs(body[4:]))
    kinds = {kind for kind, _ in tlvs}
    if CARD not in kinds or not kinds & {IDENTITY, VERSION, PLATFORM}:
        return None
    if any(len(value) != SIZES.get(kind, len(value)) for kind, value in tlvs):
        return None
    return Recognised("mndp", gather(_facts(kind, value) for kind, value in tlvs))


def _tlvs(body: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(MOST_TLVS):
        kind = int.from_bytes(body[at : at + 2], "big")
        size = int.from_bytes(body[at + 2 : at + 4], "big")
        if at + 4 + size > len(body) or at + 4 > len(body):
            return
        yield kind, body[at + 4 : at + 4 + size]
        at += 4 + size


def _facts(kind: int, value: bytes) -> Iterator[Fact]:
    for word in STATED.get(kind, ()):
        yield Fact("src", "mndp.identity", text(value))
        yield Fact("src", word, text(value))
    if kind in (V4, V6) and names_host(ip(value)):
        yield Fact("src", "address", ip(value))
    if kind == CARD and names_card(mac(value)):
        yield Fact(f"mac:{mac(value)}", "speaks", "mndp")
