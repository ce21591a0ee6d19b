"""Remote Desktop connection requests (MS-RDPBCGR section 2.2.1): in X.224, or over UDP."""

from __future__ import annotations

from msgspec.structs import replace

from overlanded.wire.dissect import tls
from overlanded.wire.facts import Recognised, Sample

PORT = 3389
REQUEST, CONFIRM = 0xE0, 0xD0
COOKIE = b"Cookie: msts"
NEGOTIATE, ANSWER, FAILURE = 1, 2, 3
NEGOTIATION = 8
BARE = 6
SYN, SMALLEST_SYN = 1, 1132


def dissect(sample: Sample) -> Recognised | None:
    """Who asks for a desktop and who gives one; the cookie (an account name) is not kept."""
    body = sample.payload
    if sample.layer == "udp":
        return _datagrams(body)
    if len(body) < 11 or body[:2] != b"\x03\x00" or int.from_bytes(body[2:4], "big") < 11:
        return None
    opener = {REQUEST: "src", CONFIRM: "dst"}.get(body[5] & 0xF0, "")
    if not opener or not _is_desktop(sample, opener):
        return None
    after = body[int.from_bytes(body[2:4], "big") :]
    secured = tls.dissect(replace(sample, payload=after)) if after else None
    return Recognised("rdp", secured.facts if secured else (), opener)


def _is_desktop(sample: Sample, opener: str) -> bool:
    body = sample.payload
    rest = body[11 : 5 + body[4]]
    if opener == "src" and (rest.startswith(COOKIE) or _offers(rest, (NEGOTIATE,))):
        return True
    if opener == "dst" and _offers(rest, (ANSWER, FAILURE)):
        return True
    return body[4] == BARE and PORT in (sample.src_port, sample.dst_port)


def _datagrams(body: bytes) -> Recognised | None:
    """The padded SYN of the transport over UDP (MS-RDPEUDP section 2.2.2.1, 3.1.5.1.1)."""
    asks = body[:4] == b"\xff\xff\xff\xff" and len(body) >= SMALLEST_SYN and body[7] & SYN
    return Recognised("rdp", (), "src") if asks and not any(body[64:]) else None


def _offers(rest: bytes, kinds: tuple[int, ...]) -> bool:
    """A negotiation structure at the end: type, flags, length 8, protocols."""
    tail = rest[-NEGOTIATION:]
    return len(tail) == NEGOTIATION and tail[0] in kinds and tail[2:4] == b"\x08\x00"
