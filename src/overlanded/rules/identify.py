"""What a cluster of observations is: device class, maker, model, ways to talk outside.

Every row of the fingerprints that matches speaks for a class with a weight. Of several pieces
from one source the strongest counts. Classes compete with each other and with *something else*:
P(c) = exp(t_c) / (1 + Σ exp(t_k)), t = log odds of the prior + Σ weights (decision 0030).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from overlanded.data import table
from overlanded.model.certainty import weight
from overlanded.model.devices import Cluster, Identity, Weighed
from overlanded.rules import oui
from overlanded.rules.matching import Hits, Seen, hits, index
from overlanded.rules.ruleset import Row, Ruleset

NUMBERED = re.compile(r" vendor [0-9A-F]+\Z")
"""How the dissectors write a maker that a protocol states by its number."""

Totals = Mapping[str, float]


class Piece(Struct, frozen=True):
    """One row that matched: what it rests on and which source it counts to."""

    row: Row
    seen: Seen
    source: str

    @property
    def reason(self) -> str:
        """As the waterfall says it."""
        note = f" ({self.row.note})" if self.row.note else ""
        return f"{self.seen.about}: {self.seen.value[:120]}{note}"


def identify(cluster: Cluster, ruleset: Ruleset) -> Identity:
    """The likeliest class with its waterfall; ``unknown`` when none is likely enough."""
    found = hits(cluster, ruleset)
    pieces = sorted(_pieces(found, ruleset), key=lambda piece: -piece.row.weight)
    counted = _counted(pieces)
    totals = {name: _total(parts.values()) for name, parts in counted.items()}
    first = _first(totals)
    chance = _chance(totals, first)
    likely = chance >= _enough()
    best = first if likely else "unknown"
    mine = [piece for piece in pieces if piece.row.device_class in ("", best)]
    return Identity(
        device_class=best,
        maker=_maker(cluster, mine or pieces),
        model=_model(cluster, mine),
        remote=_remote(mine, best),
        evidence=_waterfall(cluster, counted.get(first, {}), totals, first),
        probability=round(chance, 6) if likely else 0.0,
        may_be=() if likely else tuple(_candidates(totals)),
    )


def _pieces(found: Hits, ruleset: Ruleset) -> Iterator[Piece]:
    known = index(ruleset)
    rows = sorted({row for leaf in found for row in known.rows_of(leaf)})
    for position in rows:
        row = ruleset.rows[position]
        for seen in known.holds(row, found):
            yield Piece(row, seen, row.source or seen.source)


def _counted(pieces: Iterable[Piece]) -> dict[str, dict[str, Piece]]:
    """Class → source → its strongest piece; ``pieces`` come heaviest first."""
    counted: dict[str, dict[str, Piece]] = {}
    for piece in pieces:
        if piece.row.device_class:
            counted.setdefault(piece.row.device_class, {}).setdefault(piece.source, piece)
    return counted


def _first(totals: Totals) -> str:
    """The likeliest class, or the likeliest of its kinds that is likely enough by itself."""
    ranked = sorted(totals, key=lambda name: (-totals[name], name))
    best = ranked[0] if ranked else "unknown"
    kinds = table("weights")["kind-of"]
    narrower = (name for name in ranked if kinds.get(name) == best)
    return next((name for name in narrower if _chance(totals, name) >= _enough()), best)


def _candidates(totals: Totals) -> Iterator[tuple[str, float]]:
    """Classes that are not likely enough to be told, and likely enough to be looked for."""
    least = table("weights")["threshold"]["candidate"]["probability"]
    for name in sorted(totals, key=lambda name: (-totals[name], name)):
        chance = round(_chance(totals, name), 6)
        if chance >= least:
            yield name, chance


def _enough() -> float:
    least: float = table("weights")["threshold"]["class"]["probability"]
    return least


def _prior() -> float:
    return weight(table("weights")["prior"]["class"]["probability"])


def _before() -> str:
    chance = table("weights")["prior"]["class"]["probability"]
    return f"before any evidence: 1 in {round(1 / chance)}"


def _total(pieces: Iterable[Piece]) -> float:
    return _prior() + sum(piece.row.weight for piece in pieces)


def _chance(totals: Totals, name: str) -> float:
    """Probability of one class against its rivals and *something else* (log odds 0)."""
    if name not in totals:
        return 0.0
    broader = table("weights")["kind-of"].get(name)
    rivals = {key: total for key, total in totals.items() if key != broader}
    top = max(0.0, *rivals.values())
    shares = {key: math.exp(total - top) for key, total in rivals.items()}
    return shares[name] / (math.exp(-top) + sum(shares.values()))


def _maker(cluster: Cluster, pieces: list[Piece]) -> str:
    """By the heaviest piece that names one; else as stated; else the holder of the MAC block.

    A maker stated by a number that no list here translates comes last.
    """
    named = next((piece.row.maker for piece in pieces if piece.row.maker), "")
    stated = _stated(cluster, "maker")
    plain = "" if NUMBERED.search(stated) else oui.plain(stated)
    return named or plain or _holder(cluster) or stated


def _holder(cluster: Cluster) -> str:
    for mac in macs(cluster):
        found = oui.holder(mac)
        if found:
            return oui.plain(found[0])
    return ""


def macs(cluster: Cluster) -> list[str]:
    """The MAC addresses of a cluster, the leading one first."""
    subjects = [subject.value for subject in cluster.subjects if subject.kind == "mac"]
    checked = [item.value for item in cluster.identifiers if item.kind == "mac" and item.checked]
    return list(dict.fromkeys(subjects + checked))


def _model(cluster: Cluster, mine: list[Piece]) -> str:
    caught = next((piece.seen.model for piece in mine if piece.seen.model), "")
    named = next((piece.row.model for piece in mine if piece.row.model), "")
    return _stated(cluster, "model") or caught or named or _stated(cluster, "order-number")


def _stated(cluster: Cluster, name: str) -> str:
    """What most observations of the property say; the first of equals."""
    counts: dict[str, int] = {}
    for observation in cluster.observations:
        if observation.property == name:
            counts[observation.value] = counts.get(observation.value, 0) + observation.count
    return max(counts, key=lambda value: counts[value], default="")


def _remote(mine: list[Piece], best: str) -> tuple[str, ...]:
    weights = table("weights")
    enough = weight(weights["threshold"]["remote"]["probability"]) - _prior()
    by_kind = set(weights["remote-by-class"].get(best, ()))
    pieces = {way for piece in mine if piece.row.weight >= enough for way in piece.row.remote}
    return tuple(sorted(by_kind | pieces))


def _waterfall(
    cluster: Cluster, counted: Mapping[str, Piece], totals: Totals, best: str
) -> tuple[Weighed, ...]:
    """The pieces that made the class, heaviest first; they add up to its log odds."""
    pieces = [
        Weighed(piece.reason, round(piece.row.weight, 4), source, piece.seen.citations)
        for source, piece in counted.items()
    ]
    others = _others(totals, best)
    if pieces:
        pieces.append(Weighed(_before(), round(_prior(), 4), "prior"))
    pieces.sort(key=lambda piece: (-piece.weight, piece.source))
    return (*pieces, *others, *_shared(cluster))


def _others(totals: Totals, best: str) -> Iterator[Weighed]:
    """What is lost because other classes fit too."""
    broader = table("weights")["kind-of"].get(best)
    rivals = sorted(set(totals) - {best, broader}, key=lambda name: (-totals[name], name))[:3]
    if not rivals:
        return
    loss = weight(min(_chance(totals, best), 1 - 1e-12)) - totals[best]
    if loss < -0.01:
        yield Weighed(f"fits also: {', '.join(rivals)}", round(loss, 4), "rivals")


def _shared(cluster: Cluster) -> Iterator[Weighed]:
    """A flag, without weight, for a MAC that factories repeat."""
    known = table("shared-identifiers")["mac"]
    for mac in macs(cluster):
        if mac in known:
            yield Weighed(
                f"MAC {mac} is one that the factory repeats ({known[mac]['what']}): "
                "it does not tell two devices apart",
                0.0,
                "shared-identifier",
            )
