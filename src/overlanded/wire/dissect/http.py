"""HTTP/1 heads (RFC 9110, RFC 9112), the page title, and UPnP device descriptions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from overlanded.wire.dissect.fields import gather, text
from overlanded.wire.dissect.heads import Head, split
from overlanded.wire.facts import Fact, Recognised, Sample

METHODS = frozenset(
    (
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "DELETE",
        "CONNECT",
        "OPTIONS",
        "TRACE",
        "PATCH",
        "SUBSCRIBE",
        "UNSUBSCRIBE",
        "NOTIFY",
        "PROPFIND",
        "PROPPATCH",
        "MKCOL",
        "COPY",
        "MOVE",
        "LOCK",
        "UNLOCK",
        "REPORT",
        "SEARCH",
    )
)
"""Methods of HTTP, UPnP eventing and WebDAV (IANA HTTP method registry)."""
REALM = re.compile(r'realm="?([^",]{1,200})', re.IGNORECASE)
TITLE = re.compile(rb"<title[^>]{0,100}>([^<]{1,300})", re.IGNORECASE)
LONGEST_PAGE = 16384
UPNP = b"urn:schemas-upnp-org:device-1-0"
UPNP_FIELDS = (
    (re.compile(rb"<manufacturer>([^<]{1,200})"), "maker"),
    (re.compile(rb"<modelName>([^<]{1,200})"), "model"),
    (re.compile(rb"<serialNumber>([^<]{1,200})"), "serial"),
)
"""Elements of a device description (UPnP Device Architecture 2.0 section 2.3)."""


def dissect(sample: Sample) -> Recognised | None:
    """Host and user agent of a client; server, realm and title of a server."""
    head = split(sample.payload, b"HTTP")
    if head is None or (head.method and head.method not in METHODS):
        return None
    part = _answer(head) if head.code else _request(head)
    name = "http-connect" if head.method == "CONNECT" else "http"
    return Recognised(name, gather([part]), head.opener)


def _request(head: Head) -> Iterator[Fact]:
    yield Fact("src", "http.user-agent", head.headers.get("user-agent", ""))
    yield Fact("src", "http.host", head.headers.get("host", "").lower())


def _answer(head: Head) -> Iterator[Fact]:
    yield Fact("src", "http.server", head.headers.get("server", ""))
    realm = REALM.search(head.headers.get("www-authenticate", ""))
    if realm:
        yield Fact("src", "http.realm", realm[1])
    page = head.body[:LONGEST_PAGE]
    title = TITLE.search(page)
    if title:
        yield Fact("src", "http.title", text(title[1]))
    if UPNP in page:
        for pattern, word in UPNP_FIELDS:
            found = pattern.search(page)
            if found:
                yield Fact("src", word, text(found[1]))
