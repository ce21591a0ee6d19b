"""FTP control connections (RFC 959)."""

from __future__ import annotations

import re

from overlanded.wire.dissect.fields import printable, text
from overlanded.wire.facts import Fact, Recognised, Sample

PORT = 21
GREETING = re.compile(rb"(220[ -].{0,1000}?)(?:\r?\n(?!220[ -])|$)", re.DOTALL)
COMMAND = re.compile(rb"(?:USER|AUTH|FEAT|SYST|PASS|HOST|OPTS|QUIT)\b[^\n]{0,200}\r\n")


def dissect(sample: Sample) -> Recognised | None:
    """The greeting of a server; of a client's commands nothing is kept."""
    greeting = GREETING.match(sample.payload)
    if greeting and printable(greeting[1]) and _is_ftp(sample, greeting[1]):
        return Recognised("ftp", (Fact("src", "ftp.banner", text(greeting[1])),), "dst")
    if sample.dst_port == PORT and COMMAND.match(sample.payload):
        return Recognised("ftp", (), "src")
    return None


def _is_ftp(sample: Sample, greeting: bytes) -> bool:
    """Mail servers greet with 220 too: on another port than 21 the word FTP must be there."""
    return b"SMTP" not in greeting and (sample.src_port == PORT or b"ftp" in greeting.lower())
