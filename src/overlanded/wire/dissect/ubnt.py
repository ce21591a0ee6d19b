"""Ubiquiti discovery (UDP 10001; layout observed): radio links and gateways name themselves."""

from __future__ import annotations

from collections.abc import Iterator

from overlanded.wire.dissect.fields import gather, ip, mac, names_card, names_host, text
from overlanded.wire.facts import Fact, Recognised, Sample

VERSIONS = (1, 2)
CARD, CARD_AND_ADDRESS = 1, 2
STATED = {3: "firmware", 0x0B: "hostname", 0x0C: "model", 0x14: "model", 0x15: "model"}
MAKER = "Ubiquiti"
MOST_FIELDS = 64


def dissect(sample: Sample) -> Recognised | None:
    """Model, firmware, name and the addresses of all interfaces; a bare request has no fields."""
    body = sample.payload
    if len(body) < 4 or body[0] not in VERSIONS:
        return None
    if int.from_bytes(body[2:4], "big") != len(body) - 4:
        return None
    if len(body) == 4:
        return Recognised("ubnt", (), "src") if body == b"\x01\0\0\0" else None
    fields = tuple(_fields(body[4:]))
    if not {CARD, CARD_AND_ADDRESS} & {kind for kind, _ in fields}:
        return None
    if sum(3 + len(value) for _, value in fields) != len(body) - 4:
        return None
    maker = [Fact("src", "maker", MAKER)]
    return Recognised("ubnt", gather([maker, *(_facts(*field) for field in fields)]))


def _fields(body: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(MOST_FIELDS):
        if at + 3 > len(body):
            return
        size = int.from_bytes(body[at + 1 : at + 3], "big")
        yield body[at], body[at + 3 : at + 3 + size]
        at += 3 + size


def _facts(kind: int, value: bytes) -> Iterator[Fact]:
    if kind == CARD_AND_ADDRESS:
        card, address = mac(value[:6]), ip(value[6:])
        if names_card(card) and names_host(address):
            yield Fact(f"mac:{card}", "address", address)
    elif kind in STATED:
        word, said = STATED[kind], text(value)
        yield Fact("src", word, said.lower() if word == "hostname" else said)
