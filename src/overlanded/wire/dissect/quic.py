"""QUIC (RFC 9000) initial packets; their keys are public (RFC 9001 5.2, RFC 9369 3.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from overlanded.wire.dissect.tls import client
from overlanded.wire.facts import Recognised, Sample

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.hashes import SHA256

LONGEST_ID = 20
SMALLEST = 1200
"""A client pads its first datagram to this size (RFC 9000 section 14.1)."""
CLIENT_HELLO = 1
PADDING, PING, CRYPTO = 0, 1, 6
MOST_FRAMES = 512
LONGEST_HELLO = 65536
GOOGLE = re.compile(rb"[\x08-\x0f].{8}Q0\d\d|[\xc0-\xff]Q0\d\d", re.DOTALL)
"""Google's versions before the standard carry their name in plain text."""


class Version(Struct, frozen=True):
    """What the keys of a version are made from."""

    salt: bytes
    prefix: str
    initial: int
    """The two type bits of an initial packet."""


VERSIONS = {
    0x00000001: Version(bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a"), "quic ", 0),
    0x6B3343CF: Version(bytes.fromhex("0dede3def700a6db819381be6e269dcbf9bd2ed9"), "quicv2 ", 1),
    0xFF00001D: Version(bytes.fromhex("afbfec289993d24c9e9786f19c6111e04390a899"), "quic ", 0),
}
"""Version 1, version 2 and draft 29, which some embedded stacks still speak."""


class Long(Struct, frozen=True):
    """A long header: where things stand in the datagram."""

    version: int
    destination: bytes
    after_ids: int


def dissect(sample: Sample) -> Recognised | None:
    """The server name and fingerprint of a client's first datagram."""
    body = sample.payload
    if GOOGLE.match(body):
        return Recognised("quic")
    header = _long(body)
    if header is None:
        return None
    if header.version == 0:
        return Recognised("quic", (), "dst") if _negotiates(body, header) else None
    kind = VERSIONS[header.version]
    if len(body) < SMALLEST or body[0] >> 4 & 3 != kind.initial:
        return Recognised("quic")
    plain = _opened(body, header, kind)
    return _named(plain) if plain else Recognised("quic")


def _long(body: bytes) -> Long | None:
    if len(body) < 7 or not body[0] & 0x80:
        return None
    version = int.from_bytes(body[1:5], "big")
    if version not in VERSIONS and version != 0:
        return None
    if version and not body[0] & 0x40:
        return None
    size = body[5]
    source = body[6 + size]
    if size > LONGEST_ID or source > LONGEST_ID:
        return None
    return Long(version, body[6 : 6 + size], 7 + size + source)


def _negotiates(body: bytes, header: Long) -> bool:
    """A version negotiation: a list of versions, one of them known (RFC 9000 17.2.1)."""
    rest = body[header.after_ids :]
    listed = {int.from_bytes(rest[at : at + 4], "big") for at in range(0, len(rest), 4)}
    return len(rest) % 4 == 0 and bool(listed & VERSIONS.keys())


def _opened(body: bytes, header: Long, kind: Version) -> bytes:
    """The frames of an initial packet of a client; empty when it does not open."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    token, at = _number(body, header.after_ids)
    length, start = _number(body, at + token)
    key, iv, mask_key = _keys(header.destination, kind)
    ecb = Cipher(algorithms.AES(mask_key), modes.ECB()).encryptor()  # noqa: S305 (RFC 9001 5.4.3)
    mask = ecb.update(body[start + 4 : start + 20])
    first = body[0] ^ mask[0] & 0x0F
    size = (first & 3) + 1
    number = bytes(a ^ b for a, b in zip(body[start : start + size], mask[1:], strict=False))
    nonce = (int.from_bytes(iv, "big") ^ int.from_bytes(number, "big")).to_bytes(12, "big")
    known = bytes((first,)) + body[1:start] + number
    try:
        return AESGCM(key).decrypt(nonce, body[start + size : start + length], known)
    except InvalidTag:
        return b""


def _keys(connection: bytes, kind: Version) -> tuple[bytes, bytes, bytes]:
    """(key, iv, header key) of the client side."""
    from cryptography.hazmat.primitives import hashes, hmac

    extract = hmac.HMAC(kind.salt, hashes.SHA256())
    extract.update(connection)
    secret = _expand(extract.finalize(), "client in", 32, hashes.SHA256())
    sizes = (("key", 16), ("iv", 12), ("hp", 16))
    key, iv, mask = (_expand(secret, kind.prefix + name, n, hashes.SHA256()) for name, n in sizes)
    return key, iv, mask


def _expand(secret: bytes, label: str, size: int, digest: SHA256) -> bytes:
    """HKDF-Expand-Label with an empty context (RFC 8446 section 7.1)."""
    from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

    name = b"tls13 " + label.encode()
    info = size.to_bytes(2, "big") + bytes((len(name),)) + name + b"\0"
    return HKDFExpand(digest, size, info).derive(secret)


def _number(body: bytes, at: int) -> tuple[int, int]:
    """(variable-length integer, offset after it) (RFC 9000 section 16)."""
    size = 1 << (body[at] >> 6)
    value = int.from_bytes(body[at : at + size], "big") & ((1 << (8 * size - 2)) - 1)
    return value, at + size


def _named(plain: bytes) -> Recognised:
    """The hello in the CRYPTO frames, which may come in any order."""
    pieces = sorted(_pieces(plain))
    whole = b""
    for offset, data in pieces:
        if offset > len(whole):
            break
        whole = whole[:offset] + data
    if whole[:1] != bytes((CLIENT_HELLO,)):
        return Recognised("quic", (), "src")
    return client(whole[4:], "quic", "q") or Recognised("quic", (), "src")


def _pieces(plain: bytes) -> Iterator[tuple[int, bytes]]:
    """(offset, data) of the CRYPTO frames; any frame of another kind than these ends it."""
    at = 0
    for _ in range(MOST_FRAMES):
        while at < len(plain) and plain[at] in (PADDING, PING):
            at += 1
        if at >= len(plain) or plain[at] != CRYPTO:
            return
        offset, at = _number(plain, at + 1)
        size, at = _number(plain, at)
        if offset + size > LONGEST_HELLO:
            return
        yield offset, plain[at : at + size]
        at += size
