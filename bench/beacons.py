"""How well regular connections are found: labelled sets, our ranking and RITA's, side by side.

``python -m bench.beacons score`` prints the tables, of the test seeds, and how long ten million
connections take; ``python -m bench.beacons fit`` fits the weights and thresholds of
``data/traffic.toml`` on the fit seeds and prints them; ``python -m bench.beacons real`` ranks the
labelled cases in the folder that ``OVERLANDED_CORPUS`` names. Pairs that are regular for a
documented purpose are set aside where it is not said otherwise, and counted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bench import regular, rita
from bench.beacons_inside import counted
from bench.beacons_kinds import TCP, UDP
from bench.beacons_sets import BEACON, DAYS, FIT_SEEDS, OTHER, PURPOSE, TEST_SEEDS, Pair, build
from overlanded import data
from overlanded.analyse.traffic.regularity import inside, measuring, notable
from overlanded.wire.folding import Columns

Array = np.ndarray[Any, np.dtype[Any]]

NOT_RANKED = -1e6
PRECISION = 0.95
"""Share of beacons among the pairs that stand out, which the threshold is fitted for."""
RANKINGS = ("ours", "ours, notable", "RITA", "RITA, all days", "RITA, answered")
"""Ours by the score, and by what to look at first; RITA as it is (last 24 hours); on the whole
watch; on the answered connections of it."""
HABITUAL = ((UDP, 123), (UDP, 67), (UDP, 161), (TCP, 502), (TCP, 102), (TCP, 44818))
"""Services that stand for a protocol that was recognised as regular by itself; no beacon of the
sets speaks one."""


class Scored(Struct, frozen=True):
    """One place: what is true of its pairs, and what each ranking gives them."""

    pairs: tuple[Pair, ...]
    counts: Array
    """Connections of each pair."""
    scores: dict[str, Array]
    within: Array
    """Ours, had each connection been a message inside a single one."""
    parts: Columns
    """What ours measured; ``pair`` is the index into ``pairs``."""


def scored(job: tuple[int, int], *, theirs: bool = True, scale: float = 1.0) -> Scored:
    """Build the place of (seed, days) and rank its pairs, by RITA's score too if wanted."""
    place = build(*job, scale)
    columns, number = place.columns, len(place.pairs)
    parts = measuring.measure(columns, place.watched)
    parts["pair"] = columns["pair"][parts["at"]]
    ours = np.full(number, NOT_RANKED)
    # attempts in vain are a kind of their own: they come after all answered ones
    ours[parts["pair"]] = parts["score"] - 1e3 * (parts["kind"] > 0)
    parts["habit"], parts["clients"] = _beside(place.pairs, parts["pair"])
    rankings = dict.fromkeys(RANKINGS, ours) | {"ours, notable": _notable(parts, ours, None)}
    if theirs:
        answered, hours = columns["established"], place.place.days * 24
        every = np.ones(len(answered), bool)
        rankings["RITA"] = _rita(columns, every, number, 24)
        rankings["RITA, all days"] = _rita(columns, every, number, hours)
        rankings["RITA, answered"] = _rita(columns, answered, number, hours)
    counts = np.bincount(columns["pair"], minlength=number)
    return Scored(place.pairs, counts, rankings, _within(columns, number), parts)


def _beside(pairs: tuple[Pair, ...], rows: Array) -> tuple[Array, Array]:
    """Of these pairs: whether the protocol is regular by itself, and clients of the server."""
    users: dict[tuple[int, int], set[int]] = {}
    for pair in pairs:
        users.setdefault((pair.server, pair.port), set()).add(pair.client)
    own = [pairs[row] for row in rows.tolist()]
    habit = np.array([(pair.proto, pair.port) in HABITUAL for pair in own], bool)
    return habit, np.array([len(users[pair.server, pair.port]) for pair in own])


def _notable(parts: Columns, scores: Array, weights: dict[str, float] | None) -> Array:
    """The scores with what the parts of ``notable`` add."""
    made = scores.copy()
    made[parts["pair"]] += sum(notable.parts(parts["habit"], parts["clients"], weights).values())
    return made


def _within(columns: Columns, number: int) -> Array:
    sent = columns["established"]  # an attempt in vain is no message
    found = inside.measure(*counted(columns["pair"][sent], columns["first_ns"][sent], number))
    ranked: Array = np.where(inside.lasting(found), found["gain"], NOT_RANKED)
    return ranked


def _rita(columns: Columns, rows: Array, number: int, hours: float) -> Array:
    found = np.full(number, -1.0)
    taken = (columns[name][rows] for name in ("pair", "first_ns", "bytes_ab"))
    numbers, values = rita.rank(*taken, hours=hours)
    found[numbers] = values
    return found


def run(seeds: Iterable[int], *, theirs: bool = True) -> list[Scored]:
    """All places of the seeds, on both cores."""
    jobs = [(seed, days) for seed in seeds for days in reversed(DAYS)]
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(partial(scored, theirs=theirs), jobs))


# Figures


class Ranking(Struct, frozen=True):
    """All pairs of all places in one list: label, facts and scores."""

    told: list[dict[str, Any]]
    labels: Array
    kinds: Array
    counts: Array
    scores: dict[str, Array]
    within: Array


def joined(places: Iterable[Scored]) -> Ranking:
    """The places put together."""
    every = list(places)
    pairs = [pair for place in every for pair in place.pairs]
    return Ranking(
        [pair.told for pair in pairs],
        np.array([pair.label for pair in pairs]),
        np.array([pair.kind for pair in pairs]),
        np.concatenate([place.counts for place in every]),
        {name: np.concatenate([place.scores[name] for place in every]) for name in RANKINGS},
        np.concatenate([place.within for place in every]),
    )


def average_precision(scores: Array, wanted: Array) -> float:
    """Sum over distinct scores, falling, of precision times what recall gains there."""
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.diff(scores[order]) != 0, True)
    hits = np.cumsum(wanted[order])[last]
    precision = hits / (np.flatnonzero(last) + 1)
    return float((np.diff(hits, prepend=0) * precision).sum() / max(wanted.sum(), 1))


def precision_at(scores: Array, wanted: Array, most: int) -> float:
    """Share of the wanted among the first ``most``; equal scores count by their share."""
    order = np.argsort(-scores, kind="stable")[:most]
    edge = scores[order[-1]]
    surely, level = scores > edge, scores == edge
    hits = wanted[surely].sum() + wanted[level].mean() * (most - surely.sum())
    return float(hits / most)


class Figures(Struct, frozen=True):
    """What is promised of regularity, measured: sizes, average precisions, and the large run."""

    beacons: int
    others: int
    purposes: int
    """Pairs with a documented purpose, set aside."""
    ours: float
    rita: float
    rita_answered: float
    """RITA's score of the answered connections of the whole watch: the best that it does."""
    updates_ours: float
    updates_rita: float
    """The same two with looks for updates among the others."""
    every_ours: float
    every_notable: float
    every_rita: float
    """With every purpose among the others: by the score, by what to look at first, and theirs."""
    inside: float
    """Ours of the messages inside one connection, which RITA does not rank."""
    inside_precision: float
    inside_recall: float
    """At the threshold from which on a cadence inside a connection is told."""
    connections: int
    seconds: float
    """CPU seconds of the large run on one core."""
    mib: float


def figures(ranking: Ranking | None = None) -> Figures:
    """The figures of the test seeds and of the large run (about five minutes on two cores)."""
    if ranking is None:
        ranking = joined(run(TEST_SEEDS))
    beacon, apart = ranking.labels == BEACON, ranking.labels == PURPOSE
    large = regular.large()

    def precision(name: str, rows: Array) -> float:
        return average_precision(ranking.scores[name][rows], beacon[rows])

    updates = ~apart | (ranking.kinds == "updates")
    limit = data.table("traffic")["regularity"]["inside"]["gain"]
    over = (ranking.within >= limit) & ~apart
    return Figures(
        beacons=int(beacon.sum()),
        others=int((ranking.labels == OTHER).sum()),
        purposes=int(apart.sum()),
        ours=precision("ours", ~apart),
        rita=precision("RITA", ~apart),
        rita_answered=precision("RITA, answered", ~apart),
        updates_ours=precision("ours", updates),
        updates_rita=precision("RITA", updates),
        every_ours=precision("ours", apart | ~apart),
        every_notable=precision("ours, notable", apart | ~apart),
        every_rita=precision("RITA", apart | ~apart),
        inside=average_precision(ranking.within[~apart], beacon[~apart]),
        inside_precision=float(beacon[over].mean()) if over.any() else 0.0,
        inside_recall=float(beacon[over].sum() / max(beacon.sum(), 1)),
        connections=regular.CONNECTIONS,
        seconds=large.cpu,
        mib=large.peak,
    )


def told(found: Figures) -> list[str]:
    """The figures in sentences."""
    return [
        (
            f"{found.beacons} beacons among {found.others} other pairs; "
            f"{found.purposes} with a purpose set aside"
        ),
        (
            f"average precision: ours {found.ours:.3f}, RITA's score {found.rita:.3f}, "
            f"of answered connections {found.rita_answered:.3f}"
        ),
        f"with updates among the others: {found.updates_ours:.3f} and {found.updates_rita:.3f}",
        (
            f"with every purpose among the others: {found.every_ours:.3f} by the score, "
            f"{found.every_notable:.3f} by what to look at first, RITA's {found.every_rita:.3f}"
        ),
        (
            f"inside one connection: {found.inside:.3f}; what is told has a precision of "
            f"{found.inside_precision:.3f} at a recall of {found.inside_recall:.3f}"
        ),
        (
            f"{found.connections:,} connections: {found.seconds:.1f} s of one core, "
            f"{found.mib:.0f} MiB at most (goals {regular.GOAL_SECONDS} s, {regular.GOAL_MIB} MiB)"
        ),
    ]


Band = tuple[str, Callable[[dict[str, Any]], bool]]


def _between(key: str, low: float, high: float) -> Callable[[dict[str, Any]], bool]:
    return lambda told: bool(low <= told[key] < high)


BANDS: tuple[Band, ...] = (
    ("all", lambda _: True),
    ("period under 10 s", _between("period", 0, 10)),
    ("period 10 s to 1 min", _between("period", 10, 60)),
    ("period 1 to 10 min", _between("period", 60, 600)),
    ("period 10 min to 1 h", _between("period", 600, 3600)),
    ("period 1 to 6 h", _between("period", 3600, 21600)),
    ("period over 6 h", _between("period", 21600, 1e9)),
    ("jitter 0 to 1 %", _between("jitter", 0, 0.02)),
    ("jitter 5 to 10 %", _between("jitter", 0.02, 0.15)),
    ("jitter 20 to 30 %", _between("jitter", 0.15, 0.4)),
    ("jitter 50 %", _between("jitter", 0.4, 1)),
    ("none missing", lambda told: told["missing"] == 0 and not told["off"]),
    ("10 to 25 % missing", _between("missing", 0.05, 0.3)),
    ("half missing", _between("missing", 0.4, 1)),
    ("off by night or weekend", lambda told: bool(told["off"])),
    ("wall clock", lambda told: told["clock"] == "wall"),
    ("two periods", lambda told: "second" in told),
    ("other use beside it", lambda told: "beside" in told),
)


def table(ranking: Ranking) -> list[str]:
    """Average precision by band, then precision at the top."""
    beacon, apart = ranking.labels == BEACON, ranking.labels == PURPOSE
    head = "".join(f"{name:>16}" for name in RANKINGS)
    lines = [f"{'average precision':26}{'beacons':>8}{head}"]
    for name, within in BANDS:
        mine = beacon & np.array([bool(told) and within(told) for told in ranking.told])
        rows = mine | (ranking.labels == OTHER)
        figures = [average_precision(ranking.scores[one][rows], mine[rows]) for one in RANKINGS]
        cells = "".join(f"{figure:16.3f}" for figure in figures)
        lines.append(f"{name:26}{int(mine.sum()):8}{cells}")
    for name, rows in (
        ("updates not set aside", ~apart | (ranking.kinds == "updates")),
        ("purposes not set aside", np.ones(len(beacon), bool)),
    ):
        figures = [average_precision(ranking.scores[one][rows], beacon[rows]) for one in RANKINGS]
        cells = "".join(f"{figure:16.3f}" for figure in figures)
        lines.append(f"{name:26}{int(beacon.sum()):8}{cells}")
    for most in (10, 50, 100, 500, 1000):
        figures = [
            precision_at(ranking.scores[one][~apart], beacon[~apart], most) for one in RANKINGS
        ]
        cells = "".join(f"{figure:16.3f}" for figure in figures)
        lines.append(f"{f'precision at {most}':34}{cells}")
    return lines


def curve(ranking: Ranking) -> list[str]:
    """Precision and recall of ours along the threshold, and how many purposes stand out too."""
    rows = ranking.labels != PURPOSE
    scores, beacon = ranking.scores["ours"], ranking.labels == BEACON
    lines = [f"{'score from':>12}{'found':>8}{'precision':>11}{'recall':>9}{'with a purpose':>16}"]
    for least in (-4, -2, 0, 2, 4, 6, 8, 10):
        over = scores >= least
        found = over & rows
        purposes = int((over & ~rows).sum())
        lines.append(
            f"{least:12}{int(found.sum()):8}{beacon[found].mean() if found.any() else 0:11.3f}"
            f"{beacon[over].sum() / beacon.sum():9.3f}{purposes:16}"
        )
    return lines


def calibration(ranking: Ranking) -> list[str]:
    """The score against the log likelihood ratio that was measured, by bands of the score."""
    scores, beacon = ranking.scores["ours"], ranking.labels == BEACON
    other = (ranking.labels == OTHER) & (scores > -100)
    lines = [f"{'score':>12}{'beacons':>9}{'others':>8}{'measured':>10}"]
    for low, high in pairwise((-100, -4, -2, 0, 2, 4, 6, 100)):
        inside = (scores >= low) & (scores < high)
        yes, no = int((inside & beacon).sum()), int((inside & other).sum())
        measured = np.log((yes + 0.5) / (beacon.sum() + 1)) - np.log((no + 0.5) / (other.sum() + 1))
        name = f"{low} to {high}".replace("-100 to", "under").replace(" to 100", " and over")
        lines.append(f"{name:>12}{yes:9}{no:8}{measured:10.1f}")
    return lines


def misses(ranking: Ranking) -> list[str]:
    """Of every class of beacon, how many do not stand out; of every other kind, how many do."""
    limits = data.table("traffic")["regularity"]
    over = ranking.scores["ours"] >= limits["stands-out"]
    beacon = np.flatnonzero(ranking.labels == BEACON)
    tally: dict[str, list[int]] = {}
    for place in beacon:
        name = _class(ranking.told[place], int(ranking.counts[place]))
        tally.setdefault(name, [0, 0])
        tally[name][0] += not over[place]
        tally[name][1] += 1
    lines = [f"beacons that do not stand out (score under {limits['stands-out']:g})"]
    for name, (missed, whole) in sorted(tally.items(), key=lambda one: -one[1][0]):
        lines.append(f"  {name:40}{missed:5} of {whole}")
    lines.append("others that stand out")
    for kind in np.unique(ranking.kinds[ranking.labels != BEACON]):
        mine = ranking.kinds == kind
        if over[mine].any():
            lines.append(f"  {kind:40}{int(over[mine].sum()):5} of {int(mine.sum())}")
    return lines


def _class(told: dict[str, Any], count: int) -> str:
    if count < 12:
        return "under 12 connections"
    if "second" in told:
        return "two periods"
    if "beside" in told:
        return "other use beside it"
    if told["jitter"] >= 0.5:
        return "jitter 50 %, half missing" if told["missing"] >= 0.5 else "jitter 50 %"
    if told["missing"] >= 0.5:
        return "half missing"
    return "off by night or weekend" if told["off"] else "plain"


# Fitting


def fit(places: list[Scored]) -> dict[str, float]:
    """Weights of the score: of a beacon against others; purposes and vain attempts left out.

    Where a period was found, by logistic regression; its constant less the log odds of a beacon
    among those rows, plus how much likelier a beacon is to have a period found at all: what is left
    is a log likelihood ratio, and so is ``none`` where no period was found.
    """
    values, wanted, having = [], [], []
    for place in places:
        labels = np.array([pair.label for pair in place.pairs])[place.parts["pair"]]
        rows = (labels != PURPOSE) & (place.parts["kind"] == 0)
        features = measuring.features(place.parts)
        values.append(np.stack([features[name][rows] for name in measuring.PARTS], axis=1))
        wanted.append(labels[rows] == BEACON)
        having.append(place.parts["period_ns"][rows] > 0)
    beacon, found = np.concatenate(wanted), np.concatenate(having)
    weights = logistic(np.concatenate(values)[found], beacon[found])
    share = beacon[found].mean()
    lift = _odds(found[beacon]) - _odds(found[~beacon])
    named = dict(zip(measuring.PARTS, weights[:-1].tolist(), strict=True))
    base = weights[-1] - np.log(share / (1 - share)) + lift[0]
    return named | {"base": float(base), "none": float(lift[1])}


def fit_notable(places: list[Scored]) -> dict[str, float]:
    """Weights of what to look at first: of a beacon against all others, for each nat of score."""
    values, wanted = [], []
    for place in places:
        labels = np.array([pair.label for pair in place.pairs])[place.parts["pair"]]
        rows = (place.parts["kind"] == 0) & (place.parts["period_ns"] > 0)
        features = notable.features(place.parts["habit"][rows], place.parts["clients"][rows])
        score = place.scores["ours"][place.parts["pair"]][rows]
        values.append(np.stack([score, *features.values()], axis=1))
        wanted.append(labels[rows] == BEACON)
    weights = logistic(np.concatenate(values), np.concatenate(wanted))
    named = zip(notable.PARTS, (weights[1:-1] / weights[0]).tolist(), strict=True)
    return {name: float(weight) for name, weight in named}


def _odds(having: Array) -> Array:
    """Logs of the shares that have and have not, each with half a case more (Jeffreys' prior)."""
    counts = np.array([having.sum(), (~having).sum()]) + 0.5
    logs: Array = np.log(counts / counts.sum())
    return logs


def weighed(place: Scored, weights: dict[str, float]) -> Scored:
    """The place with its scores made anew from these weights."""
    ours = np.full(len(place.pairs), NOT_RANKED)
    score = measuring.score(place.parts, weights)["score"]
    ours[place.parts["pair"]] = score - 1e3 * (place.parts["kind"] > 0)
    return replace(place, scores=dict.fromkeys(RANKINGS, ours))


def logistic(values: Array, wanted: Array, ridge: float = 1.0) -> Array:
    """Weights, the constant last (Hastie, Tibshirani and Friedman 2009, section 4.4.1)."""
    design = np.column_stack([values, np.ones(len(values))])
    weights = np.zeros(design.shape[1])
    keep = ridge * np.eye(len(weights))
    keep[-1, -1] = 0
    for _ in range(100):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (wanted - chance) - keep @ weights
        bend = (design * (chance * (1 - chance))[:, None]).T @ design + keep
        step = np.linalg.solve(bend, slope)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def threshold(ranking: Ranking, precision: float) -> float:
    """The lowest score from which on this precision is kept, purposes set aside."""
    rows = (ranking.labels != PURPOSE) & (ranking.scores["ours"] > NOT_RANKED)
    scores, beacon = ranking.scores["ours"][rows], ranking.labels[rows] == BEACON
    order = np.argsort(-scores)
    kept = np.cumsum(beacon[order]) / np.arange(1, len(order) + 1)
    return float(scores[order][np.flatnonzero(kept >= precision)[-1]])


# Real cases


def real(corpus: Path) -> list[str]:
    """Where the labelled case of each real log stands in both rankings."""
    lines = []
    for folder, pair, kind in REAL:
        place = corpus / "rita" / "test_data" / folder
        logs = rita.logs(place, kind)
        if not logs:
            lines.append(f"{folder}: not in this corpus")
            continue
        logged = rita.connections(logs) if kind == "conn" else rita.requests(logs)
        lines.append(f"{folder}: {_places(logged, pair)}")
    return lines


REAL = (
    ("missing_host", ("73.54.23.243", "64.225.56.201"), "conn"),
    ("dnscat2-ja3-strobe-agent", ("10.55.100.109", "www.alexa.com"), "http"),
    ("proxy", ("10.136.0.18", "www.honestimnotevil.com"), "http"),
)
"""Folder, the pair that its makers say calls home, and the log that shows it."""


def _places(logged: rita.Logged, pair: tuple[str, str]) -> str:
    wanted = logged.pairs.index(pair)
    number = len(logged.pairs)
    rows = {
        "client": logged.pair, "server": logged.pair, "port": logged.pair * 0,
        "proto": logged.pair * 0 + 6, "first_ns": logged.times_ns, "bytes_ab": logged.sizes,
        "bytes_ba": logged.sizes, "established": logged.answered,
    }  # fmt: skip
    watched = int(logged.times_ns.min()), int(logged.times_ns.max())
    parts = measuring.measure(rows, watched)
    own = logged.pair[parts["at"]]
    ours = np.full(number, NOT_RANKED)
    ours[own] = parts["score"] - 1e3 * (parts["kind"] > 0)
    theirs = np.full(number, -1.0)
    numbers, values = rita.rank(logged.pair, logged.times_ns, logged.sizes)
    theirs[numbers] = values
    answered = np.full(number, -1.0)
    kept = logged.answered
    numbers, values = rita.rank(logged.pair[kept], logged.times_ns[kept], logged.sizes[kept])
    answered[numbers] = values
    place = [int((one > one[wanted]).sum()) + 1 for one in (ours, theirs, answered)]
    row = int(np.flatnonzero(own == wanted)[0])
    period = parts["period_ns"][row] / 1e9
    return (
        f"{pair[0]} → {pair[1]}: ours rank {place[0]} of {len(own)} (score {ours[wanted]:.1f}, "
        f"every {period:.1f} s, jitter {parts['jitter'][row]:.0%}, {parts['beats'][row]} beats); "
        f"RITA rank {place[1]} of {int((theirs >= 0).sum())} ({theirs[wanted]:.3f}), "
        f"answered only {place[2]} of {int((answered >= 0).sum())} ({answered[wanted]:.3f})"
    )


def main() -> int:
    """Print what the command line asks for."""
    parser = argparse.ArgumentParser(prog="bench.beacons", description=__doc__)
    parser.add_argument("what", choices=["score", "fit", "real"])
    parser.add_argument("--seeds", type=int, nargs="*")
    options = parser.parse_args()
    if options.what == "real":
        corpus = os.environ.get("OVERLANDED_CORPUS")
        print("\n".join(real(Path(corpus)) if corpus else ["set OVERLANDED_CORPUS"]))
        return 0
    if options.what == "fit":
        places = run(options.seeds or FIT_SEEDS, theirs=False)
        weights = {name: round(weight, 2) for name, weight in fit(places).items()}
        ranking = joined(weighed(place, weights) for place in places)
        print("\n".join(f"{name} = {weight}" for name, weight in weights.items()))
        print(f"stands-out = {threshold(ranking, PRECISION):.1f}")
        beside = fit_notable([weighed(place, weights) for place in places])
        print("\n".join(f"{name} = {weight:.2f}" for name, weight in beside.items()))
        return 0
    ranking = joined(run(options.seeds or TEST_SEEDS))
    print("\n".join(told(figures(ranking))))
    for lines in (table(ranking), curve(ranking), calibration(ranking), misses(ranking)):
        print("\n".join(["", *lines]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
