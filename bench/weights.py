"""``python -m bench.weights FOLDER …``: what built cranes say of the weights of evidence.

For each kind of evidence in ``data/weights.toml``: how often a device of a class showed evidence of
that kind for its class, how often another device did, and the log likelihood ratio that follows,
beside the weight in use. Only cranes of fitting seeds are read. The same products come again from
crane to crane, so an interval counts each product once and not each device.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
from msgspec import Struct

from bench.hosts import observed
from bench.score import cranes
from bench.score.figures import Share
from overlanded.data import table
from overlanded.model.certainty import probability, weight
from overlanded.model.devices import Cluster

FIT_BELOW = 30_000
"""Seeds of cranes from here on are for testing."""
ENOUGH = 30
"""Products that showed evidence of a kind, from which on its figure may replace an estimate."""
Product = tuple[str, str, str]
"""(class, maker, model) as the truth has them."""


class Shown(Struct, frozen=True):
    """One device that was seen: what it is, and the (kind, class) that its evidence spoke for."""

    product: Product
    votes: frozenset[tuple[str, str]]


class Fit(Struct, frozen=True):
    """The counts of one kind of evidence; a trial is one device held against one class."""

    kind: str
    right: int
    """Devices that showed evidence of the kind for the class they are of …"""
    of_right: int
    """… of so many of those classes."""
    wrong: int
    """The same for a class that they are not of."""
    of_wrong: int
    products: int
    """Different products among those that showed any."""

    @property
    def ratio(self) -> float:
        """Smoothed log likelihood ratio, nats: half a case is added to each side."""
        return math.log((self.right + 0.5) / (self.of_right + 1)) - math.log(
            (self.wrong + 0.5) / (self.of_wrong + 1)
        )

    @property
    def interval(self) -> tuple[float, float]:
        """95 % of the ratio, with each product counted once."""
        share = self.products / max(self.right + self.wrong, 1)
        counts = (self.right, self.of_right, self.wrong, self.of_wrong)
        right, of_right, wrong, of_wrong = (count * share for count in counts)
        spread = 1 / (right + 0.5) - 1 / (of_right + 1) + 1 / (wrong + 0.5) - 1 / (of_wrong + 1)
        wide = 1.96 * math.sqrt(max(spread, 0.0))
        return self.ratio - wide, self.ratio + wide

    @property
    def in_use(self) -> float:
        """The weight of ``data/weights.toml``."""
        return weight(_kinds()[self.kind]["probability"]) - _prior()

    @property
    def chance(self) -> float:
        """The fitted ratio as that file states it: the chance given this one piece alone."""
        return probability(self.ratio + _prior())

    @property
    def verdict(self) -> str:
        """Whether the counts bear the weight in use."""
        low, high = self.interval
        if self.products < ENOUGH:
            return "too few"
        return "holds" if low <= self.in_use <= high else f"say {self.chance:.2f}"


def _kinds() -> dict[str, Any]:
    found: dict[str, Any] = table("weights")["identification"]
    return found


def _prior() -> float:
    return weight(table("weights")["prior"]["class"]["probability"])


@cache
def _rows() -> tuple[tuple[str, str], ...]:
    """(kind, class) of every row of the fingerprints, in the order of the rule set."""
    from overlanded.rules.conditions import read
    from overlanded.rules.ruleset import default_weight

    library = orjson.loads((files("overlanded.rules") / "library.json").read_bytes())
    return tuple(
        (
            row.get("weight") or default_weight(read(row["when"], plain="says")),
            (entry.get("identifies", {}) | row.get("identifies", {})).get("class", ""),
        )
        for entry in library["fingerprints"]
        for row in entry["rows"]
    )


def shown(folder: Path) -> list[Shown]:
    """What the evidence in the captures of a built crane spoke for, of every device seen."""
    from overlanded import reconcile

    truth = cranes.read(folder, "truth.json")
    owners = {mac: one for one in truth["devices"] for mac in one["macs"]}
    with tempfile.TemporaryDirectory() as out:
        clusters = reconcile.cluster(observed(folder, Path(out)))
    found = []
    for cluster in clusters:
        macs = [one.value for one in cluster.subjects if one.kind == "mac"]
        true = next((owners[mac] for mac in macs if mac in owners), None)
        if true is not None:
            product = (true["class"], true["maker"], true["model"])
            found.append(Shown(product, frozenset(_votes(cluster))))
    return found


def _votes(cluster: Cluster) -> Iterator[tuple[str, str]]:
    from overlanded.rules import load
    from overlanded.rules.matching import hits, index

    found = hits(cluster, load())
    known = index(load())
    for position in {row for leaf in found for row in known.rows_of(leaf)}:
        kind, named = _rows()[position]
        if named and any(known.holds(load().rows[position], found)):
            yield kind, named


def judged(path: Path) -> Iterator[tuple[str, bool]]:
    """(kind of weight, whether right) of each finding in the raw verdicts of a kept score run."""
    library = orjson.loads((files("overlanded.rules") / "library.json").read_bytes())
    kinds = {rule["rule"]: rule["weight"] for rule in library["rules"]}
    for crane in orjson.loads(path.read_bytes()):
        seed = crane["crane"].rpartition("-")[2]
        if not seed.isdecimal() or int(seed) >= FIT_BELOW:
            continue
        for verdict in crane["verdicts"]:
            if verdict["kind"].startswith("finding on ") and verdict["said"] in kinds:
                yield kinds[verdict["said"]], verdict["right"]


def fitted(devices: Sequence[Shown]) -> Iterator[Fit]:
    """The counts of every kind of evidence that a fingerprint uses for a class."""
    broader = table("weights")["kind-of"]
    for kind in _kinds():
        classes = {named for own, named in _rows() if own == kind and named}
        counts: Counter[tuple[bool, bool]] = Counter()
        products: set[Product] = set()
        for one in devices:
            own = {one.product[0], broader.get(one.product[0], "")}
            for named in classes:
                shown = (kind, named) in one.votes
                counts[named in own, shown] += 1
                products |= {one.product} if shown else set()
        right, wrong = counts[True, True], counts[False, True]
        of_right, of_wrong = right + counts[True, False], wrong + counts[False, False]
        if classes:
            yield Fit(kind, right, of_right, wrong, of_wrong, len(products))


def lines(devices: Sequence[Shown]) -> Iterator[str]:
    """The table of the kinds of evidence."""
    products = len({one.product for one in devices})
    yield f"{len(devices)} devices that were seen, of {products} products"
    yield (
        f"{'evidence for a class':16}{'right':>14}{'wrong':>16}{'products':>10}"
        f"{'fitted':>8}{'95 %':>16}{'in use':>8}  verdict"
    )
    for fit in fitted(devices):
        low, high = fit.interval
        yield (
            f"{fit.kind:16}{f'{fit.right} of {fit.of_right}':>14}"
            f"{f'{fit.wrong} of {fit.of_wrong}':>16}{fit.products:>10}{fit.ratio:>+8.1f}"
            f"{f'{low:+.1f} to {high:+.1f}':>16}{fit.in_use:>+8.1f}  {fit.verdict}"
        )


def of_findings(found: Iterable[tuple[str, bool]]) -> Iterator[str]:
    """How many findings of each weight were right."""
    right = Counter(found)
    for kind, row in table("weights")["finding"].items():
        share = Share(right[kind, True], right[kind, True] + right[kind, False])
        yield f"findings weighed {kind}: {share} right, in use {row['probability']:.2f}"


def fitting(folders: Iterable[Path]) -> list[Path]:
    """The built cranes in these folders whose seeds are for fitting."""
    built = (path for folder in folders for path in sorted(folder.iterdir()))
    return [
        path
        for path in built
        if (path / "recorded.json").exists() and cranes.read(path, "truth.json")["seed"] < FIT_BELOW
    ]


def main() -> int:
    """Walk, count, print."""
    parser = argparse.ArgumentParser(prog="bench.weights", description=__doc__)
    default = os.environ.get("OVERLANDED_SCORE_DATA", cranes.ROOT / "bench/data/cranes")
    parser.add_argument("folders", nargs="*", type=Path, default=[Path(default)])
    parser.add_argument("--judged", nargs="*", type=Path, default=(), help="raw score runs")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    chosen = fitting(folder for folder in options.folders if folder.is_dir())
    print(f"weights of evidence, {len(chosen)} built cranes of seeds below {FIT_BELOW}")
    if chosen:
        with ProcessPoolExecutor(options.jobs) as pool:
            for line in lines([one for some in pool.map(shown, chosen) for one in some]):
                print(line)
    if options.judged:
        for line in of_findings(one for path in options.judged for one in judged(path)):
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
