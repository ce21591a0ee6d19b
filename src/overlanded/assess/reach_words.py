"""Reach in words: short for a line, whole for a report."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from msgspec import Struct

from overlanded.assess.paths import BEYOND, Left, Step, Way
from overlanded.assess.places import called
from overlanded.assess.wording import counted, limit, listed
from overlanded.data import table
from overlanded.model.devices import Device
from overlanded.model.observing import Observation


class Party(Struct, frozen=True):
    """Somebody to whom sessions were seen."""

    id: str
    """``Device.id``; empty when it is no device of this case."""
    name: str
    kind: str
    """Device class; empty when it is none of this case."""
    zone: str
    sessions: tuple[Observation, ...]
    by: str = ""
    """The device of this case that opened them, when it only passed them on."""
    way: Way = ()
    """Who passed them on to the party, where that was seen."""


def value(device: Device, parties: Sequence[Party], left: Sequence[Left]) -> str:
    """``PLC-1: 14 sessions of s7comm, read (observed) · drives 1–4 (possible, same network)``."""
    most = limit("named")
    told = [f"{one.name}: {sessions(one)} (observed)" for one in parties[:most]]
    told += [f"{len(parties) - most} more (observed)"] if len(parties) > most else []
    told += [f"{named(one)} ({_how(one)}, {_short(device, one)})" for one in left[:most]]
    told += [
        f"{sum(kinds.values())} more by other ways ({how})" for how, _, kinds in others(left[most:])
    ]
    return " · ".join(told)


def sentences(
    device: Device, zone: str, parties: Sequence[Party], left: Sequence[Left], apart: Sequence[Left]
) -> str:
    """The same in whole sentences, with the reason of every step, and what stands apart.

    ``zone``: that of its own address.
    """
    most = limit("named")
    words = [_opened(one) for one in parties[:most]]
    if len(parties) > most:
        words.append(f"Sessions to {len(parties) - most} more were seen.")
    if not parties:
        words.append("It was not seen to open a session to a control device.")
    for one in left[:most]:
        way = _whole(device, one)
        so = "so refused by configuration, and not seen" if one.refused else "so possible, not seen"
        words.append(f"{way[0].upper()}{way[1:]}, {so}: {named(one)}.")
    for how, ways, kinds in others(left[most:]):
        more = sum(kinds.values())
        words.append(f"{how.capitalize()} by {counted(ways, 'other way')}: {more} more.")
    words += [text for text in (_zones(zone, parties, left), separate(apart)) if text]
    return " ".join(words)


def separate(apart: Sequence[Left]) -> str:
    """``No way from it was seen to PLC-2 (vlan 20) …``; empty when nothing stands apart."""
    most = limit("named")
    told = [f"{named(one)} ({called(one.bundle.network)})" for one in apart[:most]]
    told += [f"more on {len(apart) - most} other networks"] if len(apart) > most else []
    return f"No way from it was seen to {'; '.join(told)}. {UNJOINED}" if told else ""


POSSIBLE, REFUSED = "possible", "refused by configuration"
UNJOINED = "What joins networks shows only where it passes something on."


def _zones(zone: str, parties: Sequence[Party], left: Sequence[Left]) -> str:
    """Which of those on its own network are of other zones by their addresses."""
    if not zone:
        return ""
    others = Counter(one.zone for one in parties if not one.way)
    for bundle in left:
        if not bundle.bundle.way:
            others.update(one.zone for one in bundle.first(limit("looked")))
    told = [
        f"{number} of these {'is' if number == 1 else 'are'} in zone {name}"
        for name, number in sorted(others.items())
        if name and name != zone
    ]
    if not told:
        return ""
    return f"By address it is in zone {zone}, and {listed(told)}: one network, {BARRIER}."


BARRIER = "and nothing was seen on it that keeps the zones apart"


def because(networks: Sequence[str], sensors: int) -> str:
    """What the answer rests on, and what would not show."""
    base = "sessions seen; possible: one network, or something that was seen to join networks"
    several = sensors > 1 and "" in networks
    return f"{base}; all that was captured without a tag counts as one network" if several else base


def sessions(party: Party) -> str:
    """``14 sessions of s7comm, identify, read``."""
    counts = by_protocol(party.sessions)
    used = functions(party.sessions)
    by = f" by {party.by}" if party.by else ""
    total = counted(sum(counts.values()), "session")
    return f"{total} of {', '.join(sorted(counts))}{by}" + (f", {', '.join(used)}" if used else "")


def functions(seen: Sequence[Observation]) -> tuple[str, ...]:
    """Classes of control function seen in the sessions: ``read``, ``write`` and others."""
    stated = (dict(one.detail).get("functions", "") for one in seen)
    return tuple(sorted({name.strip() for text in stated for name in text.split(",")} - {""}))


def by_protocol(seen: Sequence[Observation]) -> Counter[str]:
    """Protocol → sessions."""
    counts: Counter[str] = Counter()
    for one in seen:
        counts[one.value] += one.count
    return counts


def _opened(party: Party) -> str:
    """``It opened 6 sessions of s7comm to PLC-1 and used read, write and stop``, as a sentence."""
    counts, used = by_protocol(party.sessions), functions(party.sessions)
    total = f"{counted(sum(counts.values()), 'session')} of {', '.join(sorted(counts))}"
    using = f" used {listed(used)}" if used else ""
    if party.by:
        return f"It passed on {total} that {party.by} opened to {party.name}" + (
            f" and that{using}." if used else "."
        )
    return f"It opened {total} to {party.name}" + (f" and{using}." if used else ".")


@lru_cache(maxsize=4096)  # a whole bundle is told of alike for most devices, in two places each
def named(left: Left) -> str:
    """The names of those that are left: ``PLC-2, drives 1–4 and 12 more``."""
    shown = left.first(limit("looked"))
    parts = spans([one.name for one in shown], [one.kind for one in shown])
    items = list(islice(parts, limit("named")))
    more = sum(left.kinds.values()) - sum(number for _, number in items)
    names = [name for name, _ in items]
    return f"{', '.join(names)} and {more} more" if more else listed(names)


_NUMBERED = re.compile(r"(.+?)([ -])(\d+)")


def spans(names: Sequence[str], kinds: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Names with how many each stands for; three or more in a row are one: ``drives 1–4``."""
    run: list[tuple[str, str, int | None]] = []
    following = None
    for name, kind in zip(names, kinds, strict=True):
        stem, number = _numbered(name)
        if (stem, kind, number) != following:
            yield from _run(run)
            run = []
        run.append((stem, kind, number))
        following = (stem, kind, number + 1) if number is not None else None
    yield from _run(run)


@lru_cache(maxsize=4096)  # the same names for every device of a crane
def _numbered(name: str) -> tuple[str, int | None]:
    """``("drive ", 4)``; a name without a number has None."""
    parts = _NUMBERED.fullmatch(name)
    return (parts[1] + parts[2], int(parts[3])) if parts else (name, None)


def _run(run: Sequence[tuple[str, str, int | None]]) -> list[tuple[str, int]]:
    if len(run) < 3:
        return [(stem if number is None else f"{stem}{number}", 1) for stem, _, number in run]
    stem, kind, first = run[0]
    if stem.endswith("-"):
        return [(f"{stem}{first} to {stem}{run[-1][2]}", len(run))]
    return [(f"{plural(kind)} {first}–{run[-1][2]}", len(run))]


def role(kind: str) -> str:
    """How a report names a class: ``drive``, ``PLC``."""
    return BEYOND if kind == BEYOND else str(table("device-classes")["classes"][kind]["role"])


def plural(kind: str) -> str:
    """The same of several; abbreviations that end in O have no plural."""
    name = role(kind)
    return name if name.endswith("O") else f"{name}s"


def others(rest: Sequence[Left]) -> Iterator[tuple[str, int, Mapping[str, int]]]:
    """(how, ways, kind → ends) of those that are only counted; what is refused apart."""
    for refused in (False, True):
        those = [one for one in rest if one.refused == refused]
        if those:
            yield _how(those[0]), len(those), together(those)


def together(those: Iterable[Left]) -> Mapping[str, int]:
    """Kind → ends of all of these."""
    kinds: dict[str, int] = defaultdict(int)
    for one in those:
        for kind, number in one.kinds.items():
            kinds[kind] += number
    return kinds


def _how(left: Left) -> str:
    return REFUSED if left.refused else POSSIBLE


def _short(device: Device, left: Left) -> str:
    way = left.bundle.way
    return ", then ".join(through(device, one, 1) for one in way) or "same network"


def _whole(device: Device, left: Left) -> str:
    """The way to a bundle of targets; where their reasons differ, one of them stands for all."""
    return route(device, left, left.bundle.way, more=len(left.bundle.reasons) > 1)


def route(device: Device, left: Left, way: Way, *, more: bool = False) -> str:
    """``through firewall 1 (seen passing on packets of 10.1.0.5; its rules were not read)``."""
    if not way:
        return f"on the same network ({called(left.bundle.network)})"
    steps = [f"{through(device, one, 0)} ({why(one)})" for one in way]
    if more:
        steps[-1] = f"{steps[-1][:-1]}, and others)"
    return ", then ".join(steps)


def through(device: Device, step: Step, form: int) -> str:
    """What a step leads through, whole (form 0) or short (form 1)."""
    words: dict[str, list[str]] = table("assessing")["reach"]["steps"]
    if step.device is None:
        return words[step.sign.kind][form]
    if step.device.id == device.id:
        return words["itself"][form]
    return words["device"][form].format(name=step.device.name)


def why(step: Step) -> str:
    """What shows the step, and what its rules say, or that nobody read those of a firewall."""
    if step.ruling:
        return f"{step.sign.what}; {step.ruling.words}"
    filters = step.device and step.device.device_class in table("assessing")["joining"]["filters"]
    return (
        f"{step.sign.what}; {table('assessing')['reach']['unread']}" if filters else step.sign.what
    )
