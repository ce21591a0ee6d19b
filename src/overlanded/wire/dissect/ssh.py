"""SSH identification lines (RFC 4253 section 4.2)."""

from __future__ import annotations

from overlanded.wire.dissect.fields import text
from overlanded.wire.facts import Fact, Recognised, Sample

LONGEST_LINE = 255
LINES_BEFORE = 1024
"""A server may say other lines first; how far to look for the identification."""


def dissect(sample: Sample) -> Recognised | None:
    """The sender's identification line."""
    start = _start(sample)
    if start < 0:
        return None
    line = sample.payload[start : start + LONGEST_LINE].split(b"\n", 1)[0]
    version = line[4:8]
    if version not in (b"2.0-", b"1.99", b"1.5-", b"1.3-"):
        return None
    return Recognised("ssh", (Fact("src", "ssh.banner", text(line)),))


def _start(sample: Sample) -> int:
    body = sample.payload
    if body.startswith(b"SSH-"):
        return 0
    found = -1 if sample.from_client else body.find(b"\nSSH-", 0, LINES_BEFORE)
    return found + 1 if found >= 0 else -1
