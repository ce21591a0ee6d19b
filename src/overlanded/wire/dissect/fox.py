"""Niagara Fox, with which building controllers and their tools talk.

Fox has no public description and is read as captures show it: a line ``fox a 1 -1 fox hello``
(sender, message number, number answered or -1, channel, command), then ``key=type:value`` lines.
"""

from __future__ import annotations

import re

from overlanded.wire.dissect.plain import facts, text
from overlanded.wire.facts import Recognised, Sample

FRAME = re.compile(rb"fox [a-z] -?\d{1,10} -?\d{1,10} (?:fox|[a-zA-Z]\w{1,30}) (\w{1,40})\n\{\n")
LINE = re.compile(rb"^([A-Za-z]\w{0,30}(?:\.\w{1,30})?)=s:([^\n]{1,200})$", re.MULTILINE)
NAMES = {
    b"hostName": "hostname",
    b"station.name": "hostname",
    b"app.name": "model",
    b"app.version": "firmware",
    b"hostId": "serial",
    b"os.name": "hardware",
}
"""Keys of a hello and the property each one states."""
ADDRESS = re.compile(rb"[\d.]+\Z")


def dissect(sample: Sample) -> Recognised | None:
    """A stream that begins with a frame of Fox; a hello names its sender."""
    found = FRAME.match(sample.payload)
    if found is None:
        return None
    said = LINE.findall(sample.payload.partition(b"\n};;")[0]) if found[1] == b"hello" else []
    stated = [
        (NAMES[key], text(value))
        for key, value in said
        if key in NAMES and not (NAMES[key] == "hostname" and ADDRESS.match(value))
    ]
    opener = "src" if sample.from_client else "dst"
    return Recognised("fox", facts("src", stated), opener, ("identify",) if said else ())
