"""Messages with a start line and ``Name: value`` lines: HTTP, SSDP, RTSP, SIP (RFC 9112 2.1)."""

from __future__ import annotations

from msgspec import Struct

from overlanded.wire.dissect.fields import headers, text

LONGEST_HEAD = 16384
LONGEST_START = 4096
MOST_LINES = 100


class Head(Struct, frozen=True):
    """A split message. For a request ``code`` is 0; for a response ``method`` is empty."""

    method: str
    target: bytes
    code: int
    version: str
    """``HTTP/1.1``, ``RTSP/1.0``, ``SIP/2.0``."""
    headers: dict[str, str]
    """Lower-case name → value; the first of a name counts."""
    body: bytes

    @property
    def opener(self) -> str:
        """Which side of the sample is client."""
        return "dst" if self.code else "src"


def split(payload: bytes, protocol: bytes) -> Head | None:
    """The head of a message of ``protocol`` (``b"HTTP"``), or None."""
    start, _, _ = payload[:LONGEST_START].partition(b"\n")
    parts = start.rstrip(b"\r").split(b" ")
    if len(parts) < 2:
        return None
    if parts[0].startswith(protocol + b"/") and parts[1][:3].isdigit():
        method, target, code, version = b"", b"", int(parts[1][:3]), parts[0]
    elif len(parts) == 3 and parts[2].startswith(protocol + b"/") and _is_method(parts[0]):
        method, target, code, version = parts[0], parts[1], 0, parts[2]
    else:
        return None
    head, _, body = payload.partition(b"\r\n\r\n")
    lines = head[:LONGEST_HEAD].split(b"\n")[1:MOST_LINES]
    return Head(text(method), target, code, text(version, 16), headers(lines), body)


def _is_method(word: bytes) -> bool:
    return 2 < len(word) <= 20 and word.replace(b"-", b"").replace(b"_", b"").isalpha()
