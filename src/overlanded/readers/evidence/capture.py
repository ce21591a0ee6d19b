"""Captures of network traffic: pcap and pcapng, also compressed with gzip or Zstandard."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from overlanded.data import table
from overlanded.model.citing import Citation, Locator
from overlanded.model.evidence import EvidenceItem
from overlanded.model.observing import Coverage, Gap
from overlanded.wire.decode import Walked

MAGICS = (
    b"\xa1\xb2\xc3\xd4",
    b"\xd4\xc3\xb2\xa1",
    b"\xa1\xb2\x3c\x4d",
    b"\x4d\x3c\xb2\xa1",
    b"\xa1\xb2\xcd\x34",
    b"\x34\xcd\xb2\xa1",
    b"\x0a\x0d\x0d\x0a",
)
"""pcap in both byte orders, µs and ns (draft-ietf-opsawg-pcap section 4), the variant with longer
record headers, and pcapng (draft-ietf-opsawg-pcapng section 4.1)."""

COMPRESSED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "Zstandard"}
"""RFC 1952 section 2.3.1; RFC 8878 section 3.1.1."""

SUFFIXES = (".pcap", ".pcapng", ".cap", ".dmp")
"""Names under which people hand in captures: used for messages about files that are none."""


def sniff(head: bytes, name: str) -> bool:
    """True for a capture by its magic number, and for what compression hides."""
    del name
    return head[:4] in MAGICS or any(head.startswith(magic) for magic in COMPRESSED)


def claims_to_be(name: str) -> bool:
    """True when a file is named like a capture, whatever it holds."""
    return name.lower().endswith(SUFFIXES)


def coverage(item: EvidenceItem, walked: Walked) -> Coverage:
    """What the capture could have seen: its hours, its frames, and those it lost or cut."""
    lost = (walked.dropped or 0) + walked.truncated
    detail = (
        ("truncated", str(walked.truncated)),
        ("dropped", "not stated" if walked.dropped is None else str(walked.dropped)),
        ("parsed", str(walked.parsed)),
        *((f"skipped: {reason}", str(count)) for reason, count in sorted(walked.skipped.items())),
    )
    where = item.collected_where or "capture point not stated"
    jumped = _clock_was_set(walked)
    return Coverage(
        item.id,
        item.path,
        "capture",
        where,
        None if jumped else walked.first_ns or None,
        None if jumped else walked.last_ns or None,
        walked.frames,
        lost,
        detail,
    )


def _clock_was_set(walked: Walked) -> bool:
    """True when the first frame has the time of an unset clock and the last has not.

    The capture then has two clocks, and no hours can be told from it.
    """
    floor = datetime.fromisoformat(table("assessing")["limits"]["time-floor"] + "T00:00:00+00:00")
    return 0 < walked.first_ns < int(floor.timestamp()) * 1_000_000_000 <= walked.last_ns


def gaps(item: EvidenceItem, walked: Walked) -> Iterator[Gap]:
    """A gap for each damaged place and each kind of loss, and one for an empty capture."""
    for offset, reason in walked.damages:
        yield _gap(
            item,
            f"{item.path} from byte {offset}",
            reason,
            Locator("byte", str(offset)),
            unread=True,
        )
    if not walked.frames and not walked.damages:
        yield _gap(
            item, item.path, "the capture holds no frames", Locator("item", ""), unread=False
        )
    if _clock_was_set(walked):
        why = "the clock of the capturing machine was set while it ran: its hours are not known"
        yield _gap(item, f"{item.path}: when it was taken", why, Locator("item", ""), unread=False)
    for lost, what, why in _losses(walked):
        counted = (
            f"{item.path}: {what} {lost:,} of {walked.frames + (walked.dropped or 0):,} frames"
        )
        yield _gap(item, counted, why, Locator("item", ""), unread=not walked.parsed)


def _losses(walked: Walked) -> Iterator[tuple[int, str, str]]:
    """(frames, what of them is missing, why) for every kind of loss that the capture shows."""
    if walked.truncated:
        yield walked.truncated, "the ends of", "the capture was set to keep only their start"
    if walked.dropped:
        yield walked.dropped, "all of", "the capturing machine counted them as dropped"
    for reason, count in sorted(walked.skipped.items()):
        yield count, "the content of", f"not decoded: {reason}"


def _gap(item: EvidenceItem, what: str, why: str, place: Locator, *, unread: bool) -> Gap:
    mark = hashlib.sha256(f"{item.id}\0{what}".encode()).hexdigest()[:10]
    mend = "capture again, whole frames, and copy the file without interruption"
    return Gap(
        f"g-{mark}",
        what,
        why,
        mend,
        Citation(item.id, item.path, place),
        ("activity", "identity"),
        unread,
    )
