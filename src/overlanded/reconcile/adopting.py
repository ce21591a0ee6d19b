"""What a thing is, by the line of the papers that fits it."""

from __future__ import annotations

from msgspec.structs import replace

from overlanded.data import table
from overlanded.model.certainty import probability
from overlanded.model.devices import Identity, Weighed
from overlanded.reconcile.comparing import Waterfall
from overlanded.reconcile.lines import Line


def named(identity: Identity, line: Line, waterfall: Waterfall) -> Identity:
    """The identity with the class of its line, where the thing itself hardly says what it is."""
    says = line.record.device_class
    if says in ("", "unknown", identity.device_class) or not _doubtful(identity, waterfall):
        return identity
    weight = sum(one.weight for one in waterfall)
    reason = f"the line of the papers that fits it: {line.record.description}"
    said = Weighed(reason, round(weight, 3), "paper", (line.record.citation,))
    return replace(
        identity,
        device_class=says,
        evidence=(said, *identity.evidence),
        probability=min(probability(weight), table("matching")["standing"]["ceiling"]),
    )


def _doubtful(identity: Identity, waterfall: Waterfall) -> bool:
    """Whether the line may say better what it is than its own fingerprints do."""
    limits = table("matching")["named"]
    if identity.device_class == "unknown" or identity.probability < limits["weak"]:
        return True
    rest = sum(one.weight for one in waterfall if one.field != "class")
    return identity.probability < limits["doubted"] and rest > 0
