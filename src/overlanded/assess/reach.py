"""Reach: which controls it can reach, observed apart from possible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from overlanded.assess import reach_words as words
from overlanded.assess import refusing
from overlanded.assess.context import Context, family, not_seen, passed_on
from overlanded.assess.joining import segments, sign
from overlanded.assess.paths import Left, Step, Way
from overlanded.assess.places import Segment, networks, zone_of
from overlanded.assess.reach_paths import paths
from overlanded.assess.reach_words import Party, functions
from overlanded.assess.wording import limit, proofs, seen, undetermined, would_change
from overlanded.model.citing import Citation
from overlanded.model.devices import Answer, Device, Question
from overlanded.model.observing import Observation, Subject

__all__ = ["Reached", "answer", "functions", "observed", "possible"]


class Reached(Struct, frozen=True):
    """A device with the sessions that were seen to it."""

    device: Device
    sessions: tuple[Observation, ...]


def answer(device: Device, context: Context) -> Answer:
    """Sessions that were seen, then what the paths over the crane's network could lead to."""
    if device.cluster is None:
        return undetermined(Question.REACH, "it was not seen")
    parties = tuple(_parties(device, context))
    left, apart = _ends(device, context, parties)
    shown = paths(device, parties, left, apart, context.reaching.survey)
    if not parties and not left:
        return replace(_none(device, context, apart), paths=shown)
    places = {one.where for one in context.coverage}
    return Answer(
        question=Question.REACH,
        value=words.value(device, parties, left),
        words=words.sentences(device, context.reaching.survey.zone(device), parties, left, apart),
        citations=_cited(device, parties, left),
        because=words.because(networks(device), len(places)),
        would_change=would_change(Question.REACH),
        paths=shown,
    )


def observed(device: Device, context: Context) -> tuple[Reached, ...]:
    """Devices that it, or somebody whose packets it passes on, opened sessions to."""
    found: dict[str, list[Observation]] = defaultdict(list)
    met: dict[str, Device] = {}
    for one in _sessions(device, context):
        other = context.owner(one.object)
        if other and other.id != device.id:
            met[other.id] = other
            found[other.id].append(one)
    ordered = sorted(met.values(), key=lambda other: (other.number, other.id))
    return tuple(Reached(other, tuple(found[other.id])) for other in ordered)


def possible(device: Device, context: Context) -> frozenset[str]:
    """Classes of the control devices that it could reach and opened no session to."""
    met = [one.device.id for one in observed(device, context)]
    kinds = {kind for left in context.reaching.left(device, met) for kind in left.kinds}
    return frozenset(kind for kind in kinds if family(kind) == "control")


def _sessions(device: Device, context: Context) -> tuple[Observation, ...]:
    return (*seen(device, "session"), *passed_on(device, context, "session"))


def _parties(device: Device, context: Context) -> Iterator[Party]:
    """Everybody that sessions were seen to: devices, addresses that are none, those of others."""
    for one in observed(device, context):
        way = _relays(device, one.sessions, context)
        yield _party(one.device, one.sessions, context, way=way)
    for name, sessions in _beyond(device, context).items():
        way = _relays(device, sessions, context)
        zone = zone_of(name, context.reaching.survey.ranges)
        where = zone.zone if zone else ""
        yield Party("", f"{name}, no device seen here", "", where, sessions, way=way)
    yield from _carried(device, context)


def _party(
    other: Device, sessions: Sequence[Observation], context: Context, *, by: str = "", way: Way = ()
) -> Party:
    zone = context.reaching.survey.zone(other)
    return Party(other.id, other.name, other.device_class, zone, tuple(sessions), by, way)


def _beyond(device: Device, context: Context) -> dict[str, tuple[Observation, ...]]:
    """Address → sessions to somebody who is no device here: a controller behind a gateway."""
    found: dict[str, list[Observation]] = defaultdict(list)
    for one in _sessions(device, context):
        if one.object and context.owner(one.object) is None:
            found[one.object.value].append(one)
    return {name: tuple(ones) for name, ones in sorted(found.items())}


def _carried(device: Device, context: Context) -> Iterator[Party]:
    """Sessions that other devices here opened and whose packets it was seen to pass on."""
    found: dict[tuple[int, int], list[Observation]] = defaultdict(list)
    ends: dict[tuple[int, int], tuple[Device, Device]] = {}
    for one in seen(device, "fronts"):
        subject = Subject("ip", one.value, one.subject.network)
        opener = context.owner(subject)
        for session in context.observations.get(subject, ()) if opener else ():
            other = context.owner(session.object) if session.property == "session" else None
            if opener and other and len({opener.id, other.id, device.id}) == 3:
                key = other.number, opener.number
                found[key].append(session)
                ends[key] = other, opener
    for key, sessions in sorted(found.items()):
        other, opener = ends[key]
        yield _party(other, sessions, context, by=opener.name)


def _relays(device: Device, sessions: Iterable[Observation], context: Context) -> tuple[Step, ...]:
    """The one device that was seen to pass on packets of the far end to where it is."""
    passers = context.reaching.survey.passers
    for one in sessions:
        far = one.object
        those = passers.get((far.network, far.value), ()) if far and far.kind == "ip" else ()
        if far and len(those) == 1 and those[0].id != device.id:
            told = [one for one in seen(those[0], "fronts") if one.value == far.value]
            shown = sign("fronts", proofs(told)[:1], address=far.value)
            return (Step(those[0], shown, (shown.citations,), Segment(far.network, "")),)
    return ()


def _ends(
    device: Device, context: Context, parties: Sequence[Party]
) -> tuple[tuple[Left, ...], tuple[Left, ...]]:
    """What it could reach of all that no session was seen to, and what no way was seen to."""
    if not context.coverage:
        return (), ()
    met = [one.id for one in parties if one.id]
    reaching = context.reaching
    for party in parties:
        for one in party.sessions if not party.id else ():
            if one.object:
                met += [
                    reaching.names.get(land, "") for land in segments(one.object, reaching.survey)
                ]
    left = refusing.told(reaching.left(device, met), device, reaching)
    return left, reaching.apart(device, met)


def _cited(device: Device, parties: Sequence[Party], left: Sequence[Left]) -> tuple[Citation, ...]:
    """Sessions first, or else where it was seen; then what shows the steps."""
    most = limit("citations")
    steps = [
        place
        for one in left[: limit("named")]
        for step in one.bundle.way
        for place in step.citations
    ]
    steps = list(dict.fromkeys(steps))[: most // 2]
    base = proofs(one for party in parties for one in party.sessions) or proofs(seen(device))
    return tuple(dict.fromkeys((*base[: most - len(steps)], *steps)))


def _none(device: Device, context: Context, apart: Sequence[Left]) -> Answer:
    answer = not_seen(
        Question.REACH,
        device,
        context,
        value="none seen",
        words="No control device within its reach was seen",
        because="no sessions, and no control device seen on its networks or behind what joins them",
    )
    return replace(answer, words=f"{answer.words} {words.separate(apart)}".rstrip())
