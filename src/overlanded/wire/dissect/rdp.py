"""Remote Desktop connection requests (MS-RDPBCGR section 2.2.1) inside TPKT and X.224."""

from __future__ import annotations

from overlanded.wire.facts import Recognised, Sample

PORT = 3389
REQUEST, CONFIRM = 0xE0, 0xD0
COOKIE = b"Cookie: msts"
NEGOTIATE, ANSWER, FAILURE = 1, 2, 3
NEGOTIATION = 8
PLAIN_CONFIRM = 6


def dissect(sample: Sample) -> Recognised | None:
    """Who asks for a desktop and who gives one; the cookie (an account name) is not kept."""
    body = sample.payload
    if len(body) < 11 or body[:2] != b"\x03\x00" or int.from_bytes(body[2:4], "big") < 11:
        return None
    size, kind, rest = body[4], body[5] & 0xF0, body[11 : 5 + body[4]]
    if kind == REQUEST and (rest.startswith(COOKIE) or _offers(rest, (NEGOTIATE,))):
        return Recognised("rdp", (), "src")
    if kind == CONFIRM and _offers(rest, (ANSWER, FAILURE)):
        return Recognised("rdp", (), "dst")
    bare = size == PLAIN_CONFIRM and kind in (REQUEST, CONFIRM)
    if bare and PORT in (sample.src_port, sample.dst_port):
        return Recognised("rdp", (), "src" if kind == REQUEST else "dst")
    return None


def _offers(rest: bytes, kinds: tuple[int, ...]) -> bool:
    """A negotiation structure at the end: type, flags, length 8, protocols."""
    tail = rest[-NEGOTIATION:]
    return len(tail) == NEGOTIATION and tail[0] in kinds and tail[2:4] == b"\x08\x00"
