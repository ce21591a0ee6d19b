"""WS-Discovery 1.1 (OASIS) with the scopes of ONVIF (Core Specification section 7.3.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from overlanded.wire.dissect.fields import gather, text
from overlanded.wire.facts import Fact, Recognised, Sample

# Both versions of the namespace: 2005/04 (used by ONVIF and Windows) and OASIS 2009/01.
NAMESPACES = (
    b"schemas.xmlsoap.org/ws/2005/04/discovery",
    b"docs.oasis-open.org/ws-dd/ns/discovery",
)
ACTION = re.compile(rb"/discovery(?:/2009/01)?/(\w{1,32})\s*<")
TYPES = re.compile(rb"<(?:\w{1,20}:)?Types\b[^>]{0,300}>([^<]{1,1000})<")
SCOPES = re.compile(rb"<(?:\w{1,20}:)?Scopes\b[^>]{0,300}>([^<]{1,4000})<")
ONVIF = "onvif://www.onvif.org/"
ONVIF_WORDS = {"hardware": "model"}
"""Scope category of ONVIF → property it states."""
MOST_SCOPES = 32
SPEAKING = ("Hello", "ProbeMatches", "ResolveMatches")
ASKING = ("Probe", "Resolve")


def dissect(sample: Sample) -> Recognised | None:
    """Types and scopes of the device that speaks; a probe says nothing of its sender."""
    body = sample.payload[:16384]
    if not any(one in body for one in NAMESPACES):
        return None
    action = ACTION.search(body)
    word = text(action[1]) if action else ""
    if word in ASKING:
        return Recognised("wsd", (), "src")
    if word not in SPEAKING:
        return Recognised("wsd")
    opener = "" if word == "Hello" else "dst"
    return Recognised("wsd", gather([_types(body), _scopes(body)]), opener)


def _types(body: bytes) -> Iterator[Fact]:
    found = TYPES.search(body)
    if found:
        yield Fact("src", "wsd.type", text(found[1]))


def _scopes(body: bytes) -> Iterator[Fact]:
    found = SCOPES.search(body)
    for scope in text(found[1], 4000).split()[:MOST_SCOPES] if found else ():
        yield Fact("src", "wsd.scope", scope)
        category, _, value = scope.removeprefix(ONVIF).partition("/")
        if scope.startswith(ONVIF) and category in ONVIF_WORDS:
            yield Fact("src", ONVIF_WORDS[category], unquote(value))
