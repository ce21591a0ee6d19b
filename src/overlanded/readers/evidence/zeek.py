"""Logs of the Zeek network monitor, as its ASCII and JSON writers write them, also compressed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from overlanded.data import table
from overlanded.model.citing import Citation, Locator
from overlanded.model.evidence import EvidenceItem
from overlanded.model.observing import Coverage, Gap
from overlanded.wire.zeek.shape import is_log

if TYPE_CHECKING:
    from overlanded.wire.zeek.reading import Logged

WHAT = "zeek"
TOLD_BY_NONE = (
    (
        "g-zeek-timing",
        "how far away clients are, in the Zeek logs",
        "they hold no hop limits and no times inside a handshake",
        ("activity", "inbound", "bridges"),
    ),
    (
        "g-zeek-below-ip",
        "what was said below IP while the Zeek logs were written",
        "LLDP, CDP, STP, PROFINET discovery and cyclic data, EtherCAT and GOOSE are in no log",
        ("identity", "place", "reach"),
    ),
    (
        "g-zeek-content",
        "what devices said of themselves beyond the fields of the Zeek logs",
        "pages, realms, fingerprints of TLS clients and most options of DHCP are not logged",
        ("identity", "capability"),
    ),
    (
        "g-zeek-open",
        "conversations that were under way when the Zeek logs end",
        "conn.log has a conversation when it is over",
        ("activity", "reach"),
    ),
)
"""(gap, what of it, why, which answers it weakens): true of the logs of every Zeek."""
BETTER = "capture the frames at the same place for a shift"


def sniff(head: bytes, name: str) -> bool:
    """True for a log by its header or by the fields of its first row."""
    del name
    return is_log(head)


def coverage(item: EvidenceItem, logged: Logged) -> Coverage | None:
    """What the monitor could have seen; None for logs about the monitor itself."""
    logs = table("zeek")["logs"]
    if all(logs.get(kind, {}).get("meta") for kind in logged.rows):
        return None
    rows = tuple((kind, _rows(kind, count)) for kind, count in sorted(logged.rows.items()))
    return Coverage(
        item.id,
        item.path,
        WHAT,
        item.collected_where or "capture point not stated",
        logged.first_ns or None,
        logged.last_ns or None,
        sum(logged.rows.values()),
        sum(count for count, _ in logged.damages.values()) + logged.missed_rows,
        rows,
    )


def _rows(kind: str, count: int) -> str:
    entry = table("zeek")["logs"].get(kind, {})
    return f"{count} rows" if "how" in entry else f"{count} rows, counted only"


def joined(coverages: Iterable[Coverage]) -> list[Coverage]:
    """The same with logs of one folder and one time as one: they are of one monitor."""
    kept: list[Coverage] = []
    ours: dict[tuple[str, str], list[Coverage]] = {}
    for one in coverages:
        if one.what != WHAT:
            kept.append(one)
        else:
            ours.setdefault((one.path.rpartition("/")[0], one.where), []).append(one)
    for group in ours.values():
        kept += _joined(sorted(group, key=lambda one: (one.first or 0, one.path)))
    return kept


def _joined(group: list[Coverage]) -> Iterator[Coverage]:
    one = group[0]
    for other in group[1:]:
        if (other.first or 0) <= (one.last or 0) or not one.first:
            first, last = one.first or other.first, max(one.last or 0, other.last or 0)
            one = replace(
                one, first=first, last=last or None, seen=one.seen + other.seen,
                lost=one.lost + other.lost, detail=(*one.detail, *other.detail),
            )  # fmt: skip
        else:
            yield one
            one = other
    yield one


def gaps(item: EvidenceItem, logged: Logged) -> Iterator[Gap]:
    """A gap for each kind of damage, for rows that are not read, and for what logs cannot tell.

    The last are the same for every log, so that a case has each of them once.
    """
    yield from _damages(item, logged)
    yield from _unread_kinds(item, logged)
    yield from _losses(item, logged)
    if any("how" in table("zeek")["logs"].get(kind, {}) for kind in logged.rows):
        for mark, what, why, weakens in TOLD_BY_NONE:
            yield Gap(mark, what, why, BETTER, weakens=weakens)
    if logged.conn > logged.with_macs:
        why = "conn.log has no orig_l2_addr and resp_l2_addr for them"
        mend = "load policy/protocols/conn/mac-logging in Zeek, or capture the frames"
        what = "which network cards are behind addresses in the Zeek logs"
        yield Gap("g-zeek-macs", what, why, mend, weakens=("identity", "bridges"))


def _damages(item: EvidenceItem, logged: Logged) -> Iterator[Gap]:
    for why, (count, line) in sorted(logged.damages.items(), key=lambda one: one[1][1]):
        several = f" and {count - 1:,} more" if count > 1 else ""
        yield _gap(
            item, f"{item.path} line {line}{several}", why, Locator("line", str(line)), unread=True
        )
    if logged.fault:
        yield _gap(item, f"{item.path}: its end", logged.fault, Locator("item", ""), unread=True)
    if not logged.rows and not logged.damages and not logged.fault:
        yield _gap(item, item.path, "the log holds no rows", Locator("item", ""), unread=False)


def _unread_kinds(item: EvidenceItem, logged: Logged) -> Iterator[Gap]:
    """Logs that are not known; those that are known to name nothing are in the coverage."""
    for kind, count in sorted(logged.rows.items()):
        if kind.startswith("path "):
            what = f"{item.path}: {count:,} rows of {kind.removeprefix('path ')}"
            why = "this kind of log is not known; its rows were counted only"
            yield _gap(item, what, why, Locator("item", ""), unread=False)


def _losses(item: EvidenceItem, logged: Logged) -> Iterator[Gap]:
    if logged.over:
        what = f"{item.path}: {logged.over:,} of {sum(logged.rows.values()):,} rows"
        why = "two hosts have more different rows than are kept; these were counted only"
        yield _gap(item, what, why, Locator("item", ""), unread=False)
    if logged.missed_rows:
        what = f"{item.path}: content of {logged.missed_rows:,} of {logged.conn:,} conversations"
        why = f"the monitor missed {logged.missed_bytes:,} bytes of it"
        yield _gap(item, what, why, Locator("item", ""), unread=False)
    if logged.conn and not logged.with_counts:
        what = f"{item.path}: how many packets each side sent"
        why = "the log has no counts of packets; each conversation counts as one"
        yield _gap(item, what, why, Locator("item", ""), unread=False)
    share, line = logged.lost
    if share:
        what = f"{item.path}: up to {share:g} % of the packets"
        yield _gap(
            item, what, "the monitor says it lost them", Locator("line", str(line)), unread=False
        )


def _gap(item: EvidenceItem, what: str, why: str, place: Locator, *, unread: bool) -> Gap:
    mark = hashlib.sha256(f"{item.id}\0{what}\0{why}".encode()).hexdigest()[:10]
    mend = "copy the log from the monitor again, whole" if unread else "capture at the same place"
    cited = Citation(item.id, item.path, place)
    return Gap(f"g-{mark}", what, why, mend, cited, ("activity", "identity"), unread)
