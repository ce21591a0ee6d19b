"""RTSP (RFC 2326, RFC 7826): cameras and their viewers."""

from __future__ import annotations

from overlanded.wire.dissect.heads import split
from overlanded.wire.facts import Fact, Recognised, Sample


def dissect(sample: Sample) -> Recognised | None:
    """Server header of a camera or User-Agent of a viewer; no URL (it may hold a password)."""
    head = split(sample.payload, b"RTSP")
    if head is None:
        return None
    name = head.headers.get("server" if head.code else "user-agent", "")
    realm = head.headers.get("www-authenticate", "").partition('realm="')[2].partition('"')[0]
    facts = (Fact("src", "rtsp.server", name), Fact("src", "http.realm", realm))
    return Recognised("rtsp", facts, head.opener)
