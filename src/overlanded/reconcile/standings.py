"""What the comparison of one device, or one record that nothing was matched to, came to."""

from __future__ import annotations

from collections.abc import Mapping

from overlanded.data import table
from overlanded.model.certainty import probability
from overlanded.model.devices import Identity, Standing
from overlanded.model.observing import Power
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
    matching = table("matching")
    telling = dict.fromkeys(matching["standing"]["contradicting"], 0.0)
    telling["class"] = matching["class"]["contradicts"]
    return any(one.field in telling and one.weight < telling[one.field] for one in waterfall)


def _unannounced(identity: Identity, line: Line) -> bool:
    """True when it has a part to talk outside with that its line gives no hint of."""
    if not line.record.device_class:
        return False
    matching = table("matching")
    expected = matching["expected"].get(line.record.device_class, ())
    fitted = set(identity.remote) & set(matching["standing"]["fitted"])
    return not all(
        way in expected or speaks_of(line.text, matching["announces"].get(way, ()))
        for way in fitted
    )


def unmatched(line: Line, power: Mapping[str, Power], shown: float) -> tuple[Standing, float]:
    """The standing of an ordered line that no device was matched to, and how sure that is.

    MISSING only when the sensors would have seen it, rather than not, had it been there: by the
    time that they looked, or because they showed its like. ``shown`` is the share of what the
    papers list that they did show.
    """
    looked = _looked(line, power)
    if looked is None:
        return Standing.UNKNOWN, 1.0
    chance = max(looked.seen.middle, shown * (1 - power[line.record.device_class].silent))
    if chance < table("matching")["standing"]["covered"]:
        return Standing.UNKNOWN, 1.0
    return Standing.MISSING, looked.absent.middle


def _looked(line: Line, power: Mapping[str, Power]) -> Power | None:
    """What the sensors could show of a line: of its class, or of anything with an address."""
    words = table("matching")["coverable"]
    if not power or speaks_of(line.text, words["silent-words"]):
        return None
    found = [power[line.record.device_class]]
    if not line.identifiers.keys().isdisjoint(("ip", "mac")) or speaks_of(
        line.text, words["network-words"]
    ):
        found.append(power["unknown"])
    return max(found, key=lambda one: one.seen.middle)


def certainty(standing: Standing, weight: float, *, named: bool = True) -> float:
    """Probability of a standing.

    ``weight`` is that of the match or, for UNDOCUMENTED, of the nearest line that was left;
    ``named`` tells whether anything says what the device is.
    """
    constants = table("matching")["standing"]
    match standing:
        case Standing.UNKNOWN:
            return 1.0
        case Standing.UNDOCUMENTED:
            chance = 1.0 - probability(weight)
            chance *= 1.0 if named else constants["undocumented-unnamed"]
        case _:
            chance = probability(weight)
    return float(min(chance, constants["ceiling"]))
