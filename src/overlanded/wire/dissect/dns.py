"""DNS over UDP and TCP (RFC 1035)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from overlanded.wire.dissect.fields import gather, ip, names_host
from overlanded.wire.dissect.labels import PTR, Message, Resource, address, name, parse
from overlanded.wire.facts import Fact, Recognised, Sample

PORTS = (53, 8053)
INTERNET, ANY_CLASS = 1, 255
ANSWERED = (0, 3)
"""Response codes of a server that does its work: no error, no such name."""
MOST_FACTS = 16
HIGHEST_COMMON_TYPE = 260


def dissect(sample: Sample) -> Recognised | None:
    """Names asked for, with the addresses they got; the server role only when it answers."""
    payload = sample.payload
    if sample.layer == "tcp":
        payload = payload[2 : 2 + int.from_bytes(payload[:2], "big")]
    message = parse(payload)
    if message is None or not _sure(sample, message, payload):
        return None
    if not message.response:
        return Recognised("dns", tuple(_asked(message)), "src")
    parts = (_served(message), _resolved(message), _local(message, payload))
    return Recognised("dns", gather(parts), "dst")


def _sure(sample: Sample, message: Message, payload: bytes) -> bool:
    """On a port of DNS its grammar is enough; elsewhere the whole message must fit it."""
    classes = all(category in (INTERNET, 3, 254, ANY_CLASS) for _, _, category in message.questions)
    if {sample.src_port, sample.dst_port} & set(PORTS):
        return classes and (bool(message.questions) or message.response)
    common = all(0 < kind <= HIGHEST_COMMON_TYPE for _, kind, _ in message.questions)
    reserved = message.flags & 0x0040
    whole = message.whole and message.end == len(payload)
    named = len(message.questions) == 1 and "." in message.questions[0][0]
    return classes and common and whole and named and not reserved


def _asked(message: Message) -> Iterator[Fact]:
    for label, kind, _ in message.questions[:MOST_FACTS]:
        if kind != PTR:
            yield Fact("src", "resolved", label.lower())


def _served(message: Message) -> Iterator[Fact]:
    if message.code in ANSWERED:
        yield Fact("src", "role", "dns-server")


def _resolved(message: Message) -> Iterator[Fact]:
    """The name that was asked for stands for every address of the answer (through aliases)."""
    if not message.questions:
        return
    asked = message.questions[0][0].lower()
    for resource in message.resources[: message.answers][:MOST_FACTS]:
        found = address(resource)
        if found:
            yield Fact("dst", "resolved", asked, f"ip:{found}")
            if _is_local(found):
                yield Fact(f"ip:{found}", "domain-name", asked)


def _local(message: Message, payload: bytes) -> Iterator[Fact]:
    """Names that a reverse zone gives to an address of a private network."""
    for resource in message.resources[: message.answers][:MOST_FACTS]:
        if resource.kind == PTR and _is_local(reversed_address(resource)):
            label = name(payload, resource.at)[0].lower()
            yield Fact(f"ip:{reversed_address(resource)}", "domain-name", label)


def reversed_address(resource: Resource) -> str:
    """The IPv4 address under in-addr.arpa that a record is about (RFC 1035 3.5), else empty."""
    parts = resource.name.lower().split(".")
    if parts[4:] != ["in-addr", "arpa"] or not all(part.isdigit() for part in parts[:4]):
        return ""
    return ip(bytes(int(part) for part in reversed(parts[:4])))


def _is_local(found: str) -> bool:
    return names_host(found) and ipaddress.ip_address(found).is_private
