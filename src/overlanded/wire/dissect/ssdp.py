"""SSDP (UPnP Device Architecture 2.0 section 1)."""

from __future__ import annotations

from collections.abc import Iterator

from overlanded.wire.dissect.fields import gather
from overlanded.wire.dissect.heads import Head, split
from overlanded.wire.facts import Fact, Recognised, Sample


def dissect(sample: Sample) -> Recognised | None:
    """What a search asks for; what an announcement or a reply says of its sender."""
    head = split(sample.payload, b"HTTP")
    if head is None:
        return None
    if head.method == "M-SEARCH":
        # Said apart from what a device offers: who looks for a gateway is none.
        wanted = Fact("src", "upnp.type", f"search {head.headers.get('st', '')}".rstrip())
        agent = Fact("src", "http.user-agent", head.headers.get("user-agent", ""))
        return Recognised("ssdp", (wanted, agent), "src")
    if head.method == "NOTIFY" and "nt" in head.headers:
        return Recognised("ssdp", gather([_device(head, "nt")]))
    if head.code and "st" in head.headers and "usn" in head.headers:
        return Recognised("ssdp", gather([_device(head, "st")]), "dst")
    return None


def _device(head: Head, kind: str) -> Iterator[Fact]:
    stated = head.headers.get(kind, "")
    if not stated.startswith("uuid:"):  # a mere repetition of the device's id
        yield Fact("src", "upnp.type", stated)
    yield Fact("src", "upnp.server", head.headers.get("server", ""))
    yield Fact("src", "upnp.location", head.headers.get("location", ""))
