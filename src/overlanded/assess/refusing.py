"""Possible paths that a configuration refuses: told as such, with the rule, and never left out.

A refusal is as old as the configuration, and says nothing of who wrote it since. So such a path
stays among the possible ones, apart from those that nothing refuses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from overlanded.assess import ruled
from overlanded.assess.joining import sign
from overlanded.assess.paths import Bundle, Left, Reaching, Step, Target, Way
from overlanded.assess.places import Segment, plan_of
from overlanded.assess.ruled import EVERYWHERE, Ends, Rules, Ruling, Span
from overlanded.assess.vlans import Member
from overlanded.assess.wording import limit
from overlanded.data import table
from overlanded.model.devices import Device
from overlanded.model.observing import Observation


def told(left: Sequence[Left], device: Device, reaching: Reaching) -> tuple[Left, ...]:
    """The same, parted by what configurations say of them; what is refused comes last."""
    if not reaching.rules and not reaching.vlans.members:
        return tuple(left)
    parted = [part for one in left for part in _parted(one, device, reaching)]
    return tuple(sorted(parted, key=lambda one: one.refused))


def _parted(left: Left, device: Device, reaching: Reaching) -> Iterator[Left]:
    shown = left.led(limit("looked"))
    judged: dict[int, Judge] = {}
    groups: dict[tuple[object, ...], list[tuple[Target, Way]]] = defaultdict(list)
    changed = False
    for target, known in shown:
        if id(known) not in judged:
            judged[id(known)] = _judge(known, device, reaching)
        way = judged[id(known)](target)
        changed = changed or way is not known
        key = tuple((one.sign.kind, one.ruling.words if one.ruling else "") for one in way)
        groups[key].append((target, way))
    if not changed:
        yield left
        return
    rest = Counter(left.kinds)
    for those in groups.values():
        kinds = Counter(one.kind for one, _ in those)
        rest.subtract(kinds)
        targets, ways = zip(*those, strict=True)
        yield Left(Bundle(left.bundle.network, targets, ways.__getitem__), frozenset(), kinds)
    if rest := +rest:
        gone = frozenset(one.key for one, _ in shown) | left.gone
        yield Left(left.bundle, gone, rest)


Judge = Callable[[Target], Way]
"""The way to a target with what the configurations of its steps say of it."""


def _judge(way: Way, device: Device, reaching: Reaching) -> Judge:
    """For all targets that are reached this way: through VLANs where it is one wire."""
    if all(step.device is None and step.sign.kind == "wire" for step in way):
        return lambda target: _through_vlans(target, device, reaching) or way
    survey = reaching.survey
    sources = _sources(device, way, reaching)
    held = []
    for step in way:
        seen = survey.seen[step.device.id] if step.device else {}
        near, far = (ruled.interfaces(seen, one, survey.ranges) for one in (step.came, step.to))
        rules = reaching.rules.get(step.device.id) if step.device else None
        held.append((step, rules, sources, (near, far)))
        if seen.get("nat"):
            # What it translates leaves under another address.
            sources = [EVERYWHERE]
    if not any(rules for _, rules, _, _ in held):
        return lambda _: way
    return lambda target: _ruled_way(held, _targets(target, way, reaching), way)


Held = Sequence[tuple[Step, Rules | None, Sequence[Span], "Sides"]]
"""Steps with their rules, who sends to them, and the interfaces that they lead in and out by."""
Sides = tuple[frozenset[str], frozenset[str]]


def _ruled_way(held: Held, targets: Sequence[Span], way: Way) -> Way:
    made = tuple(
        _ruled(step, rules, sources, targets, sides) for step, rules, sources, sides in held
    )
    return made if any(step.ruling for step in made) else way


def _ruled(
    step: Step,
    rules: Rules | None,
    sources: Sequence[Span],
    targets: Sequence[Span],
    sides: Sides,
) -> Step:
    if rules is None:
        return step
    every = [Ends(source, target, *sides) for source in sources for target in targets]
    return _with(step, rules.between(every))


def _with(step: Step, ruling: Ruling | None) -> Step:
    if ruling is None:
        return step
    return replace(step, ruling=ruling, proof=(*step.proof, ruling.citations))


def _sources(device: Device, way: Way, reaching: Reaching) -> Sequence[Span]:
    """Its addresses where the way begins; anything for one that passes on packets of others."""
    if reaching.survey.seen[device.id].get("fronts"):
        return [EVERYWHERE]
    return _addresses(device, way[0].came if way else None, reaching)


def _targets(target: Target, way: Way, reaching: Reaching) -> Sequence[Span]:
    survey = reaching.survey
    other = survey.devices.get(target.id)
    if other is not None:
        return _addresses(other, way[-1].to if way else None, reaching)
    zone = [ruled.span(str(one.network)) for one in survey.ranges if one.zone == target.zone]
    return zone or [ruled.span(target.name.removeprefix("addresses of "))]


def _addresses(device: Device, segment: Segment | None, reaching: Reaching) -> Sequence[Span]:
    key = device.id, segment
    if key not in reaching.spans:
        subjects = device.cluster.subjects if device.cluster else ()
        held = [one.value for one in subjects if one.kind == "ip" and "." in one.value]
        known = reaching.survey.ranges
        here = [one for one in held if segment and plan_of(one, known) == segment.plan]
        reaching.spans[key] = [ruled.span(one) for one in here or held] or [EVERYWHERE]
    return reaching.spans[key]


def _through_vlans(target: Target, device: Device, reaching: Reaching) -> Way:
    """The step between two VLANs of one switch; nothing where they are not known to be apart."""
    found = reaching.vlans.apart(device.id, target.id) if target.id else None
    if found is None:
        return ()
    switch, mine, theirs = found
    survey = reaching.survey
    homes = [next(iter(survey.homes[one]), None) for one in (device.id, target.id)]
    came, to = homes[0] or Segment("", ""), homes[1]
    for router, (near, far) in reaching.vlans.between(mine.vlan, theirs.vlan).items():
        if router not in (device.id, target.id):
            step = _routed(survey.devices[router], near, far, came, to)
            sides = _interface(near), _interface(far)
            sources = _sources(device, (step,), reaching)
            targets = _addresses(survey.devices[target.id], to, reaching)
            return (_ruled(step, reaching.rules.get(router), sources, targets, sides),)
    plans = frozenset(one.plan for one in homes if one and one.plan)
    if reaching.vlans.joined(mine.vlan, theirs.vlan, plans):
        return ()
    return (_kept_apart(switch, mine, theirs, came, to),)


def _interface(one: Observation) -> frozenset[str]:
    return frozenset({dict(one.detail)["interface"].strip()})


def _routed(
    router: Device, near: Observation, far: Observation, came: Segment, to: Segment | None
) -> Step:
    on = f" on {dict(far.detail)['interface'].strip()}"
    shown = sign("configured", (far.citation, near.citation), address=far.value, on=on)
    return Step(router, shown, (shown.citations,), came, to)


def _kept_apart(
    switch: str, mine: Member, theirs: Member, came: Segment, to: Segment | None
) -> Step:
    cited = tuple(one.citation for one in (*mine.told, *theirs.told))
    shown = sign(
        "vlans",
        cited,
        switch=switch,
        port=mine.port,
        vlan=mine.vlan,
        other=theirs.port,
        others=theirs.vlan,
    )
    words = table("assessing")["ruled"]["vlans"].format(date=ruled.dated(mine.told[0]))
    return Step(None, shown, (cited,), came, to, Ruling(True, words, cited))
