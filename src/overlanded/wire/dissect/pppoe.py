"""PPPoE discovery (RFC 2516): who looks for an uplink, and who offers one."""

from __future__ import annotations

from collections.abc import Iterator

from overlanded.wire.dissect.fields import gather, text
from overlanded.wire.facts import Fact, Recognised, Sample

VERSION_AND_TYPE = 0x11
OFFER, SESSION = 0x07, 0x65
OPENERS = {0x09: "src", 0x19: "src", OFFER: "dst", SESSION: "dst", 0xA7: ""}
"""Codes: initiation and request of the client, offer and session of the server, end of either."""
NAME = 0x0102
MOST_TAGS = 32


def dissect(sample: Sample) -> Recognised | None:
    """The name of an access concentrator, which is a way out of the network."""
    body = sample.payload
    if len(body) < 6 or body[0] != VERSION_AND_TYPE or body[1] not in OPENERS:
        return None
    size = int.from_bytes(body[4:6], "big")
    if 6 + size > len(body) and sample.complete:
        return None
    offers = body[1] in (OFFER, SESSION)
    return Recognised(
        "pppoe", gather([_server(body[6 : 6 + size])] if offers else []), OPENERS[body[1]]
    )


def _server(tags: bytes) -> Iterator[Fact]:
    yield Fact("src", "role", "gateway")
    at = 0
    for _ in range(MOST_TAGS):
        kind, size = (
            int.from_bytes(tags[at : at + 2], "big"),
            int.from_bytes(tags[at + 2 : at + 4], "big"),
        )
        if kind == NAME:
            yield Fact("src", "hostname", text(tags[at + 4 : at + 4 + size]).lower())
        at += 4 + size
