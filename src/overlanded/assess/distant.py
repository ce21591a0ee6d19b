"""Sessions of somebody who is not on the crane."""

from __future__ import annotations

from overlanded.assess import carried
from overlanded.assess.context import Context, passed_on
from overlanded.assess.wording import seen
from overlanded.model.devices import Device
from overlanded.model.observing import Observation


def far_away(device: Device, context: Context) -> tuple[Observation, ...]:
    """Sessions, its own or passed on by it, whose client answers too late to be on the crane."""
    mine = (*seen(device, "distance"), *passed_on(device, context, "distance"))
    return tuple(one for one in mine if one.value == "far")


def visits(device: Device, context: Context) -> tuple[Observation, ...]:
    """The connections of those clients, one by one, in order of time."""
    mine = (*seen(device, "visit"), *passed_on(device, context, "visit"))
    return tuple(sorted(mine, key=lambda one: (one.first or 0, one.citation.path)))


def remote(device: Device, context: Context) -> tuple[Observation, ...]:
    """Everybody who came from afar: one by one where that was seen, else all of a pair as one.

    By the timing of a local address, by remote control, or from an address outside.
    """
    found = list(visits(device, context))
    known = {(one.subject, one.object) for one in found}
    for one in (*far_away(device, context), *_controlling(device), *_calling(device)):
        if (one.subject, one.object) not in known:
            known.add((one.subject, one.object))
            found.append(one)
    return tuple(sorted(found, key=lambda one: (one.first or 0, one.citation.path)))


def _controlling(device: Device) -> tuple[Observation, ...]:
    """Remote control from outside, or by way of a relay that it opened itself."""
    mine = seen(device, "remote-control")
    relayed = carried.ways_in(device)
    return tuple(
        one
        for one in carried.shown(mine)
        if one in relayed or (carried.beyond(one) and ("direction", "inbound") in one.detail)
    )


def _calling(device: Device) -> tuple[Observation, ...]:
    return tuple(one for one in seen(device, "contact") if ("direction", "inbound") in one.detail)
