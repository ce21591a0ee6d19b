"""GE SRTP, the service request protocol of PACSystems and Series 90 controllers.

Layout as published by Denton and others, "Leveraging the SRTP protocol for over-the-network
memory acquisition of a GE Fanuc Series 90-30", Digital Investigation 22 (2017).
"""

from __future__ import annotations

from overlanded.wire.facts import Recognised, Sample

HEADER = 56
ASK, ANSWER = 0x02, 0x03
MAILBOX = (0xC0, 0x80, 0xD4, 0x94, 0xD1)
"""Types of message: short and long request, answers without and with text, refusal."""
SERVICES = {
    **dict.fromkeys((0x00, 0x04, 0x05, 0x25, 0x38), "read"),
    **dict.fromkeys((0x07, 0x08, 0x24, 0x39, 0x44), "write"),
    **dict.fromkeys((0x09, 0x20, 0x21, 0x22, 0x23), "program"),
    **dict.fromkeys((0x03, 0x43), "identify"),
    **dict.fromkeys((0x06, 0x3F), "upload"),
    0x40: "download",
}
"""Service request codes; 0x23 sets run or stop and does not tell which in its code."""


def dissect(sample: Sample) -> Recognised | None:
    """The opening of 56 zero bytes and its answer, or requests and answers."""
    payload = sample.payload
    if len(payload) < HEADER:
        return None
    if payload[:HEADER] in (bytes(HEADER), b"\x01" + bytes(HEADER - 1)):
        rest = payload[HEADER:]
        if rest and rest[0] not in (ASK, ANSWER):
            return None
        return Recognised("srtp", (), "dst" if payload[0] else "src", _function(rest))
    if payload[0] not in (ASK, ANSWER) or payload[31] not in MAILBOX:
        return None
    return Recognised("srtp", (), "src" if payload[0] == ASK else "dst", _function(payload))


def _function(payload: bytes) -> tuple[str, ...]:
    """The class of a short request; answers do not repeat the code."""
    if len(payload) < HEADER or payload[0] != ASK or payload[31] != 0xC0:
        return ()
    word = SERVICES.get(payload[42], "")
    return (word,) if word else ()
