"""NetBIOS name and datagram services over UDP (RFC 1001, RFC 1002 section 4)."""

from __future__ import annotations

from collections.abc import Iterator

from overlanded.model.identifiers import ip_text
from overlanded.wire.dissect.fields import gather, ip, mac, names_card, names_host, text
from overlanded.wire.dissect.labels import Message, Resource, name, parse
from overlanded.wire.facts import Fact, Recognised, Sample

NAMES, DATAGRAMS = 137, 138
NB, NBSTAT = 0x20, 0x21
QUERY, REGISTER, REFRESHES = 0, 5, (8, 9)
GROUP = 0x8000
OWN_SUFFIXES = (0x00, 0x20)
"""Suffixes under which a machine registers its own name: workstation and file server."""
DATAGRAM_KINDS = range(0x10, 0x17)
ENTRY = 18


def dissect(sample: Sample) -> Recognised | None:
    """Names that a machine registers, reports, or signs a datagram with."""
    if NAMES in (sample.src_port, sample.dst_port):
        return _names(sample)
    if DATAGRAMS in (sample.src_port, sample.dst_port):
        return _datagram(sample)
    return None


def _names(sample: Sample) -> Recognised | None:
    message = parse(sample.payload)
    if message is None or not _netbios(message):
        return None
    opener = "dst" if message.response else "src"
    return Recognised(
        "netbios", gather(_record(sample, message, one) for one in message.resources), opener
    )


def _netbios(message: Message) -> bool:
    """Every name must be in the 32-letter half-byte form (RFC 1001 section 14.1)."""
    kinds = [(label, kind) for label, kind, _ in message.questions]
    kinds += [(record.name, record.kind) for record in message.resources]
    return bool(kinds) and all(kind in (NB, NBSTAT, 10, 1) and plain(n)[0] for n, kind in kinds)


def plain(label: str) -> tuple[str, int]:
    """(name, suffix) of a half-byte coded name; empty when it is not one."""
    coded = label.split(".", 1)[0].upper()
    if len(coded) != 32 or not all("A" <= char <= "P" for char in coded):
        return "", -1
    raw = bytes((ord(coded[at]) - 65) << 4 | (ord(coded[at + 1]) - 65) for at in range(0, 32, 2))
    return text(raw[:15]) or "*", raw[15]


def _record(sample: Sample, message: Message, record: Resource) -> Iterator[Fact]:
    if record.kind == NBSTAT and message.response:
        yield from _status(sample, record.data)
    elif record.kind == NB and len(record.data) >= 6:
        flags, address = int.from_bytes(record.data[:2], "big"), ip(record.data[2:6])
        claimed = message.response or message.opcode == REGISTER or message.opcode in REFRESHES
        if claimed and not flags & GROUP and names_host(address):
            own = address == ip_text(*sample.src_ip)
            yield from _named("src" if own else f"ip:{address}", *plain(record.name))


def _status(sample: Sample, data: bytes) -> Iterator[Fact]:
    """A node status: its names, then the adapter's MAC."""
    count = data[0]
    for at in range(1, 1 + count * ENTRY, ENTRY):
        label, suffix = text(data[at : at + 15]), data[at + 15]
        if not int.from_bytes(data[at + 16 : at + 18], "big") & GROUP:
            yield from _named("src", label, suffix)
    card = mac(data[1 + count * ENTRY :][:6])
    if names_card(card):
        yield Fact(f"mac:{card}", "address", ip_text(*sample.src_ip))


def _named(about: str, label: str, suffix: int) -> Iterator[Fact]:
    yield Fact(about, "netbios.name", f"{label}<{suffix:02x}>")
    if suffix in OWN_SUFFIXES:
        yield Fact(about, "hostname", label.lower())


def _datagram(sample: Sample) -> Recognised | None:
    body = sample.payload
    if len(body) < 14 or body[0] not in DATAGRAM_KINDS:
        return None
    if body[0] > 0x12:  # errors and queries carry no source name
        return Recognised("netbios")
    label, suffix = plain(name(body, 14)[0])
    if not label:
        return None
    return Recognised("netbios", gather([_named("src", label, suffix)]))
