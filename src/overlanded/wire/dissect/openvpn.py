"""OpenVPN's first packets (its wire protocol draft, sections 2 and 3)."""

from __future__ import annotations

from overlanded.wire.facts import Recognised, Sample

PORT = 1194
CLIENT_RESET, SERVER_RESET, DATA, CLIENT_RESET_WRAPPED = 7, 8, 9, 10
SMALLEST_DATA = 24
DIGESTS = (16, 20, 32, 48, 64)
"""Sizes of the HMAC that may guard control packets: MD5, SHA-1, SHA-256, SHA-384, SHA-512."""
REPLAY = 8
"""Packet number and time, present with an HMAC."""
SEALED = 32
"""The tag of tls-crypt, which also encrypts what follows."""
EARLY = 64
"""Bytes that newer versions may add to a sealed reset (early negotiation)."""
CLOCK = range(1_000_000_000, 2_208_988_800)
"""Seconds since 1970 that a clock can say: 2001 to 2039."""
RESET_TAIL = {CLIENT_RESET: 5, SERVER_RESET: 17}
"""Bytes after session id and guard: count of acknowledgements, these, peer's id, number."""
LONGEST_KEY = 1024


def dissect(sample: Sample) -> Recognised | None:
    """A reset from either side; nothing in it names a machine."""
    body = sample.payload
    if sample.layer == "tcp":
        size = int.from_bytes(body[:2], "big")
        body = body[2 : 2 + size] if size <= LONGEST_KEY + 64 else b""
    if len(body) < 14 or not any(body[1:9]):
        return None
    kind, key = body[0] >> 3, body[0] & 7
    if kind == DATA and sample.layer == "udp" and PORT in (sample.src_port, sample.dst_port):
        # Peer id, then a packet number that has not wrapped, then at least a tag (version 2 data).
        return Recognised("openvpn") if body[4] == 0 and len(body) >= SMALLEST_DATA else None
    if key or not _is_reset(kind, body):
        return None
    return Recognised("openvpn", (), "dst" if kind == SERVER_RESET else "src")


def _is_reset(kind: int, body: bytes) -> bool:
    if kind == CLIENT_RESET_WRAPPED:
        return SEALED + 64 < len(body) <= LONGEST_KEY + 128 and _first(body, 9)
    if kind not in RESET_TAIL:
        return False
    guard = len(body) - 9 - RESET_TAIL[kind]
    if guard == 0:
        return _tail(kind, body)
    digest = guard - REPLAY
    sealed = SEALED <= digest <= SEALED + EARLY and _first(body, 9)
    return sealed or (digest in DIGESTS and _first(body, 9 + digest) and _tail(kind, body))


def _tail(kind: int, body: bytes) -> bool:
    """First packet of its side: number 0, with no (client) or one (server) acknowledgement."""
    count = int(kind == SERVER_RESET)
    return body[-RESET_TAIL[kind]] == count and not any(body[-4:])


def _first(body: bytes, at: int) -> bool:
    """A replay guard: a small packet number (newer versions flag its top) and a believable time."""
    number, time = (
        int.from_bytes(body[at : at + 4], "big"),
        int.from_bytes(body[at + 4 : at + 8], "big"),
    )
    return 1 <= number & 0xFFFF <= 8 and time in CLOCK
