"""Reach: which controls it can reach, observed apart from possible."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from overlanded.assess.context import Context, family, networks
from overlanded.assess.wording import (
    counted,
    limit,
    listed,
    proofs,
    seen,
    undetermined,
    watched,
    would_change,
)
from overlanded.model.devices import Answer, Device, Link, Question
from overlanded.model.observing import Observation, Subject


@dataclass(frozen=True, slots=True)
class Reached:
    """A control device with the sessions that were seen to it; none means possible only."""

    device: Device
    sessions: tuple[Observation, ...] = ()


def answer(device: Device, context: Context) -> Answer:
    """Sessions that were seen, then control devices on the networks it is on."""
    if device.cluster is None:
        return undetermined(Question.REACH, "it was not seen")
    seen_to, could = observed(device, context), possible(device, context)
    if not seen_to and not could:
        return _none(device, context)
    told = [f"{one.device.name}: {_sessions(one)} (observed)" for one in seen_to]
    told += [f"{listed([one.device.name for one in could])} (possible)"] if could else []
    return Answer(
        question=Question.REACH,
        value=" · ".join(told),
        words=_words(seen_to, could),
        citations=proofs(session for one in seen_to for session in one.sessions)
        or proofs(seen(device)),
        because="sessions seen; possible: on the same network",
        would_change=would_change(Question.REACH),
        links=tuple(_links(seen_to, could)),
    )


def observed(device: Device, context: Context) -> tuple[Reached, ...]:
    """Control devices that it, or somebody whose packets it passes on, opened sessions to."""
    found: dict[str, list[Observation]] = defaultdict(list)
    met: dict[str, Device] = {}
    for one in (*seen(device, "session"), *_passed_on(device, context)):
        other = context.owner(one.object)
        if other and other.id != device.id:
            met[other.id] = other
            found[other.id].append(one)
    ordered = sorted(met.values(), key=lambda other: (other.number, other.id))
    return tuple(Reached(other, tuple(found[other.id])) for other in ordered)


def _passed_on(device: Device, context: Context) -> Iterator[Observation]:
    """Sessions of hosts beyond the device, that it fronts and that are no device here."""
    for one in seen(device, "fronts"):
        behind = Subject("ip", one.value, one.subject.network)
        if behind not in context.owners:
            mine = context.observations.get(behind, ())
            yield from (session for session in mine if session.property == "session")


def possible(device: Device, context: Context) -> tuple[Reached, ...]:
    """Control devices on the networks it is on that it was not seen to talk with."""
    already = {one.device.id for one in observed(device, context)} | {device.id}
    near = (other for network in networks(device) for other in context.controls.get(network, ()))
    unique = {other.id: other for other in near if other.id not in already}
    return tuple(Reached(other) for other in unique.values())


def functions(sessions: Sequence[Observation]) -> tuple[str, ...]:
    """Classes of control function seen in the sessions: ``read``, ``write`` and others."""
    stated = (dict(one.detail).get("functions", "") for one in sessions)
    return tuple(sorted({name.strip() for text in stated for name in text.split(",")} - {""}))


def _sessions(one: Reached) -> str:
    counts: Mapping[str, int] = _by_protocol(one.sessions)
    total = counted(sum(counts.values()), "session")
    used = functions(one.sessions)
    return f"{total} of {', '.join(sorted(counts))}" + (f", {', '.join(used)}" if used else "")


def _by_protocol(sessions: Sequence[Observation]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for one in sessions:
        counts[one.value] += one.count
    return counts


def _words(seen_to: Sequence[Reached], could: Sequence[Reached]) -> str:
    words = [f"It opened {_sessions(one)}, to {one.device.name}." for one in seen_to]
    if not seen_to:
        words.append("It was not seen to open a session to a control device.")
    if could:
        names = listed([one.device.name for one in could])
        words.append(f"On the same network, so possible, not seen: {names}.")
    return " ".join(words)


def _links(seen_to: Sequence[Reached], could: Sequence[Reached]) -> Iterator[Link]:
    for one in seen_to:
        yield Link(
            one.device.id,
            one.device.name,
            "observed",
            _sessions(one),
            citations=proofs(one.sessions),
        )
    for one in could[: limit("links")]:
        yield Link(one.device.id, one.device.name, "possible", "on the same network")


def _none(device: Device, context: Context) -> Answer:
    if not context.coverage:
        return undetermined(Question.REACH, "no sensor covered its network", proofs(seen(device)))
    return Answer(
        question=Question.REACH,
        value="none seen",
        words=f"No control device within its reach was seen {watched(context.coverage)}.",
        citations=context.sensors(),
        because="no sessions, and no control device seen on its networks",
        would_change=would_change(Question.REACH),
    )


def is_control(device: Device) -> bool:
    """True for PLCs, drives, HMIs and remote I/O."""
    return family(device.device_class) == "control"
