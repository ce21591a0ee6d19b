"""Clock tells: clocks that are off, that were never set, or that show another zone; last starts.

A clock is held against the capture's, which may itself be wrong: each observation says how many
other clocks agree with the capture. Equipment that was fitted for a maker elsewhere often keeps its
maker's time; so does equipment that somebody set by hand. It is a hint of origin, no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import numpy as np
from msgspec import Struct

from overlanded import data
from overlanded.analyse.traffic import hidden
from overlanded.analyse.traffic.seen import Read, Traffic
from overlanded.analyse.traffic.spans import length
from overlanded.model.observing import Observation, Subject
from overlanded.wire.dissect import times

NS = 1_000_000_000


class Stated(Struct, frozen=True):
    """One time that somebody stated: where, and by how much it is ahead of the capture."""

    read: Read
    ahead: float
    """Seconds; of an uptime, seconds since 1970 of the start."""


Key = tuple[Subject, str]
"""(who, in which protocol)."""


def observe(traffic: Traffic) -> Iterator[Observation]:
    """``clock`` for those that are off, ``time-zone`` for zones, ``started`` for last starts."""
    found, starts, zones = _read(traffic)
    clocks = {key: clock for key, told in found.items() if (clock := _steady(key, told))}
    off = {key: one for key, one in clocks.items() if abs(one.ahead) >= _table()["least-s"]}
    agreeing = f"{len(clocks) - len(off)} of {len(clocks)}"
    for (subject, protocol), one in off.items():
        yield _clock(traffic, subject, protocol, one, len(found[subject, protocol]), agreeing)
    for (subject, text), read in zones.items():
        yield _told(traffic, read, subject, "time-zone", text, (("how", "syslog"),))
    for (subject, how), told in starts.items():
        yield _start(traffic, subject, how, told)
    yield from _certificates(traffic)
    yield from _stamped(traffic)


def _table() -> dict[str, float]:
    found: dict[str, float] = data.table("traffic")["clock-tells"]
    return found


def _read(
    traffic: Traffic,
) -> tuple[dict[Key, list[Stated]], dict[Key, list[Stated]], dict[Key, Read]]:
    """What everybody here states: present times, starts, zones."""
    clocks: dict[Key, list[Stated]] = defaultdict(list)
    starts: dict[Key, list[Stated]] = defaultdict(list)
    zones: dict[Key, Read] = {}
    for read in traffic.reads:
        sample, found = read.sample, read.recognised
        subject = traffic.parties.subject(sample.src_mac, sample.vlan, sample.src_ip)
        if subject is None or subject.kind != "mac" or not sample.ns:
            continue
        present, up = times.clock(sample, found), times.uptime(sample, found)
        if present is not None:
            ahead = present - sample.ns / 1e9
            clocks[subject, found.protocol].append(Stated(read, ahead))
        if up is not None:
            starts[subject, found.protocol].append(Stated(read, sample.ns / 1e9 - up))
        if text := times.zone(sample, found):
            zones.setdefault((subject, text), read)
    return clocks, starts, zones


def _steady(key: Key, told: Sequence[Stated]) -> Stated | None:
    """The middle one of the times that agree with each other; None where they do not.

    Clients may write random times into their requests (draft-ietf-ntp-data-minimization): one
    alone says nothing there.
    """
    ordered = sorted(told, key=lambda one: one.ahead)
    middle = ordered[len(ordered) // 2]
    near = sum(abs(one.ahead - middle.ahead) <= _table()["agree-s"] for one in told)
    enough = _table()["least-ntp"] if key[1] == "ntp" else 1
    return middle if near >= enough and near > len(told) / 2 else None


def _clock(
    traffic: Traffic, subject: Subject, protocol: str, one: Stated, count: int, agreeing: str
) -> Observation:
    shown = datetime.fromtimestamp(one.read.sample.ns / 1e9 + one.ahead, UTC)
    detail = [("how", protocol), ("ahead_s", f"{one.ahead:.0f}"), ("times", str(count))]
    if never_set(shown):
        value = f"never set (it shows {shown:%Y-%m-%d})"
    else:
        way = "ahead of" if one.ahead > 0 else "behind"
        value = f"{length(abs(one.ahead) * NS)} {way} the capture's"
        if zone := zone_of(one.ahead):
            detail.append(("hint", f"as one that shows the local time of UTC{zone} as UTC"))
    detail.append(("agree_with_capture", agreeing))
    return _told(traffic, one.read, subject, "clock", value, tuple(detail))


def never_set(shown: datetime) -> bool:
    """Whether it shows what clocks without a battery start from (``epochs`` in the table)."""
    days: Sequence[str] = data.table("traffic")["clock-tells"]["epochs"]
    gone = ((shown - datetime.fromisoformat(f"{day}T00:00:00+00:00")).days for day in days)
    return any(0 <= one < _table()["epoch-days"] for one in gone)


def zone_of(ahead: float) -> str:
    """``+08:00`` where the clock is off by just the offset of a zone; empty otherwise."""
    quarters = round(ahead / 900)
    off = abs(ahead - quarters * 900)
    # Whole hours, and the half and quarter hours that zones in use have (IANA time zone database).
    usual = quarters % 4 == 0 or quarters in (14, 18, 22, 23, 26, 38, -14, -38)
    if off > _table()["zone-within-s"] or not usual or not -48 <= quarters <= 56 or not quarters:
        return ""
    sign, minutes = "-" if quarters < 0 else "+", abs(quarters) * 15
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}"


def _start(traffic: Traffic, subject: Subject, how: str, told: Sequence[Stated]) -> Observation:
    """The latest start that it stated."""
    last = max(told, key=lambda one: one.ahead)
    detail = (("how", how), ("times", str(len(told))))
    return _told(traffic, last.read, subject, "started", _moment(last.ahead), detail)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _certificates(traffic: Traffic) -> Iterator[Observation]:
    """Certificates that begin after they were shown, or when a clock was never set."""
    once: set[tuple[Subject, str]] = set()
    for read in traffic.reads:
        for fact in read.recognised.facts:
            if fact.property != "tls.not-before" or not read.sample.ns:
                continue
            sample = read.sample
            subject = traffic.parties.subject(sample.src_mac, sample.vlan, sample.src_ip)
            value = _certificate(fact.value, sample.ns / 1e9)
            if subject is None or subject.kind != "mac" or not value or (subject, value) in once:
                continue
            once.add((subject, value))
            detail = (("how", "certificate"), ("not_before", fact.value))
            yield _told(traffic, read, subject, "clock", value, detail)


def _certificate(text: str, seen: float) -> str:
    """What is odd about the first day of a certificate; empty when nothing is."""
    begins = datetime.fromisoformat(text)
    if never_set(begins):
        return f"never set when its certificate was made (from {begins:%Y-%m-%d})"
    later = begins.timestamp() - seen
    if later <= _table()["certificate-s"]:
        return ""
    return f"ahead when its certificate was made (valid {length(later * NS)} after it was shown)"


def _stamped(traffic: Traffic) -> Iterator[Observation]:
    """Starts by the timestamps in first packets, of clocks that every server sees alike.

    Clocks that were shifted for each server (Linux since 4.10) say nothing of a start, and a clock
    that ran for long has gone round: the start is told with the time of one round.
    """
    for subject, rows in hidden.clients(traffic).items():
        found = hidden.one_clock(rows)
        if found is None:
            continue
        rate, begun, row = found
        detail = (
            ("how", "tcp timestamps"),
            ("ticks_a_second", str(rate)),
            ("or_earlier_by", length(hidden.WRAP / rate * NS)),
        )
        citation = traffic.cite(int(rows["file"][row]), int(rows["first_frame"][row]))
        first, last = int(rows["first_ns"].min()), int(rows["first_ns"].max())
        count = int(np.count_nonzero(rows["stamp"]))
        yield Observation(
            subject, "started", _moment(begun), citation, first, last, count, None, detail
        )


def _told(
    traffic: Traffic,
    read: Read,
    subject: Subject,
    word: str,
    value: str,
    detail: tuple[tuple[str, str], ...],
) -> Observation:
    citation = traffic.cite(read.file, read.sample.frame)
    ns = read.sample.ns
    return Observation(subject, word, value, citation, ns, ns, 1, None, detail)
