"""SMB 1, 2 and 3 over TCP (MS-CIFS, MS-SMB2), with the session service of RFC 1002."""

from __future__ import annotations

from overlanded.wire.dissect import ntlm
from overlanded.wire.dissect.fields import gather
from overlanded.wire.dissect.netbios import plain
from overlanded.wire.facts import Fact, Recognised, Sample

MARKS = (b"\xffSMB", b"\xfeSMB", b"\xfdSMB")
SESSION_REQUEST, POSITIVE, MESSAGE = 0x81, 0x82, 0x00
NAMED = 68
"""Length of a session request: two coded names of 34 bytes."""


def dissect(sample: Sample) -> Recognised | None:
    """Names of the machines on both sides; of accounts and shares nothing is kept."""
    body = sample.payload
    if body[:4] == bytes((SESSION_REQUEST, 0, 0, NAMED)):
        return _session(body)
    at = 4 if body[:1] == bytes((MESSAGE,)) or body[:2] == bytes((POSITIVE, 0)) else -1
    at = 8 if body[:4] == bytes((POSITIVE, 0, 0, 0)) else at
    if at < 0 or (body[at : at + 4] not in MARKS and len(body) > 4):
        return None
    if len(body) <= 4:
        return Recognised("smb", (), "dst") if body[:1] == bytes((POSITIVE,)) else None
    return Recognised("smb", gather([ntlm.facts(body)]), _opener(body[at:]))


def _session(body: bytes) -> Recognised | None:
    called, calling = (plain(body[at + 1 : at + 33].decode("ascii")) for at in (4, 38))
    if not called[0] or not calling[0]:
        return None
    return Recognised("smb", (Fact("src", "hostname", calling[0].lower()),), "src")


def _opener(message: bytes) -> str:
    """The reply flag: bit 7 of the flags of SMB 1, bit 0 of those of SMB 2; none if encrypted."""
    if message[:4] == MARKS[0]:
        return "dst" if message[9] & 0x80 else "src"
    if message[:4] == MARKS[1]:
        return "dst" if message[16] & 0x01 else "src"
    return ""
