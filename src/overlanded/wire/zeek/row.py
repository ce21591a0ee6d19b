"""One row of a log that is no conn.log, and what it says: the same facts that dissectors give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from overlanded.wire.facts import Recognised
from overlanded.wire.zeek.values import address, clean, moment

Value = bytes | str | tuple[str, ...]
"""A cell as it is written, or what JSON held."""
Ip = tuple[int, int]
NOBODY: Ip = (0, 0)


class Row(Struct, frozen=True):
    """The fields of a row that are looked at; a field that is unset or empty is left out."""

    kind: str
    entry: Mapping[str, Any]
    """Its kind's entry in ``data/zeek.toml``."""
    values: Mapping[str, Value]
    between: str = ","

    def text(self, name: str) -> str:
        """A field's text; empty when it is not there."""
        value = self.values.get(name, "")
        if isinstance(value, bytes):
            return clean(value)
        return value if isinstance(value, str) else self.between.join(value)

    def many(self, name: str) -> tuple[str, ...]:
        """The members of a set or vector."""
        value = self.values.get(name, ())
        if isinstance(value, bytes):
            return tuple(clean(part) for part in value.split(self.between.encode()))
        return (value,) if isinstance(value, str) else value

    def number(self, name: str, base: int = 10) -> int | None:
        """A whole number, None when it is none."""
        text = self.text(name).removeprefix("0x")
        try:
            return int(text, base)
        except ValueError:
            return None

    def moment(self, name: str) -> int | None:
        """A time in nanoseconds."""
        return moment(self.text(name))

    def ip(self, name: str) -> Ip:
        """An address as halves, ``NOBODY`` when it is none."""
        return address(self.text(name)) or NOBODY

    def port(self, name: str) -> int:
        """A port, also as ``80/tcp``; 0 when it is none."""
        text = self.text(name).partition("/")[0]
        return int(text) if text.isdecimal() and len(text) < 6 and int(text) < 65536 else 0

    @property
    def by_responder(self) -> bool:
        """Whether the row is of what the responder sent, as logs of control protocols tell."""
        if "is_orig" in self.values:
            return self.text("is_orig") == "F"
        for name in ("request_response", "pdu_type"):
            if self.text(name):
                return self.text(name).upper().startswith("RESP")
        sender, ends = self.ip("source_h"), (self.ip("id.orig_h"), self.ip("id.resp_h"))
        if sender == NOBODY:
            return False
        if ends[0] == ends[1]:
            return self.text("source_p") == self.text("id.resp_p")
        return sender != ends[0]

    @property
    def sender(self) -> str:
        """``orig`` or ``resp``."""
        return "resp" if self.by_responder else "orig"


class Said(Struct, frozen=True):
    """What one end of a row says; ``sender`` is ``orig``, ``resp`` or ``host``.

    ``host`` is the row's only party: nothing is said of a conversation then.
    """

    sender: str
    recognised: Recognised
    certificate: str = ""
    """The certificate that the sender showed: its fingerprint, or Zeek's number for the file."""


class Seen(Struct, frozen=True):
    """A MAC with an address that it holds or sent from; ``how`` as in the sightings."""

    mac: int
    ip: Ip
    how: int


class Certificate(Struct, frozen=True):
    """What a certificate says of whoever shows it; ``key`` as in ``Said.certificate``."""

    key: str
    recognised: Recognised


Told = Said | Seen | Certificate
