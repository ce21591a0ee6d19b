"""DHCP for IPv4 (RFC 2131; options RFC 2132, client name RFC 4702)."""

from __future__ import annotations

from collections.abc import Iterator

from overlanded.wire.dissect.fields import gather, ip, mac, names_card, names_host, text
from overlanded.wire.facts import Fact, Recognised, Sample

MAGIC = bytes.fromhex("63825363")
OPTIONS_AT = 240
REQUEST, REPLY = 1, 2
OFFER, ACK = 2, 5
ROUTER, DNS, HOSTNAME, DOMAIN, KIND, SERVER, PARAMETERS = 3, 6, 12, 15, 53, 54, 55
VENDOR_CLASS, CLIENT_ID, FULL_NAME = 60, 61, 81
PAD, END = 0, 255
MOST_ADDRESSES = 4


def dissect(sample: Sample) -> Recognised | None:
    """What a client says of itself, and what a server hands out."""
    body = sample.payload
    if len(body) < OPTIONS_AT or body[236:240] != MAGIC or body[0] not in (REQUEST, REPLY):
        return None
    options = _options(body)
    kind = options.get(KIND, b"\0")[0]
    if body[0] == REQUEST:
        return Recognised("dhcp", gather([_client(body, options)]), "src")
    return Recognised("dhcp", gather([_server(sample, options, kind), _lease(body, kind)]), "dst")


def _options(body: bytes) -> dict[int, bytes]:
    """Option → value; parts of one option are joined (RFC 3396)."""
    found: dict[int, bytes] = {}
    at = OPTIONS_AT
    while at < len(body) and body[at] != END:
        if body[at] == PAD:
            at += 1
            continue
        size = body[at + 1] if at + 1 < len(body) else 0
        value = body[at + 2 : at + 2 + size]
        if len(value) < size:
            break
        found[body[at]] = found.get(body[at], b"") + value
        at += 2 + size
    return found


def card(body: bytes) -> str:
    """The client's MAC; empty for another hardware type."""
    if body[1] != 1 or body[2] != 6:
        return ""
    found = mac(body[28:34])
    return found if names_card(found) else ""


def _client(body: bytes, options: dict[int, bytes]) -> Iterator[Fact]:
    """Facts are about the hardware address in the message: a relay may have sent the frame."""
    about = f"mac:{card(body)}" if card(body) else "src"
    yield Fact(about, "hostname", text(options.get(HOSTNAME, b"")).lower())
    yield Fact(about, "hostname", _full_name(options.get(FULL_NAME, b"")))
    yield Fact(about, "dhcp.vendor-class", text(options.get(VENDOR_CLASS, b"")))
    yield Fact(about, "dhcp.parameters", ",".join(map(str, options.get(PARAMETERS, b""))))
    yield Fact(about, "dhcp.client-id", options.get(CLIENT_ID, b"").hex())
    held = ip(body[12:16])
    if card(body) and names_host(held):
        yield Fact(about, "address", held)


def _full_name(value: bytes) -> str:
    """The client's full name: flags, two unused bytes, then ASCII or labels (flag bit 4)."""
    if len(value) < 4:
        return ""
    if not value[0] & 4:
        return text(value[3:]).lower()
    labels, at = [], 3
    while at < len(value) and 0 < value[at] < 64:
        labels.append(text(value[at + 1 : at + 1 + value[at]]))
        at += value[at] + 1
    return ".".join(labels).lower()


def _server(sample: Sample, options: dict[int, bytes], kind: int) -> Iterator[Fact]:
    if kind not in (OFFER, ACK):
        return
    server = ip(options[SERVER]) if len(options.get(SERVER, b"")) == 4 else ""
    relayed = names_host(ip(sample.payload[24:28]))
    about = f"ip:{server}" if relayed and server else "src"
    if not relayed or server:
        yield Fact(about, "role", "dhcp-server")
        yield from _offers(about, options)
        given = ip(sample.payload[16:20])
        if names_host(given):
            client = f"mac:{card(sample.payload)}" if card(sample.payload) else ""
            yield Fact(about, "offers", f"lease {given}", client)


def _offers(about: str, options: dict[int, bytes]) -> Iterator[Fact]:
    for option, word in ((ROUTER, "router"), (DNS, "dns")):
        value = options.get(option, b"")
        for at in range(0, min(len(value) - 3, 4 * MOST_ADDRESSES), 4):
            address = ip(value[at : at + 4])
            yield Fact(about, "offers", f"{word} {address}", f"ip:{address}")
    domain = text(options.get(DOMAIN, b"")).lower()
    if domain:
        yield Fact(about, "offers", f"domain {domain}")


def _lease(body: bytes, kind: int) -> Iterator[Fact]:
    """Only the acknowledgement binds the address (RFC 2131 section 3.1)."""
    given = ip(body[16:20])
    if kind == ACK and card(body) and names_host(given):
        yield Fact(f"mac:{card(body)}", "address", given)
