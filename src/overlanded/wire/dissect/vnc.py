"""Remote framebuffer, VNC (RFC 6143 section 7.1.1)."""

from __future__ import annotations

import re

from overlanded.wire.facts import Recognised, Sample

VERSION = re.compile(rb"RFB \d{3}\.\d{3}\n")


def dissect(sample: Sample) -> Recognised | None:
    """Either side's version line; the passwords that may follow are not read."""
    return Recognised("vnc") if VERSION.match(sample.payload) else None
