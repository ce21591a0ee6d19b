"""DNS messages (RFC 1035 section 4): shared by DNS, mDNS, LLMNR, NetBIOS and router options."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from msgspec import Struct

from overlanded.wire.dissect.fields import ip, text

LONGEST_NAME = 255
MOST_POINTERS = 32
MOST_RECORDS = 256

A, CNAME, PTR, TXT, AAAA, SRV = 1, 5, 12, 16, 28, 33


class Resource(Struct, frozen=True):
    """One resource record; ``at`` is where its data starts in the message."""

    name: str
    kind: int
    category: int
    at: int
    data: bytes


class Message(Struct, frozen=True):
    """A parsed message; ``whole`` is False when it ends before its counts are satisfied."""

    flags: int
    questions: tuple[tuple[str, int, int], ...]
    """(name, type, class) each."""
    resources: tuple[Resource, ...]
    answers: int
    """How many of the resources stand in the answer section."""
    whole: bool
    end: int

    @property
    def response(self) -> bool:
        """The QR bit."""
        return bool(self.flags & 0x8000)

    @property
    def opcode(self) -> int:
        """0 query, 4 notify, 5 update (or registration in NetBIOS)."""
        return self.flags >> 11 & 15

    @property
    def code(self) -> int:
        """The response code: 0 no error, 3 no such name."""
        return self.flags & 15


def name(message: bytes, at: int) -> tuple[str, int]:
    """(dotted name without the last dot, offset after it); pointers only lead backwards."""
    labels: list[str] = []
    total, lowest, after = 0, at, -1
    for _ in range(MOST_POINTERS + LONGEST_NAME):
        size = message[at]
        if size >= 0xC0:
            target = (size & 0x3F) << 8 | message[at + 1]
            after = at + 2 if after < 0 else after
            if target >= lowest:
                raise ValueError("a pointer must lead backwards")
            at = lowest = target
            continue
        if size == 0:
            return ".".join(labels), at + 1 if after < 0 else after
        label = message[at + 1 : at + 1 + size]
        total += size + 1
        if size > 63 or len(label) < size or total > LONGEST_NAME:
            raise ValueError("a label is too long")
        labels.append(text(label, 63))
        at += size + 1
    raise ValueError("too many pointers")


def parse(message: bytes) -> Message | None:
    """The message, or None when its header or questions are not those of DNS."""
    if len(message) < 12:
        return None
    _, flags, asked, *counts = struct.unpack_from("!6H", message)
    if asked > MOST_RECORDS or asked + sum(counts) == 0 or flags >> 11 & 15 > 8:
        return None
    questions, at = [], 12
    for _ in range(asked):
        label, at = name(message, at)
        questions.append((label, *struct.unpack_from("!HH", message, at)))
        at += 4
    resources = tuple(_resources(message, at, min(sum(counts), MOST_RECORDS)))
    end = resources[-1].at + len(resources[-1].data) if resources else at
    whole = len(resources) == sum(counts)
    return Message(flags, tuple(questions), resources, counts[0], whole, end)


def _resources(message: bytes, at: int, count: int) -> Iterator[Resource]:
    for _ in range(count):
        try:
            label, at = name(message, at)
            kind, category, _, size = struct.unpack_from("!HHIH", message, at)
        except (ValueError, IndexError, struct.error):
            return
        at += 10
        if at + size > len(message):
            return
        yield Resource(label, kind, category, at, message[at : at + size])
        at += size


def address(resource: Resource) -> str:
    """The address that an A or AAAA record holds; empty for another record."""
    if (resource.kind, len(resource.data)) in ((A, 4), (AAAA, 16)):
        return ip(resource.data)
    return ""
