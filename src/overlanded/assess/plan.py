"""What to collect next: each way of collecting more, by how much that is open it would settle.

Three kinds of things are open: equipment that no paper names and nobody saw, lines of the papers
that nobody saw, and questions about devices that were seen. Each has a probability that is not
determined; a way of collecting removes the part of it that it would show.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from overlanded.assess.context import Context
from overlanded.assess.wording import NOT_DETERMINED, seen
from overlanded.data import table
from overlanded.model.devices import Device, Standing
from overlanded.model.observing import Outlook, Step


def plan(
    devices: Sequence[Device], context: Context, outlooks: Sequence[Outlook]
) -> tuple[Step, ...]:
    """The ways of collecting more, the most telling one first.

    ``outlooks``: what has been collected can show, then the same with each way added.
    """
    now, *further = outlooks
    steps = [_step(now, ahead, devices, context) for ahead in further]
    ranked = sorted(steps, key=lambda step: (-step.settles, step.effort, step.option))
    return tuple(ranked[: table("plan")["list"]["options"]])


def _step(now: Outlook, ahead: Outlook, devices: Sequence[Device], context: Context) -> Step:
    option = table("plan")["option"][ahead.option]
    parts: dict[str, float] = defaultdict(float)
    for open_ in (_hidden(now, ahead), _visitor(now, ahead), _lines(now, ahead, devices)):
        parts.update(dict(open_))
    parts.update(_questions(option["settles"], devices))
    ordered = sorted(parts.items(), key=lambda part: -part[1])
    told = tuple((what, round(much, 4)) for what, much in ordered if much >= LEAST)
    total = round(sum(much for _, much in told), 4)
    what, why, effort = option["what"], option["why"], option["effort"]
    return Step(ahead.option, what, why, effort, total, told, tuple(CHECKS[ahead.option](context)))


LEAST = 0.001
"""Parts that remove less are not told."""


def _hidden(now: Outlook, ahead: Outlook) -> Iterator[tuple[str, float]]:
    """Communications equipment that no paper names and nobody saw."""
    roles = table("device-classes")["classes"]
    for name, prior in table("plan")["hidden"]["chance"].items():
        before, after = _left(prior, now, name), _left(prior, ahead, name)
        yield f"a {roles[name]['role']} that nobody saw", before - after


def _left(prior: float, outlook: Outlook, name: str) -> float:
    """The chance that one is there although nobody saw it (Bayes)."""
    missed = 1 - (outlook.power[name].seen.middle if outlook.power else 0.0)
    return prior * missed / (1 - prior + prior * missed)


def _visitor(now: Outlook, ahead: Outlook) -> Iterator[tuple[str, float]]:
    stated = table("plan")["visitor"]
    before, after = (
        1 - look.habits[stated["habit"]].middle if look.habits else 1.0 for look in (now, ahead)
    )
    yield f"somebody far away who connects {stated['habit']}", stated["chance"] * (before - after)


def _lines(now: Outlook, ahead: Outlook, devices: Iterable[Device]) -> Iterator[tuple[str, float]]:
    """Units of the papers that nobody saw: there or not is open until they would have been seen."""
    found: dict[str, float] = defaultdict(float)
    for device in devices:
        if device.cluster is None and device.device_class:
            before, after = (_unsure(look, device.device_class) for look in (now, ahead))
            found[device.device_class] += before - after
    roles = table("device-classes")["classes"]
    for name, much in found.items():
        yield f"whether each {roles[name]['role']} of the papers is there", max(0.0, much)


def _unsure(outlook: Outlook, name: str) -> float:
    """The chance that a further look would find it: it is there, and nobody has seen it."""
    return 1 - outlook.power[name].absent.middle if outlook.power else 1.0


def _questions(settles: Mapping[str, float], devices: Iterable[Device]) -> dict[str, float]:
    """Questions about seen devices that are not determined, and kinds that are not sure."""
    parts: dict[str, float] = defaultdict(float)
    for device in devices:
        if device.cluster is None or device.standing is Standing.DOCUMENTED:
            continue
        for answer in device.answers:
            share = settles.get(answer.question, 0.0)
            if share and answer.value == NOT_DETERMINED:
                parts[f"{answer.question} of {device.name}"] += share
        unsure = 1 - (device.identity.probability if device.identity else 0.0)
        parts[f"what {device.name} is"] += unsure * settles.get("identity", 0.0)
    return parts


def _mirrors(context: Context) -> Iterator[str]:
    for name in _named(context, "switch") or ("the crane's main switch",):
        yield f"{name}: mirror the uplink and all ports, both directions, all VLANs"
    yield "start before power-up; write down port, time, and the clock of the machine that records"
    yield "note every support session that was agreed for these hours"


def _switches(context: Context) -> Iterator[str]:
    for name in (
        *_named(context, "switch"),
        *_named(context, "router"),
        *_named(context, "firewall"),
    ):
        yield f"{name}: MAC, ARP, LLDP and DHCP tables, and the configuration, read by its owner"


def _cabinets(context: Context) -> Iterator[str]:
    places = dict.fromkeys(record.place for record in context.records.values() if record.place)
    yield "in each, photograph: labels, antennas, SIM slots, cables"
    for place in list(places)[: table("plan")["list"]["places"]] or ("each cabinet",):
        yield f"{place}: seen, not opened or sealed"
    for device in context.devices:
        if device.standing in (Standing.DECLINED, Standing.UNDOCUMENTED, Standing.MISSING):
            yield f"look for {device.name}{_by(device)}"


def _by(device: Device) -> str:
    ports = dict.fromkeys(one.value for one in seen(device, "lldp.port"))
    return f" ({', '.join(ports)})" if ports else ""


def _surveyed(context: Context) -> Iterator[str]:
    del context
    yield "with the owner's consent; receive only, and decode nobody's traffic"
    yield "crane off, crane on, crane working: the same places, the same dwell each"
    yield "at each cabinet, in the cab, on the boom and beside the crane, for comparison"


def _papers(context: Context) -> Iterator[str]:
    held = sorted({record.citation.path for record in context.records.values()})
    if held:
        yield f"handed in so far: {', '.join(held)}"
    yield "from port, operator and maker apart: contract, options, change orders, as-built list"
    yield "work orders and delivery notes that name who fitted what, and when"


def _named(context: Context, device_class: str) -> tuple[str, ...]:
    most = table("plan")["list"]["places"]
    named = (device.name for device in context.devices if device.device_class == device_class)
    return tuple(dict.fromkeys(named))[:most]


CHECKS: Mapping[str, Callable[[Context], Iterator[str]]] = {
    "week": _mirrors,
    "shift": _mirrors,
    "tables": _switches,
    "cabinets": _cabinets,
    "survey": _surveyed,
    "papers": _papers,
}
"""Option → what to do, place by place, as far as the case names places."""
