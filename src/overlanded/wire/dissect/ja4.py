"""JA4, the fingerprint of a TLS client (FoxIO's public specification; JA4 alone is BSD-3)."""

from __future__ import annotations

import hashlib

from overlanded.wire.dissect.hello import ALPN, SERVER_NAME, Hello, grease

VERSIONS = {
    0x0304: "13",
    0x0303: "12",
    0x0302: "11",
    0x0301: "10",
    0x0300: "s3",
    0x0002: "s2",
    0xFEFC: "d3",
    0xFEFD: "d2",
    0xFEFF: "d1",
}
NOTHING = "000000000000"
LISTED = 12
MOST = 99


def ja4(hello: Hello, transport: str) -> str:
    """The fingerprint; ``transport`` is ``t`` for TCP, ``q`` for QUIC, ``d`` for DTLS."""
    ciphers = [one for one in hello.ciphers if not grease(one)]
    kinds = [kind for kind, _ in hello.extensions if not grease(kind)]
    named = "d" if SERVER_NAME in kinds else "i"
    counts = f"{min(len(ciphers), MOST):02d}{min(len(kinds), MOST):02d}"
    head = f"{transport}{VERSIONS.get(hello.highest, '00')}{named}{counts}{_protocol(hello)}"
    return f"{head}_{_ciphers(ciphers)}_{_extensions(hello, kinds)}"


def _protocol(hello: Hello) -> str:
    """First and last character of the first protocol; of its hex form when not alphanumeric."""
    first = next(iter(hello.protocols), b"")
    if not first:
        return "00"
    ends = bytes((first[0], first[-1]))
    if ends.isalnum():
        return ends.decode("ascii")
    return first.hex()[0] + first.hex()[-1]


def _digest(listed: str) -> str:
    return hashlib.sha256(listed.encode()).hexdigest()[:LISTED] if listed else NOTHING


def _ciphers(ciphers: list[int]) -> str:
    return _digest(",".join(sorted(f"{one:04x}" for one in ciphers)))


def _extensions(hello: Hello, kinds: list[int]) -> str:
    listed = sorted(f"{one:04x}" for one in kinds if one not in (SERVER_NAME, ALPN))
    signatures = [f"{one:04x}" for one in hello.signatures if not grease(one)]
    parts = [",".join(listed)] + ([",".join(signatures)] if signatures else [])
    return _digest("_".join(parts)) if kinds else NOTHING
