"""SNMP v1, v2c and v3 (RFC 1157, RFC 3416, RFC 3412, RFC 3414); no community is ever kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from overlanded.wire.dissect import ber
from overlanded.wire.dissect.fields import gather, text
from overlanded.wire.facts import Fact, Recognised, Sample

Item = tuple[int, bytes]
INTEGER, OCTETS, OID, SEQUENCE = 0x02, 0x04, 0x06, 0x30
VERSIONS = {0: "1", 1: "2c", 3: "3"}
RESPONSE, OLD_TRAP, TRAP, REPORT = 0xA2, 0xA4, 0xA7, 0xA8
PDUS = range(0xA0, 0xA9)
FROM_AGENT = (RESPONSE, TRAP, REPORT)
ASKING = (0xA0, 0xA1, 0xA3, 0xA5)

OBJECTS = {
    "1.3.6.1.2.1.1.1.0": "snmp.description",
    "1.3.6.1.2.1.1.2.0": "snmp.object-id",
    "1.3.6.1.2.1.1.5.0": "snmp.name",
    "1.3.6.1.2.1.47.1.1.1.1.10.1": "firmware",
    "1.3.6.1.2.1.47.1.1.1.1.11.1": "serial",
    "1.3.6.1.2.1.47.1.1.1.1.12.1": "maker",
    "1.3.6.1.2.1.47.1.1.1.1.13.1": "model",
}
"""System group (RFC 3418) and the first physical entity (ENTITY-MIB, RFC 6933) → property."""
SPECIFIC_TRAP = 6
ENTERPRISES = "1.3.6.1.4.1."


def dissect(sample: Sample) -> Recognised | None:
    """The version in use; description, name and object id from what an agent answers."""
    tag, body = ber.one(sample.payload)
    if tag != SEQUENCE:
        return None
    parts = list(ber.items(body))
    if len(parts) < 3 or parts[0][0] != INTEGER or len(parts[0][1]) != 1:
        return None
    version = VERSIONS.get(parts[0][1][0])
    if version is None:
        return None
    return _v3(parts, version) if version == "3" else _plain(parts, version)


def _plain(parts: list[Item], version: str) -> Recognised | None:
    """Version, community (skipped) and the PDU."""
    if parts[1][0] != OCTETS or parts[2][0] not in PDUS:
        return None
    return _pdu(*parts[2], [Fact("src", "snmp.version", version)])


def _pdu(kind: int, body: bytes, facts: list[Fact]) -> Recognised:
    opener = "dst" if kind == RESPONSE else "src" if kind in ASKING else ""
    return Recognised("snmp", gather([facts, _said(kind, body)]), opener)


def _said(kind: int, body: bytes) -> Iterable[Fact]:
    if kind == OLD_TRAP:
        return _old_trap(body)
    return _values(body) if kind in FROM_AGENT else ()


def _values(body: bytes) -> Iterator[Fact]:
    """Variables of a response: request id, two integers, then the list of pairs."""
    _, pairs = list(ber.items(body))[3]
    for _, pair in ber.items(pairs):
        (_, key), (kind, value) = list(ber.items(pair))[:2]
        word = OBJECTS.get(ber.oid(key))
        if word and kind == OID:
            yield Fact("src", word, ber.oid(value))
        elif word and kind == OCTETS:
            yield Fact("src", word, text(value))


def _old_trap(body: bytes) -> Iterator[Fact]:
    """A version 1 trap: its enterprise is the sysObjectID unless it is enterprise-specific."""
    (_, enterprise), _, (_, generic) = list(ber.items(body))[:3]
    made_by = ber.oid(enterprise)
    if int.from_bytes(generic, "big") < SPECIFIC_TRAP and made_by.startswith(ENTERPRISES):
        yield Fact("src", "snmp.object-id", made_by)


def _v3(parts: list[Item], version: str) -> Recognised | None:
    """Header, security parameters (with the authoritative engine), then the scoped PDU."""
    if parts[1][0] != SEQUENCE or parts[2][0] != OCTETS:
        return None
    facts = [Fact("src", "snmp.version", version)]
    if len(parts) < 4 or parts[3][0] != SEQUENCE:  # encrypted
        return Recognised("snmp", tuple(facts))
    kind, body = list(ber.items(parts[3][1]))[2]
    if kind in (RESPONSE, REPORT):
        _, parameters = ber.one(parts[2][1])
        facts.append(Fact("src", "snmp.engine", ber.one(parameters)[1].hex()))
    return _pdu(kind, body, facts)
