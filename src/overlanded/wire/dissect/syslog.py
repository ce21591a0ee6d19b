"""Syslog over UDP or TCP (RFC 3164, RFC 5424): the host that the message names."""

from __future__ import annotations

import re

from overlanded.wire.dissect.fields import text
from overlanded.wire.facts import Fact, Recognised, Sample

PORT = 514
HIGHEST_PRIORITY = 191
START = re.compile(rb"(?:\d{1,5} )?<(\d{1,3})>")
NEW = re.compile(rb"1 (?:-|\d{4}-\d\d-\d\dT\S{1,30}) (\S{1,255}) ")
OLD = re.compile(
    rb"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (\S{1,255}) [^\s:[]{1,64}(?:\[\d{1,10}\])?:"
)
"""Only with a tag after the host: many senders leave the host out."""
HOST = re.compile(r"(?=.*[a-z])[a-z0-9_-]+(\.[a-z0-9_-]+)*")


def dissect(sample: Sample) -> Recognised | None:
    """The message itself is not kept: it may say anything."""
    start = START.match(sample.payload)
    if start is None or int(start[1]) > HIGHEST_PRIORITY:
        return None
    rest = sample.payload[start.end() : start.end() + 512]
    dated = NEW.match(rest) or OLD.match(rest)
    if dated is None:
        return Recognised("syslog") if PORT in (sample.src_port, sample.dst_port) else None
    host = text(dated[1]).lower()
    facts = (Fact("src", "hostname", host),) if HOST.fullmatch(host) else ()
    return Recognised("syslog", facts)
