"""Reach as chains: each end with the steps that lead to it, and what shows each step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from overlanded.assess.context import family
from overlanded.assess.joining import Survey
from overlanded.assess.paths import Left, Step, Target, Way
from overlanded.assess.places import called
from overlanded.assess.reach_words import (
    POSSIBLE,
    Party,
    others,
    plural,
    role,
    route,
    sessions,
    through,
    together,
    why,
)
from overlanded.assess.wording import counted, limit, proofs, seen
from overlanded.data import table
from overlanded.model.citing import Citation
from overlanded.model.devices import Device, Hop, Path, Paths


def paths(
    device: Device,
    parties: Sequence[Party],
    left: Sequence[Left],
    apart: Sequence[Left],
    survey: Survey,
) -> Paths:
    """Everybody by name as far as the limits go, the others counted."""
    return Paths(
        tuple(_observed(device, parties)),
        tuple(_possible(device, left, survey)),
        tuple(_apart(device, apart)),
    )


def _observed(device: Device, parties: Sequence[Party]) -> Iterator[Path]:
    most = limit("links")
    for one in parties[:most]:
        cited = proofs(one.sessions)
        network = one.sessions[0].subject.network
        start = Hop("", _network(network), "its sessions were seen on it", cited[:1])
        steps = (start, *(_hop(device, step) for step in one.way))
        yield Path(one.id, one.name, one.kind, one.zone, sessions(one), steps, cited)
    if len(parties) > most:
        number = len(parties) - most
        yield Path("", f"{number} more", "", "", "sessions seen", number=number)


def _possible(device: Device, left: Sequence[Left], survey: Survey) -> Iterator[Path]:
    room = most = _room(device)
    for bundle in left[:most]:
        shown = bundle.led(room)
        room -= len(shown)
        told: dict[int, tuple[str, tuple[Hop, ...]]] = {}
        for target, way in shown:
            if id(way) not in told:
                told[id(way)] = route(device, bundle, way), _steps(device, bundle, way, survey)
            what, steps = told[id(way)]
            yield _path(target, what, _ending(steps, target))
        named = _kinds([one for one, _ in shown])
        yield from _uncounted(bundle, named, route(device, bundle, bundle.bundle.way))
    for how, ways, kinds in others(left[most:]):
        by = f"by {counted(ways, 'other way')}"
        yield from _more(kinds, by if how == POSSIBLE else f"{by}, {how}")


def _room(device: Device) -> int:
    """How many ends are named one by one, and ways told of; the others are counted.

    Many where somebody could reach them through it: communications equipment, whatever tells of a
    way outside, and what no paper accounts for. A documented controller among fifty needs few.
    """
    reach = table("assessing")["reach"]
    remote = device.identity.remote if device.identity else ()
    many = (
        family(device.device_class) in reach["families"]
        or device.standing in reach["standings"]
        or remote
        or seen(device, *reach["outside"])
    )
    return limit("links" if many else "named")


def _apart(device: Device, apart: Sequence[Left]) -> Iterator[Path]:
    room = most = _room(device)
    for bundle in apart[:most]:
        shown = bundle.first(room)
        room -= len(shown)
        what = f"on {called(bundle.bundle.network)}; nothing seen joins that network to its own"
        yield from (_path(target, what, ()) for target in shown)
        yield from _uncounted(bundle, _kinds(shown), what)
    if rest := apart[most:]:
        what = f"on {counted(len(rest), 'other network')}; nothing seen joins them to its own"
        yield from _more(together(rest), what)


def _path(target: Target, what: str, steps: tuple[Hop, ...]) -> Path:
    cited = dict.fromkeys(place for step in steps for place in step.citations)
    known = tuple(cited) or target.citations
    return Path(target.id, target.name, target.kind, target.zone, what, steps, known)


def _kinds(shown: Sequence[Target]) -> tuple[str, ...]:
    return tuple([one.kind for one in shown])


@lru_cache(maxsize=4096)  # whole bundles of which none is named are the same for most devices
def _uncounted(left: Left, named: tuple[str, ...], what: str) -> tuple[Path, ...]:
    """One path a kind for those that are not named; ``named`` are the kinds of the others."""
    return tuple(_more({kind: n - named.count(kind) for kind, n in left.kinds.items()}, what))


def _more(kinds: Mapping[str, int], what: str) -> Iterator[Path]:
    for kind, number in kinds.items():
        if number:
            name = f"{number} more {plural(kind) if number > 1 else role(kind)}"
            yield Path("", name, kind, "", what, number=number)


def _steps(device: Device, left: Left, way: Way, survey: Survey) -> tuple[Hop, ...]:
    """The network it starts on, and everything between."""
    network = way[0].came.network if way else left.bundle.network
    reason = "it was seen on it" if way else "both were seen on it"
    start = Hop("", _network(network), reason, _shown(device, network, survey))
    return (start, *(_hop(device, step) for step in way))


def _ending(steps: tuple[Hop, ...], target: Target) -> tuple[Hop, ...]:
    """The steps, and with the last of them what shows the end where it is."""
    *first, last = steps
    cited = tuple(dict.fromkeys((*last.citations, *target.citations)))
    return (*first, Hop(last.to, last.name, last.reason, cited))


def _shown(device: Device, network: str | None, survey: Survey) -> tuple[Citation, ...]:
    """Where it was seen on a network."""
    home = survey.homes[device.id]
    return tuple(cited for segment, cited in home.items() if segment.network == network)[:1]


def _hop(device: Device, step: Step) -> Hop:
    if step.device is None:
        return Hop("", through(device, step, 1), why(step), step.citations)
    return Hop(step.device.id, step.device.name, why(step), step.citations)


def _network(network: str | None) -> str:
    if network is None:
        return called(network)
    return network or "the untagged network"
