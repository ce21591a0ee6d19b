"""MQTT connections (OASIS MQTT 3.1.1 and 5.0 section 3.1, 3.2)."""

from __future__ import annotations

from overlanded.wire.dissect.fields import text
from overlanded.wire.facts import Fact, Recognised, Sample

PORTS = (1883, 8883)
CONNECT, ACCEPTED = 0x10, 0x20
NAMES = {b"\x00\x04MQTT": (4, 5), b"\x00\x06MQIsdp": (3,)}
FIRST_WITH_PROPERTIES = 5


def dissect(sample: Sample) -> Recognised | None:
    """The client identifier of a CONNECT; its user name and password are not read."""
    body = sample.payload
    if body[:1] == bytes((ACCEPTED,)) and {sample.src_port, sample.dst_port} & set(PORTS):
        size, at = _length(body, 1)
        return Recognised("mqtt", (), "dst") if size >= 2 and body[at] <= 1 else None
    if body[:1] != bytes((CONNECT,)):
        return None
    _, at = _length(body, 1)
    name = next((one for one in NAMES if body.startswith(one, at)), None)
    if name is None or body[at + len(name)] not in NAMES[name]:
        return None
    return Recognised("mqtt", (Fact("src", "mqtt.client", _client(body, at + len(name))),), "src")


def _client(body: bytes, at: int) -> str:
    """The identifier after level, flags, keep-alive and (from version 5) the properties."""
    level, at = body[at], at + 4
    if level >= FIRST_WITH_PROPERTIES:
        size, at = _length(body, at)
        at += size
    size = int.from_bytes(body[at : at + 2], "big")
    return text(body[at + 2 : at + 2 + size])


def _length(body: bytes, at: int) -> tuple[int, int]:
    """(length, offset after it): up to four bytes of seven bits, lowest first."""
    value = 0
    for index in range(4):
        value |= (body[at + index] & 0x7F) << 7 * index
        if not body[at + index] & 0x80:
            return value, at + index + 1
    raise ValueError("a length has at most four bytes")
