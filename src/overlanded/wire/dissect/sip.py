"""SIP (RFC 3261)."""

from __future__ import annotations

from overlanded.wire.dissect.heads import split
from overlanded.wire.facts import Fact, Recognised, Sample


def dissect(sample: Sample) -> Recognised | None:
    """The program that sent the message; no number and no address book entry is kept."""
    head = split(sample.payload, b"SIP")
    if head is None or not {"via", "v"} & head.headers.keys():
        return None
    name = head.headers.get("user-agent") or head.headers.get("server", "")
    return Recognised("sip", (Fact("src", "sip.agent", name),), head.opener)
