"""Paths over the crane's network: from segment to segment, through whatever joins them.

A path says what could be, not what was: each of its steps rests on something that was seen, and
says what. Nothing that nobody saw (an unmanaged switch, a rule in a firewall) is a step, or stops
one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import islice

from msgspec import Struct, field

from overlanded.assess import ruled
from overlanded.assess.joining import Joiner, Owner, Sign, Survey, joiners, survey
from overlanded.assess.places import Segment, other_crane
from overlanded.assess.vlans import Vlans, vlans
from overlanded.data import table
from overlanded.model.citing import Citation
from overlanded.model.devices import Device
from overlanded.model.evidence import Scope

BEYOND = "network"
"""Kind of what lies beyond a gateway and was captured nowhere."""


class Step(Struct, frozen=True):
    """One step of a path: what it leads through, and what shows that it could."""

    device: Device | None
    """None for the wire itself and for somebody who was not seen."""
    sign: Sign
    proof: tuple[tuple[Citation, ...], ...]
    """Citations by what they are of: most steps are counted only, and never cited."""
    came: Segment
    """Where the path came from."""
    to: Segment | None = None
    """Where it leads; None where only its end is known."""
    ruling: ruled.Ruling | None = None
    """What the configuration of the device says of this path."""

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What shows it, each once."""
        return tuple(dict.fromkeys(one for part in self.proof for one in part))


Way = tuple[Step, ...]
"""Steps in order; none on the network itself."""
Lead = tuple[tuple[int, Segment, Segment], ...]
"""A way as places in ``Graph.joiners``, each with where it comes from and where it leads."""


class Graph(Struct, frozen=True, dict=True):
    """Segments and what joins them."""

    joiners: Sequence[Joiner]
    segments: Iterable[Segment] = ()
    near: dict[Segment, tuple[Segment, ...]] = field(default_factory=dict)
    """Segment → what is alike, as worked out before for another start."""

    @cached_property
    def at(self) -> Mapping[Segment, Sequence[int]]:
        """Segment → places in ``joiners`` of those with a door to it."""
        found: dict[Segment, list[int]] = defaultdict(list)
        for place, joiner in enumerate(self.joiners):
            for segment in joiner.doors:
                found[segment].append(place)
        return dict(found)

    @cached_property
    def on(self) -> Mapping[str, Sequence[Segment]]:
        """Network → its segments."""
        found: dict[str, list[Segment]] = defaultdict(list)
        for segment in dict.fromkeys((*self.segments, *self.at)):
            if segment.network is not None:
                found[segment.network].append(segment)
        return dict(found)

    def alike(self, segment: Segment) -> tuple[Segment, ...]:
        """The segment, and those of its network that no address keeps apart from it."""
        if segment not in self.near:
            self.near[segment] = self._alike(segment)
        return self.near[segment]

    def way(self, lead: Lead) -> Way:
        """The steps of a way, with what shows them."""
        return tuple(_step(self.joiners[place], came, to) for place, came, to in lead)

    def kinds(self, lead: Lead) -> Iterator[tuple[str, str]]:
        """Of every step the device and the kind of what shows it."""
        for place, came, to in lead:
            joiner = self.joiners[place]
            yield joiner.device.id if joiner.device else "", _surer(joiner, came, to).kind

    def _alike(self, segment: Segment) -> tuple[Segment, ...]:
        """A station without an address is met by all on its wire, and may take one of any plan."""
        if segment.network is None:
            return (segment,)
        if not segment.plan:
            return (segment, *self.on.get(segment.network, ()))
        return segment, Segment(segment.network, "")


class Target(Struct, frozen=True):
    """Something that it matters to reach."""

    key: str
    """What tells it from all others: its ``id``, or else its name."""
    id: str
    """``Device.id``; empty for what lies beyond all that was captured."""
    name: str
    kind: str
    """Device class, or ``network``."""
    zone: str
    number: int
    """``Device.number``; 0 for what lies beyond."""
    citations: tuple[Citation, ...] = ()
    """What shows it where it is."""


class Bundle(Struct, frozen=True, dict=True):
    """Targets that are reached the same way, or all not at all, in the order of a report."""

    network: str | None
    """The network that they are on; None beyond all that was captured."""
    targets: tuple[Target, ...]
    way_to: Callable[[int], Way]
    """Place of a target → the way to it, made when it is asked for: few are shown."""

    @property
    def way(self) -> Way:
        """To the first of them, which stands for all."""
        return self.way_to(0)

    @cached_property
    def kinds(self) -> Mapping[str, int]:
        """Kind → how many."""
        return Counter(one.kind for one in self.targets)

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """Key → kind."""
        return {one.key: one.kind for one in self.targets}

    @cached_property
    def whole(self) -> Left:
        """All of it: the same for every device that none of its targets is told of otherwise."""
        return Left(self, frozenset(), self.kinds)

    @cached_property
    def refused(self) -> bool:
        """True when a configuration refuses them."""
        return any(step.ruling and step.ruling.refused for step in self.way)

    @cached_property
    def reasons(self) -> frozenset[tuple[str, ...]]:
        """What shows the steps to its targets, in the words of each way."""
        return frozenset(
            tuple(step.sign.what for step in way)
            for way in map(self.way_to, range(len(self.targets)))
        )


class Left(Struct, frozen=True, eq=False):
    """A bundle without those of its targets that are told of otherwise."""

    bundle: Bundle
    gone: frozenset[str]
    """Their keys."""
    kinds: Mapping[str, int]
    """Kind → how many are left."""

    def first(self, most: int) -> list[Target]:
        """As many of them as are shown."""
        return [self.bundle.targets[place] for place in self._first(most)]

    def led(self, most: int) -> list[tuple[Target, Way]]:
        """The same, each with the way to it."""
        return [(self.bundle.targets[at], self.bundle.way_to(at)) for at in self._first(most)]

    def _first(self, most: int) -> Iterable[int]:
        every = range(len(self.bundle.targets))
        if not self.gone:
            return every[:most]
        targets = self.bundle.targets
        return islice((place for place in every if targets[place].key not in self.gone), most)

    @property
    def refused(self) -> bool:
        """True when a configuration refuses them."""
        return self.bundle.refused


Bundles = tuple[Bundle, ...]


class Reaching(Struct, frozen=True):
    """All targets of a crane, and the ways to them from anywhere."""

    survey: Survey
    graph: Graph
    targets: Mapping[Segment, Sequence[Target]]
    """By where they are, each without a way yet."""
    names: Mapping[Segment, str]
    """Segment beyond all that was captured → the name of it as a target."""
    rules: Mapping[str, ruled.Rules]
    """Device id → the access rules of its configuration, for those that have some."""
    vlans: Vlans
    spans: dict[tuple[str, Segment | None], Sequence[ruled.Span]] = field(default_factory=dict)
    """(Device id, segment) → its addresses there, as worked out before."""
    known: dict[tuple[Segment, ...], tuple[Bundles, Bundles]] = field(default_factory=dict)
    """Answers given before: most devices of a crane start at the same place."""

    def left(self, device: Device, met: Iterable[str]) -> tuple[Left, ...]:
        """What it could reach, the nearest first, without itself and the keys of ``met``."""
        return tuple(_without(self._from(device)[0], {device.id, *met}))

    def apart(self, device: Device, met: Iterable[str]) -> tuple[Left, ...]:
        """Targets to which no way from it was seen."""
        return tuple(_without(self._from(device)[1], {device.id, *met}))

    def _from(self, device: Device) -> tuple[Bundles, Bundles]:
        starts = tuple(self.survey.homes.get(device.id, ()))
        if starts not in self.known:
            found = ways(starts, self.graph)
            near = tuple(_bundles(found, self.targets, self.graph))
            met = {key for bundle in near for key in bundle.keys}
            far = tuple(_unreached(found, self.targets, met, self.graph)) if starts else ()
            self.known[starts] = near, far
        return self.known[starts]


def reaching(devices: Sequence[Device], owner: Owner, scope: Scope) -> Reaching:
    """Worked out once for all devices."""
    ground = survey(devices, owner, scope)
    graph = Graph(joiners(devices, ground), ground.taken)
    kinds = table("assessing")["reach"]["targets"]
    targets: dict[Segment, list[Target]] = defaultdict(list)
    for device in devices:
        for segment, cited in ground.homes[device.id].items():
            if device.device_class in kinds:
                targets[segment].append(_target(device, cited, ground, scope))
    inhabited = {segment for home in ground.homes.values() for segment in home}
    beyond = (one for one in graph.at if one.network is None and one not in inhabited)
    names = {land: _land(land, scope) for land in beyond}
    for land, name in names.items():
        zone = next((one.name for one in scope.zones if land.plan == f"zone {one.name}"), "")
        targets[land].append(Target(name, "", name, BEYOND, zone, 0))
    rules = {id_: found for id_, seen in ground.seen.items() if (found := ruled.rules(seen))}
    return Reaching(ground, graph, targets, names, rules, vlans(ground.seen, ground.ranges))


def ways(starts: Iterable[Segment], graph: Graph) -> dict[Segment, Lead]:
    """Every segment that can be reached, by the fewest steps; of equally many, the surest.

    Breadth first; the work grows with the number of doors, not with the number of paths.
    """
    found: dict[Segment, Lead] = {one: () for start in starts for one in graph.alike(start)}
    edge, used = list(found), set[int]()
    while edge:
        edge = _further(edge, used, found, graph)
    return found


def _further(
    edge: Sequence[Segment], used: set[int], found: dict[Segment, Lead], graph: Graph
) -> list[Segment]:
    """The segments one step beyond the edge, added to what was found."""
    met = _met(edge, used, graph)
    used.update(met)
    offers: dict[Segment, tuple[int, int, Segment]] = {}
    for place, came in met.items():
        doors = graph.joiners[place].doors
        near = doors[came].rank
        for to, sign in doors.items():
            if to not in found:
                rank = min(sign.rank, near)
                if to not in offers or rank < offers[to][0]:
                    offers[to] = rank, place, came
    new = []
    for to, (_, place, came) in sorted(offers.items(), key=lambda offer: offer[1][0]):
        lead = (*found[came], (place, came, to))
        for one in graph.alike(to):
            if one not in found:
                found[one] = lead
                new.append(one)
    return new


def _met(edge: Sequence[Segment], used: set[int], graph: Graph) -> dict[int, Segment]:
    """Joiners at the edge that were not met before → the door by which each is best known."""
    met: dict[int, Segment] = {}
    for segment in edge:
        for place in graph.at.get(segment, ()):
            doors = graph.joiners[place].doors
            if place in used:
                continue
            if place not in met or doors[segment].rank < doors[met[place]].rank:
                met[place] = segment
    return dict(sorted(met.items()))


def _step(joiner: Joiner, came: Segment, to: Segment) -> Step:
    proof = joiner.doors[to].citations, joiner.doors[came].citations
    return Step(joiner.device, _surer(joiner, came, to), proof, came, to)


def _surer(joiner: Joiner, came: Segment, to: Segment) -> Sign:
    """What shows a step: the sign of the two doors that is the surer one."""
    one, other = joiner.doors[came], joiner.doors[to]
    return one if one.rank < other.rank else other


Places = Mapping[Segment, Sequence[Target]]


def _bundles(found: Mapping[Segment, Lead], targets: Places, graph: Graph) -> Iterator[Bundle]:
    """Targets by the kinds of step that lead to them; each once, by the first way to it."""
    alike: dict[tuple[object, ...], list[tuple[Target, Lead]]] = defaultdict(list)
    met: set[str] = set()
    for segment, lead in found.items():
        mine = alike[segment.network, *graph.kinds(lead)]
        for one in targets.get(segment, ()):
            if one.key not in met:
                met.add(one.key)
                mine.append((one, lead))
    return (_bundle(key[0], those, graph) for key, those in alike.items() if those)


def _unreached(
    found: Mapping[Segment, Lead], targets: Places, met: set[str], graph: Graph
) -> Iterator[Bundle]:
    """The others by their network; those beyond all that was captured are anywhere."""
    apart: dict[str, dict[str, Target]] = defaultdict(dict)
    for segment, those in targets.items():
        if segment not in found and segment.network is not None:
            apart[segment.network].update((one.key, one) for one in those if one.key not in met)
    for key, ends in sorted(apart.items()):
        if ends:
            yield _bundle(key, [(one, ()) for one in ends.values()], graph)


def _bundle(network: object, ends: list[tuple[Target, Lead]], graph: Graph) -> Bundle:
    order = _order()
    ends.sort(key=lambda end: (order[end[0].kind], end[0].number, end[0].name))
    targets, leads = zip(*ends, strict=True)
    way = cache(graph.way)
    name = None if network is None else str(network)
    return Bundle(name, targets, lambda place: way(leads[place]))


@cache
def _order() -> Mapping[str, int]:
    """Kind of target → its place in a report."""
    return {kind: at for at, kind in enumerate(table("assessing")["reach"]["targets"])}


def _without(bundles: Bundles, told: set[str]) -> Iterator[Left]:
    gone = frozenset(told)
    for bundle in bundles:
        if bundle.keys.keys().isdisjoint(gone):
            yield bundle.whole
            continue
        kinds = Counter(bundle.kinds)
        kinds.subtract(bundle.keys[key] for key in gone if key in bundle.keys)
        if left := +kinds:
            yield Left(bundle, gone, left)


def _target(device: Device, cited: Citation, ground: Survey, scope: Scope) -> Target:
    """Named with the crane that its address is of where that is another one."""
    zone = ground.zone(device)
    purpose = next((one.purpose for one in scope.zones if one.name == zone), "")
    crane = other_crane(f"{zone} {purpose}", scope.crane) if zone else ""
    name = f"{device.name} of {crane}" if crane else device.name
    known = device.id, name, device.device_class, zone, device.number
    return Target(device.id, *known, (cited,))


def _land(land: Segment, scope: Scope) -> str:
    """The name of what lies beyond, and what it is for where the case says so."""
    zone = next((one for one in scope.zones if f"zone {one.name}" == land.plan), None)
    crane = other_crane(f"{zone.name} {zone.purpose}", scope.crane) if zone else ""
    of = f" of {crane}" if zone and crane and crane not in zone.name else ""
    return f"{land.plan}{of}"
