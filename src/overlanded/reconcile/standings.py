"""What the comparison of one device, or one record that nothing was matched to, came to."""

from __future__ import annotations

from overlanded.data import table
from overlanded.model.certainty import probability
from overlanded.model.devices import Identity, Standing
from overlanded.reconcile.comparing import Waterfall
from overlanded.reconcile.lines import Line, speaks_of


def matched(waterfall: Waterfall, line: Line, identity: Identity) -> Standing:
    """The standing of a device that a line fits."""
    if line.refused:
        return Standing.DECLINED
    if _contradicted(waterfall) or _unannounced(identity, line):
        return Standing.MISDESCRIBED
    return Standing.DOCUMENTED


def _contradicted(waterfall: Waterfall) -> bool:
    """True when an identifier or the class of the line is not the device's."""
    telling = {*table("matching")["standing"]["contradicting"], "class"}
    return any(one.field in telling and one.weight < 0 for one in waterfall)


def _unannounced(identity: Identity, line: Line) -> bool:
    """True when the device can talk outside in a way that its line gives no hint of."""
    if not line.record.device_class:
        return False
    matching = table("matching")
    expected = matching["expected"].get(line.record.device_class, ())
    announced = (
        way in expected or speaks_of(line.text, matching["announces"].get(way, ()))
        for way in identity.remote
    )
    return not all(announced)


def unmatched(line: Line, *, covered: bool) -> Standing:
    """The standing of an ordered line that no device was matched to.

    MISSING only when the sensors could have seen it: it talks on the network in normal service.
    """
    return Standing.MISSING if covered and _talks(line) else Standing.UNKNOWN


def _talks(line: Line) -> bool:
    coverable = table("matching")["coverable"]
    if speaks_of(line.text, coverable["silent-words"]):
        return False
    return (
        line.record.device_class in coverable["classes"]
        or not line.identifiers.keys().isdisjoint(("ip", "mac"))
        or speaks_of(line.text, coverable["network-words"])
    )


def certainty(standing: Standing, weight: float, *, named: bool = True) -> float:
    """Probability of a standing.

    ``weight`` is that of the match or, for UNDOCUMENTED, of the nearest line that was left;
    ``named`` tells whether anything says what the device is.
    """
    constants = table("matching")["standing"]
    match standing:
        case Standing.UNKNOWN:
            chance = 1.0
        case Standing.MISSING:
            chance = constants["missing"]
        case Standing.UNDOCUMENTED:
            chance = 1.0 - probability(weight)
            chance *= 1.0 if named else constants["undocumented-unnamed"]
        case _:
            chance = probability(weight)
    return min(chance, 1.0 if standing is Standing.UNKNOWN else constants["ceiling"])
