"""Multicast DNS and service discovery (RFC 6762, RFC 6763)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from overlanded.model.identifiers import ip_text
from overlanded.wire.dissect.fields import gather, names_host, text
from overlanded.wire.dissect.labels import PTR, SRV, TXT, Resource, address, name, parse
from overlanded.wire.facts import Fact, Recognised, Sample

PORT = 5353
SERVICE = re.compile(r"(?:^|\.)(_[a-z0-9-]+\._(?:tcp|udp))\.local$", re.IGNORECASE)
SECRET = re.compile(r"pass|pwd|secret|token|psk|cookie|session", re.IGNORECASE)
"""Keys of TXT entries that are never kept."""
MOST_RECORDS = 64


def dissect(sample: Sample) -> Recognised | None:
    """Names, services and TXT entries that a responder announces of itself."""
    message = parse(sample.payload)
    if message is None or PORT not in (sample.src_port, sample.dst_port):
        return None
    if message.opcode or not (message.questions or message.resources):
        return None
    if not message.response:
        return Recognised("mdns", (), "src")
    records = message.resources[:MOST_RECORDS]
    return Recognised("mdns", gather(_facts(sample, record) for record in records))


def _facts(sample: Sample, record: Resource) -> Iterator[Fact]:
    found = address(record)
    if found:
        yield from _host(sample, record, found)
    elif record.kind == PTR:
        yield from service(record.name, name(sample.payload, record.at)[0])
    elif record.kind == SRV:
        yield from service(record.name, record.name)
    elif record.kind == TXT:
        yield from _entries(record.data)


def _host(sample: Sample, record: Resource, found: str) -> Iterator[Fact]:
    label = record.name.lower().removesuffix(".local")
    if label and "._" not in f".{label}" and names_host(found):  # else the name of a service
        own = found == ip_text(*sample.src_ip)
        yield Fact("src" if own else f"ip:{found}", "hostname", label)


def service(asked: str, given: str) -> Iterator[Fact]:
    """The service type, and the instance that carries it when the record names one."""
    match = SERVICE.search(given) or SERVICE.search(asked)
    if match is None:
        return
    yield Fact("src", "mdns.service", match[1].lower())
    if SERVICE.search(given):
        instance = SERVICE.sub("", given)
        if instance and not instance.startswith("_"):
            yield Fact("src", "mdns.instance", instance)


def _entries(data: bytes) -> Iterator[Fact]:
    at = 0
    while at < len(data):
        entry = text(data[at + 1 : at + 1 + data[at]])
        at += data[at] + 1
        if entry and not SECRET.search(entry.partition("=")[0]):
            yield Fact("src", "mdns.text", entry)
