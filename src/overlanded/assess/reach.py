"""Reach: which controls it can reach, observed apart from possible."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from overlanded.assess.context import Context, family, networks, not_seen, passed_on
from overlanded.assess.wording import (
    counted,
    limit,
    listed,
    proofs,
    seen,
    undetermined,
    would_change,
)
from overlanded.model.devices import Answer, Device, Link, Question
from overlanded.model.observing import Observation, Subject


@dataclass(frozen=True, slots=True)
class Reached:
    """A control device with the sessions that were seen to it."""

    device: Device
    sessions: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Possible:
    """Control devices that it could reach and was not seen to; ``total`` counts all of them."""

    devices: tuple[Device, ...]
    total: int

    def __str__(self) -> str:
        names = [device.name for device in self.devices[: limit("named")]]
        more = self.total - len(names)
        return f"{', '.join(names)} and {more} more" if more else listed(names)


def answer(device: Device, context: Context) -> Answer:
    """Sessions that were seen, then control devices on the networks it is on."""
    if device.cluster is None:
        return undetermined(Question.REACH, "it was not seen")
    seen_to, could = observed(device, context), possible(device, context)
    far = beyond(device, context)
    if not seen_to and not far and not could.total:
        return _none(device, context)
    told = [f"{one.device.name}: {_sessions(one.sessions)} (observed)" for one in seen_to]
    told += [f"{name}: {_sessions(sessions)} (observed)" for name, sessions in far.items()]
    told += [f"{could} (possible)"] if could.total else []
    return Answer(
        question=Question.REACH,
        value=" · ".join(told),
        words=_words(seen_to, far, could),
        citations=proofs(one for one in _all_sessions(device, context) if one.object)
        or proofs(seen(device)),
        because="sessions seen; possible: on the same network",
        would_change=would_change(Question.REACH),
        links=tuple(_links(seen_to, far, could)),
    )


def observed(device: Device, context: Context) -> tuple[Reached, ...]:
    """Control devices that it, or somebody whose packets it passes on, opened sessions to."""
    found: dict[str, list[Observation]] = defaultdict(list)
    met: dict[str, Device] = {}
    for one in _all_sessions(device, context):
        other = context.owner(one.object)
        if other and other.id != device.id:
            met[other.id] = other
            found[other.id].append(one)
    ordered = sorted(met.values(), key=lambda other: (other.number, other.id))
    return tuple(Reached(other, tuple(found[other.id])) for other in ordered)


def _all_sessions(device: Device, context: Context) -> tuple[Observation, ...]:
    return (*seen(device, "session"), *passed_on(device, context, "session"))


def beyond(device: Device, context: Context) -> Mapping[str, tuple[Observation, ...]]:
    """Address → sessions to somebody who is no device here: a controller behind a gateway."""
    found: dict[str, list[Observation]] = defaultdict(list)
    for one in _all_sessions(device, context):
        if one.object and context.owner(one.object) is None:
            found[f"{one.object.value}, no device seen here"].append(one)
    return {name: tuple(ones) for name, ones in sorted(found.items())[: limit("named")]}


def possible(device: Device, context: Context) -> Possible:
    """Control devices on its networks, or that it stands in front of, without seen sessions.

    Costs no more on a network of many controls: only as many are looked at as are shown.
    """
    met = {one.device.id: one.device for one in observed(device, context)}
    met[device.id] = device
    mine = networks(device)
    here = [other for network in mine for other in context.controls.get(network, ())[:SCANNED]]
    near = {other.id: other for other in (*here, *_behind(device, context))}
    left = tuple(other for key, other in near.items() if key not in met)
    beyond = sum(max(0, len(context.controls.get(network, ())) - SCANNED) for network in mine)
    return Possible(left, len(left) + beyond)


SCANNED = 200
"""Controls looked at on one network; a crane has fewer devices than that in all."""


def _behind(device: Device, context: Context) -> Iterator[Device]:
    """Control devices of another network whose packets it passes on."""
    for one in seen(device, "fronts"):
        other = context.owner(Subject("ip", one.value, one.subject.network))
        if other and is_control(other):
            yield other


def functions(sessions: Sequence[Observation]) -> tuple[str, ...]:
    """Classes of control function seen in the sessions: ``read``, ``write`` and others."""
    stated = (dict(one.detail).get("functions", "") for one in sessions)
    return tuple(sorted({name.strip() for text in stated for name in text.split(",")} - {""}))


def _sessions(sessions: Sequence[Observation]) -> str:
    counts: Mapping[str, int] = _by_protocol(sessions)
    total = counted(sum(counts.values()), "session")
    used = functions(sessions)
    return f"{total} of {', '.join(sorted(counts))}" + (f", {', '.join(used)}" if used else "")


def _by_protocol(sessions: Sequence[Observation]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for one in sessions:
        counts[one.value] += one.count
    return counts


Beyond = Mapping[str, tuple[Observation, ...]]


def _words(seen_to: Sequence[Reached], far: Beyond, could: Possible) -> str:
    words = [_opened(one.sessions, one.device.name) for one in seen_to]
    words += [_opened(sessions, name) for name, sessions in far.items()]
    if not words:
        words.append("It was not seen to open a session to a control device.")
    if could.total:
        words.append(f"On the same network, so possible, not seen: {could}.")
    return " ".join(words)


def _opened(sessions: Sequence[Observation], name: str) -> str:
    """``It opened 6 sessions of s7comm to PLC-1 and used read, write and stop``, as a sentence."""
    counts: Mapping[str, int] = _by_protocol(sessions)
    total = counted(sum(counts.values()), "session")
    used = f" and used {listed(functions(sessions))}" if functions(sessions) else ""
    return f"It opened {total} of {', '.join(sorted(counts))} to {name}{used}."


def _links(seen_to: Sequence[Reached], far: Beyond, could: Possible) -> Iterator[Link]:
    for one in seen_to:
        what, cited = _sessions(one.sessions), proofs(one.sessions)
        yield Link(one.device.id, one.device.name, "observed", what, citations=cited)
    for name, sessions in far.items():
        what, cited = _sessions(sessions), proofs(sessions)
        yield Link("", name, "observed", what, outside=True, citations=cited)
    for other in could.devices[: limit("links")]:
        yield Link(other.id, other.name, "possible", "on the same network")


def _none(device: Device, context: Context) -> Answer:
    return not_seen(
        Question.REACH,
        device,
        context,
        value="none seen",
        words="No control device within its reach was seen",
        because="no sessions, and no control device seen on its networks",
    )


def is_control(device: Device) -> bool:
    """True for PLCs, drives, HMIs and remote I/O."""
    return family(device.device_class) == "control"
