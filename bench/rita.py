"""The beacon score of RITA 5, restated from its published formula, to measure ours against.

Four sub-scores of a quarter each, from whole seconds of the last 24 hours (RITA 5, files
``analysis/beacons.go`` and ``default_config.hjson`` of github.com/activecm/rita, read in November
2026; no line of it is used here):

- times: of the gaps that are not 0, mean of 1 - |Bowley skew| and 1 - (median absolute deviation
  ÷ median);
- sizes: the same of the bytes sent;
- duration: once 6 hours are active, the greater of the share of the window between first and last
  and the longest run of active hours ÷ 12;
- histogram: over 24 bins of the window, the greater of 1 - coefficient of variation and, once 11
  are active, the share of active bins in the two commonest heights.

``python -m bench.rita`` scores the labelled cases in the folder that ``OVERLANDED_CORPUS`` names.
"""

from __future__ import annotations

import gzip
import math
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

Array = np.ndarray[Any, np.dtype[Any]]

HOUR, DAY = 3600, 86400
LEAST_UNIQUE = 4
STROBE = 86_400
"""Connections from which on RITA speaks of a strobe, not of a beacon."""
RARE, COMMON = 0.02, 0.5
NEW_DAYS, OLD_DAYS = 7, 30
MODIFIER = 0.15
SEVERITIES = ((0.50, 0.2), (0.70, 0.4), (0.90, 0.6), (1.00, 0.8))
"""Beacon score → severity, straight between."""


class Score(Struct, frozen=True):
    """The four sub-scores; ``beacon`` is their mean."""

    times: float
    sizes: float
    duration: float
    histogram: float

    @property
    def beacon(self) -> float:
        """The score that RITA ranks by before the modifiers."""
        return round((self.times + self.sizes + self.duration + self.histogram) / 4, 3)


def window(times: Array, ended: int) -> tuple[int, int]:
    """The last 24 hours of what was logged, whole seconds."""
    return max(int(times.min()), ended - DAY), ended


def score(times: Array, sizes: Array, low: int, high: int) -> Score | None:
    """The score of one pair from whole seconds and bytes sent; None where RITA gives none."""
    kept = times >= low // HOUR * HOUR
    times, sizes = np.sort(times[kept]), np.sort(sizes[kept])
    if len(times) >= STROBE or len(np.unique(times)) < LEAST_UNIQUE or high <= low:
        return None
    gaps = np.sort(np.diff(times))
    bins = np.clip(((times - low) * 24 / (high - low)).astype(int), 0, 23)
    bars = np.bincount(bins, minlength=24)
    return Score(
        even(gaps[gaps > 0], 1.0),
        even(sizes, 0.0),
        duration(bars, (times[-1] - times[0]) / (high - low)),
        max(flat(bars), two_heights(bars)),
    )


def even(ordered: Array, without: float) -> float:
    """Mean of the skew and the spread score; ``without``: the latter for medians below 1."""
    low, middle, high = quartiles(ordered.astype(float))
    skew = 0.0
    if high - low >= 10 and middle not in (low, high):
        skew = (low + high - 2 * middle) / (high - low)
    spread = without
    if middle >= 1:
        spread = max(1 - float(np.median(np.abs(ordered - middle))) / middle, 0.0)
    return round((1 - abs(skew) + spread) / 2, 3)


def quartiles(ordered: Array) -> tuple[float, float, float]:
    """Medians of the lower half, all, and the upper half; an odd middle is in neither half."""
    half = len(ordered) // 2
    lower, upper = ordered[:half], ordered[len(ordered) - half :]
    return float(np.median(lower)), float(np.median(ordered)), float(np.median(upper))


def duration(bars: Array, covered: float) -> float:
    """Share of the window covered, or length of the longest run of hours; runs wrap round."""
    if np.count_nonzero(bars) < 6:
        return 0.0
    longest = run = 0
    for bar in np.concatenate([bars, bars]):
        run = run + 1 if bar else 0
        longest = max(longest, run)
    parts = (covered, min(longest, 24) / 12)
    return min(max(math.ceil(part * 1000) / 1000 for part in parts), 1.0)


def flat(bars: Array) -> float:
    """1 - coefficient of variation of the bars."""
    return max(round(1 - float(bars.std() / bars.mean()), 3), 0.0)


def two_heights(bars: Array) -> float:
    """Share of the active bars in the two commonest heights, heights taken in twentieths."""
    active = bars[bars > 0]
    if len(active) < 11:
        return 0.0
    step = math.ceil(int(bars.max()) * 0.05)
    commonest = np.sort(np.unique(active // step, return_counts=True)[1])[-2:]
    return min(round(int(commonest.sum()) / max(len(active) - 1, 1), 3), 1.0)


def modified(beacon: float, prevalence: float, days: float) -> float:
    """The severity that RITA sorts by: of the beacon, of how rare and how new the server is."""
    value = 0.0
    points = [at for at, _ in SEVERITIES]
    if beacon >= points[0]:
        value = float(np.interp(beacon, points, [worth for _, worth in SEVERITIES]))
    value += MODIFIER * ((prevalence <= RARE) - (prevalence >= COMMON))
    return value + MODIFIER * ((days <= NEW_DAYS) - (days >= OLD_DAYS))


def rank(pair: Array, times_ns: Array, sizes: Array, *, hours: float = 24) -> tuple[Array, Array]:
    """(pairs, beacon scores) of all pairs; -1 where there is none. ``hours`` 24 is RITA's own.

    ``pair``: number of the pair of each connection.
    """
    seconds = times_ns // 1_000_000_000
    ended = int(seconds.max())
    low = max(int(seconds.min()), ended - int(hours * HOUR))
    order = np.argsort(pair, kind="stable")
    numbers, starts = np.unique(pair[order], return_index=True)
    found = np.full(len(numbers), -1.0)
    for place, rows in enumerate(np.split(order, starts[1:])):
        one = score(seconds[rows], sizes[rows], low, ended)
        found[place] = -1.0 if one is None else one.beacon
    return numbers, found


# Zeek's logs


def rows(paths: Sequence[Path], *names: str) -> Iterator[tuple[str, ...]]:
    """The named columns of each row of tab-separated Zeek logs; ``-`` where one has none."""
    for path in paths:
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
            places: list[int] = []
            for line in lines:
                cells = line.rstrip("\n").split("\t")
                if cells[0] == "#fields":
                    places = [cells.index(name) - 1 for name in names]
                elif not line.startswith("#"):
                    yield tuple(cells[place] for place in places)


class Logged(Struct, frozen=True):
    """Connections of a log: the pair of each, its time (ns), bytes sent, and whether answered."""

    pairs: tuple[tuple[str, str], ...]
    pair: Array
    times_ns: Array
    sizes: Array
    answered: Array

    def times(self, pair: tuple[str, str]) -> tuple[Array, Array]:
        """Whole seconds and sizes of one pair."""
        mine = self.pair == self.pairs.index(pair)
        return self.times_ns[mine] // 1_000_000_000, self.sizes[mine]


def connections(paths: Sequence[Path]) -> Logged:
    """``conn.log``: client and server addresses."""
    names = ("id.orig_h", "id.resp_h", "ts", "orig_ip_bytes", "conn_state")
    return _logged(rows(paths, *names))


def requests(http: Sequence[Path], conn: Sequence[Path] = ()) -> Logged:
    """``http.log``: client and the host asked for; bytes from the connection of the same uid."""
    sent: dict[str, str] = dict(rows(conn, "uid", "orig_ip_bytes"))  # type: ignore[arg-type]
    known: dict[str, None] = {}
    names = ("uid", "id.orig_h", "host", "ts", "status_code")
    table = []
    for uid, client, host, moment, status in rows(http, *names):
        if uid not in known:  # one connection counts once, however many requests it carries
            known[uid] = None
            state = "SF" if status != "-" else "S0"
            table.append((client, host, moment, sent.get(uid, "0"), state))
    return _logged(table)


def _logged(table: Iterable[tuple[str, ...]]) -> Logged:
    numbers: dict[tuple[str, str], int] = {}
    pair, moments, sizes, answered = [], [], [], []
    for client, server, moment, sent, state in table:
        pair.append(numbers.setdefault((client, server), len(numbers)))
        whole, _, part = moment.partition(".")
        moments.append(int(whole) * 1_000_000_000 + int(part.ljust(9, "0")[:9] or 0))
        sizes.append(int(sent) if sent.isdigit() else 0)
        answered.append(state not in {"S0", "REJ", "RSTOS0", "RSTRH", "SH", "SHR", "OTH"})
    return Logged(
        tuple(numbers), np.array(pair), np.array(moments), np.array(sizes), np.array(answered)
    )


STATED = (
    ("proxy", ("10.136.0.18", "www.honestimnotevil.com"), (0.921, 0.995, 1.0, 1.0)),
    ("proxy", ("10.136.0.18", "www.google.com"), (0.48, 0.865, 1.0, 0.0)),
    (
        "dnscat2-ja3-strobe-agent",
        ("10.55.100.109", "www.alexa.com"),
        (0.999, 0.47, 1.0, 0.937),
    ),
    (
        "dnscat2-ja3-strobe-agent",
        ("10.55.100.103", "www.bankofamerica.com"),
        (0.407, 0.632, 0.823, 0.0),
    ),
)
"""Folder of ``rita/test_data``, pair, and the four sub-scores that RITA's own tests expect there
(``integration/beacons_test.go``, tolerance 0.05)."""


def logs(folder: Path, name: str) -> list[Path]:
    """The logs of one kind in a folder and below."""
    return sorted(path for path in folder.rglob(f"{name}.*") if path.name.endswith((".log", ".gz")))


def main() -> int:
    """Print what RITA's tests expect and what the restatement gives."""
    corpus = os.environ.get("OVERLANDED_CORPUS")
    if not corpus:
        sys.stderr.write("set OVERLANDED_CORPUS\n")
        return 2
    for folder, pair, expected in STATED:
        place = Path(corpus) / "rita" / "test_data" / folder
        http, conn = logs(place, "http"), logs(place, "conn")
        if not http:
            continue
        logged = requests(http, conn)
        seconds = logged.times_ns // 1_000_000_000
        low, high = window(seconds, int(seconds.max()))
        times, sizes = logged.times(pair)
        found = score(times, sizes, low, high)
        ours = "none" if found is None else f"{found.times:.3f} {found.sizes:.3f} "
        ours += "" if found is None else f"{found.duration:.3f} {found.histogram:.3f}"
        stated = " ".join(f"{one:.3f}" for one in expected)
        print(f"{pair[0]} → {pair[1]}: stated {stated}, here {ours} ({len(times)} connections)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
