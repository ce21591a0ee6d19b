"""What a certificate states of its holder (RFC 5280), read without judging its signature."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

from overlanded.wire.dissect import ber
from overlanded.wire.dissect.fields import ip, text
from overlanded.wire.facts import Fact

NAMES = {
    "2.5.4.3": "CN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "1.2.840.113549.1.9.1": "emailAddress",
    "0.9.2342.19200300.100.1.25": "DC",
}
"""Attribute types with the short names of RFC 4519 section 2 and RFC 2985."""
ALTERNATIVE_NAMES = "2.5.29.17"
VERSION, EXTENSIONS = 0xA0, 0xA3
BMP_STRING, UTC_TIME = 0x1E, 0x17
DNS_NAME, URI, IP_ADDRESS = 0x82, 0x86, 0x87
MOST_NAMES = 16


def facts(certificate: bytes) -> Iterator[Fact]:
    """Facts about the sender of a DER certificate; ValueError when it is none."""
    fields = list(ber.items(ber.one(ber.one(certificate)[1])[1]))
    fields = fields[1:] if fields[0][0] == VERSION else fields
    _, _, (_, issuer), (_, validity), (_, subject) = fields[:5]
    yield Fact("src", "tls.fingerprint", hashlib.sha256(certificate).hexdigest())
    yield Fact("src", "tls.subject", _name(subject))
    yield Fact("src", "tls.issuer", _name(issuer))
    yield Fact("src", "tls.not-before", _time(*ber.one(validity)))
    yield Fact("src", "tls.alternative-names", ", ".join(_alternatives(fields[6:])))


def _name(body: bytes) -> str:
    """``CN=…, O=…`` in the order of the certificate; unknown attributes by their number."""
    parts = []
    for _, relative in ber.items(body):
        for _, pair in ber.items(relative):
            (_, kind), value = list(ber.items(pair))[:2]
            label = ber.oid(kind)
            parts.append(f"{NAMES.get(label, label)}={_string(*value)}")
    return ", ".join(parts)


def _string(tag: int, raw: bytes) -> str:
    return text(raw.decode("utf-16-be", "replace").encode() if tag == BMP_STRING else raw)


def _time(tag: int, raw: bytes) -> str:
    """ISO date and time of a UTCTime (years 1950-2049, section 4.1.2.5.1) or GeneralizedTime."""
    digits = text(raw).rstrip("Z")
    if tag == UTC_TIME:
        digits = ("19" if digits[:2] >= "50" else "20") + digits
    moment = datetime.strptime(digits[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return moment.isoformat().replace("+00:00", "Z")


def _alternatives(rest: list[tuple[int, bytes]]) -> Iterator[str]:
    for tag, field in rest:
        if tag == EXTENSIONS:
            for _, extension in ber.items(ber.one(field)[1]):
                parts = list(ber.items(extension))
                if ber.oid(parts[0][1]) == ALTERNATIVE_NAMES:
                    yield from _general_names(ber.one(parts[-1][1])[1])


def _general_names(body: bytes) -> Iterator[str]:
    for tag, name in list(ber.items(body))[:MOST_NAMES]:
        if tag in (DNS_NAME, URI):
            yield text(name)
        elif tag == IP_ADDRESS and len(name) in (4, 16):
            yield ip(name)
