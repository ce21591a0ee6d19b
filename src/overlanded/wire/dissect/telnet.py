"""Telnet (RFC 854): the negotiation is stripped, the first text of the server is kept."""

from __future__ import annotations

import re

from overlanded.wire.dissect.fields import text
from overlanded.wire.facts import Fact, Recognised, Sample

PORT = 23
IAC = 0xFF
LONGEST = 4096
"""Bytes looked at: a banner comes first."""
NEGOTIATION = re.compile(rb"\xff(?:[\xfb-\xfe].|\xfa.{0,200}?\xff\xf0|[\xf0-\xf9])", re.DOTALL)
HIGHEST_OPTION = 49
"""Options above are unassigned, but 138-140 and 255 (RFC 855; IANA telnet-options)."""
PROMPT = re.compile(r"(?:login|user ?name|user|password)\s*:", re.IGNORECASE)
ESCAPES = re.compile(rb"\x1b\[[0-9;?]{0,16}[A-Za-z]")


def dissect(sample: Sample) -> Recognised | None:
    """The banner up to the first prompt: what follows may echo what somebody typed."""
    body = sample.payload[:LONGEST]
    if not _negotiates(body) and PORT not in (sample.src_port, sample.dst_port):
        return None
    plain = NEGOTIATION.sub(b"", body)
    if IAC in plain or not _readable(plain):
        return None
    if sample.from_client or sample.dst_port == PORT:
        return Recognised("telnet")
    banner = text(ESCAPES.sub(b"", plain))
    prompt = PROMPT.search(banner)
    banner = banner[: prompt.end()] if prompt else banner
    return Recognised("telnet", (Fact("src", "telnet.banner", banner),))


def _negotiates(body: bytes) -> bool:
    """True when the first bytes are a WILL, WONT, DO or DONT of an assigned option."""
    return (
        len(body) >= 3
        and body[0] == IAC
        and 0xFB <= body[1] <= 0xFE
        and (body[2] <= HIGHEST_OPTION or body[2] in (138, 139, 140, 255))
    )


def _readable(plain: bytes) -> bool:
    """Text with the controls of a terminal; other controls are not Telnet's."""
    return all(byte >= 32 or byte in (0, 7, 8, 9, 10, 13, 27) for byte in plain[:512])
