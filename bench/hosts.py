"""``python -m bench.hosts [FOLDER …]``: how often the number of systems behind an address is right.

Drawn sets first: addresses with one to four systems behind them, whose kernels write clocks,
counters and habits as such kernels do, and single systems that look like several. Then the built
cranes in the folders named, where every device that opens TCP connections is one address.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from msgspec import Struct

from bench.score import cranes
from bench.score.figures import Share
from overlanded.analyse.traffic import hidden, openings
from overlanded.analyse.traffic.parties import CLAIMED, parties
from overlanded.analyse.traffic.seen import Traffic
from overlanded.model.columns import FLOWS, SIGHTINGS, Table
from overlanded.model.evidence import EvidenceItem, Side
from overlanded.model.observing import Observation
from overlanded.wire.folding import Columns

FIT_SEED, TEST_SEED = 1, 1001
"""Seeds of the sets to look at while changing something, and of those that are quoted."""
EACH = 100
"""Addresses of each kind."""
START_NS = 1_700_000_000_000_000_000
V4 = 0xFFFF << 32
MAC, ADDRESS = 0x001E42000001, V4 | 0xC0A80AFE
SERVERS = V4 | 0xC0A80A00
DRIFT = 100e-6
"""A crystal is off by so much at most."""


class System(Struct, dict=True):
    """One operating system: what it writes into the first packet of a connection."""

    kind: str
    random: Random
    began: float = 0.0
    """Seconds at which its clock was zero."""

    def __post_init__(self) -> None:
        draw = self.random
        self.secret = draw.getrandbits(32)
        self.skew = 1 + draw.uniform(-DRIFT, DRIFT)
        self.count = draw.randrange(1 << 16)
        self.last = 0.0
        self.began = self.began or -draw.uniform(600, 4e6)
        self.other = draw.uniform(0.02, 0.5)
        """Packets a second that it sends besides."""

    def first(self, at: float, server: int) -> dict[str, int]:
        """What its first packet to a server shows at a moment."""
        rate, clock, counter, ttl, wscale = KERNELS[self.kind]
        ticks = int((at - self.began) * self.skew * rate)
        offset = {"server": Random(f"{self.secret}/{server}").getrandbits(32), "boot": 0}
        stamp = offset.get(clock, self.random.getrandbits(32)) + ticks if clock else 0
        self.count += 1 + int((at - self.last) * self.other * self.random.uniform(0.5, 1.5))
        if self.kind.startswith("busy") and self.random.random() < 0.3:
            self.count += self.random.randrange(500, 60_000)
        self.last = at
        idents = {"own": self.count, "random": self.random.randrange(1, 1 << 16), "zero": 0}
        return {
            "stamp": stamp % (1 << 32), "ident": idents[counter] % (1 << 16), "ttl": ttl,
            "wscale": wscale,
        }  # fmt: skip


KERNELS: dict[str, tuple[int, str, str, int, int]] = {
    "linux": (1000, "server", "random", 64, 7),
    "old-linux": (250, "boot", "random", 64, 5),
    "windows": (0, "", "own", 128, 8),
    "controller": (0, "", "own", 64, 255),
    "busy windows": (0, "", "own", 128, 8),
    "printer": (100, "boot", "own", 255, 0),
    "bsd": (1000, "each", "random", 64, 6),
}
"""Kernel → ticks a second, whose offset its clock has (each server's, since boot, each
connection's), which counter its packets have, first TTL, window scale (255 = none offered). A busy
one sends thousands of packets between two connections now and then.
After ``tcp_ts_off`` of Linux 4.10; RFC 7323 section 5.4 and RFC 7739 section 5 for the others."""
CLOCKED = ("linux", "old-linux", "printer")
COUNTED = ("windows", "controller")
Turns = list[tuple[float, System]]


def _alone(draw: Random, kinds: Sequence[str]) -> tuple[int, Turns]:
    return 1, _taken(draw, [System(draw.choice(kinds), draw)])


def _restarted(draw: Random, _: Sequence[str]) -> tuple[int, Turns]:
    """One that was started again half way: its clock and counter begin anew."""
    kind = draw.choice((*CLOCKED, *COUNTED))
    turns = _taken(draw, [System(kind, draw)])
    middle = turns[len(turns) // 2][0]
    after = System(kind, draw, began=middle - 20)
    return 1, [(at, after if at >= middle else one) for at, one in turns]


def _replaced(draw: Random, kinds: Sequence[str]) -> tuple[int, Turns]:
    """An address that another one had after the first: never two at once."""
    before, after = (
        _taken(draw, [System(draw.choice(kinds), draw)]),
        System(draw.choice(kinds), draw),
    )
    middle = before[len(before) // 2][0]
    return 1, [(at, after if at >= middle else one) for at, one in before]


def _alike(draw: Random, kinds: Sequence[str]) -> tuple[int, Turns]:
    """Two to four of one kind that take turns."""
    kind, number = draw.choice(kinds), draw.choice((2, 2, 3, 4))
    return number, _taken(draw, [System(kind, draw) for _ in range(number)])


def _mixed(draw: Random, _: Sequence[str]) -> tuple[int, Turns]:
    """Two or three of different kinds."""
    kinds = draw.sample(sorted(KERNELS), draw.choice((2, 3)))
    return len(kinds), _taken(draw, [System(kind, draw) for kind in kinds])


Kind = Callable[[Random, Sequence[str]], tuple[int, Turns]]
SETS: tuple[tuple[str, Kind, Sequence[str]], ...] = (
    ("one system", _alone, tuple(KERNELS)),
    ("one that sends in bursts", _alone, ("busy windows",)),
    ("one, started again", _restarted, ()),
    ("one, then another", _replaced, tuple(KERNELS)),
    ("several with clocks", _alike, CLOCKED),
    ("several with counters", _alike, COUNTED),
    ("several of different kinds", _mixed, ()),
    ("several that show nothing", _alike, ("bsd",)),
)
"""Name, how it is drawn, and of which kernels."""


def _taken(draw: Random, systems: Sequence[System]) -> Turns:
    """Connections over one to eight hours, each by one of the systems at its own pace."""
    span = draw.uniform(1, 8) * 3600
    turns: Turns = []
    for one in systems:
        pace, at = span / draw.randint(20, 90), draw.uniform(0, 60)
        while at < span:
            turns.append((at, one))
            at += draw.expovariate(1 / pace)
    return sorted(turns, key=lambda turn: turn[0])


def opened(turns: Turns, servers: int, draw: Random) -> Columns:
    """The first packets of an address as the columns of a walk."""
    rows = []
    for number, (at, one) in enumerate(turns):
        server = SERVERS | draw.randrange(1, servers + 1)
        shown = one.first(at, server)
        ns = START_NS + int(at * 1e9)
        rows.append(
            {
                "first_ns": ns, "first_frame": number + 1, "proto": 6, "syn_ns": ns, "a_mac": MAC,
                "a_ip_lo": ADDRESS, "b_ip_lo": server, "stamp_ab": shown["stamp"],
                "ident_ab": shown["ident"], "ttl_max_ab": shown["ttl"], "ttl_min_ab": shown["ttl"],
                "wscale_ab": shown["wscale"],
            }
        )  # fmt: skip
    return openings.kept(_columns(FLOWS, rows))


def _columns(kind: Table, rows: Sequence[dict[str, int]]) -> Columns:
    return {
        column.name: np.array([row.get(column.name, 0) for row in rows], column.dtype)
        for column in kind.columns
    }


def said(first: Columns) -> int:
    """How many systems are told; one where nothing is."""
    held = {"mac": MAC, "ip_lo": ADDRESS, "how": CLAIMED, "ttl_min": 64, "ttl_max": 64}
    known = parties([_columns(SIGHTINGS, [held | {"packets": 1}])])
    item = EvidenceItem("e-1", "drawn.pcap", "00", 1, "capture", Side.EVIDENCE, 1)
    seen = Traffic({0: item}, {}, known, (), openings=first)
    return max((int(one.value) for one in hidden.observe(seen)), default=1)


def drawn(seed: int, each: int = EACH) -> Iterator[tuple[str, int, int]]:
    """(set, systems that there are, systems told) of every address of a seed."""
    for name, kind, kernels in SETS:
        for number in range(each):
            draw = Random(f"{seed}/{name}/{number}")
            true, turns = kind(draw, kernels)
            yield name, true, said(opened(turns, draw.randint(1, 3), draw))


class Figures(Struct, frozen=True):
    """Counts of one set."""

    name: str
    exact: Share
    """Told with the right number."""
    several: Share
    """Told as several, of those that are."""
    false: Share
    """Told as several, of those that are one."""
    over: Share
    """Told as more than there are."""


def figures(told: Iterable[tuple[str, int, int]]) -> list[Figures]:
    """The counts of each set, then of all."""
    every = list(told)
    names = list(dict.fromkeys(name for name, _, _ in every))
    return [
        *(_figures(name, [one for one in every if one[0] == name]) for name in names),
        _figures("all", every),
    ]


def _figures(name: str, told: Sequence[tuple[str, int, int]]) -> Figures:
    several = [number for _, true, number in told if true > 1]
    single = [number for _, true, number in told if true == 1]
    return Figures(
        name,
        Share(sum(true == number for _, true, number in told), len(told)),
        Share(sum(number > 1 for number in several), len(several)),
        Share(sum(number > 1 for number in single), len(single)),
        Share(sum(number > true for _, true, number in told), len(told)),
    )


# Built cranes


def crane(folder: Path) -> Iterator[tuple[str, int, int]]:
    """(kind, systems that there are at most, systems told) of each device of a built crane.

    Behind a router, or a tunnel, there is one far engineer; the device itself may be a client too.
    """
    truth = cranes.read(folder, "truth.json")
    owners = {mac: one["id"] for one in truth["devices"] for mac in one["macs"]}
    boxes = Counter(mac for one in truth["devices"] for mac in one["macs"])
    behind = _far(truth)
    found: dict[str, tuple[str, int, int]] = {}
    for mac, number in _walked(folder).items():
        who = owners.get(mac, "")
        if who:
            name = "with somebody far behind" if who in behind else "with nobody behind"
            name = "two boxes with one MAC" if boxes[mac] > 1 else name
            before = found.get(who, (name, 1, 1))
            found[who] = (name, (who in behind) + boxes[mac], max(number, before[2]))
    yield from found.values()


def _far(truth: dict[str, Any]) -> set[str]:
    """The devices as which somebody far away is seen."""
    told = [one["expects"] for one in truth["planted"] if "expects" in one]
    outside = {one["id"] for one in truth["devices"] if one["activity"]["outside"]}
    return outside | {one.get("seen_as", one["device"]) for one in told if one.get("far")}


def _walked(folder: Path) -> dict[str, int]:
    """MAC → systems told, of all that opened TCP connections in the captures of a crane."""
    with tempfile.TemporaryDirectory() as out:
        seen = observed(folder, Path(out))
    opened = {one.subject.value for one in seen if one.property == "uses" and "/tcp/" in one.value}
    several = {one.subject.value: int(one.value) for one in seen if one.property == "systems"}
    return dict.fromkeys(sorted(opened), 1) | several


def observed(folder: Path, out: Path) -> list[Observation]:
    """Everything that the captures of a built crane say, with the tables set aside in ``out``."""
    from overlanded.analyse.traffic import part
    from overlanded.analyse.traffic.intake import Intake
    from overlanded.custody.streams import Stream

    intake = Intake(out)
    for number, path in enumerate(sorted((folder / "case/evidence").glob("*.pcapng"))):
        item = EvidenceItem(path.name, path.name, "", 1, "capture", Side.EVIDENCE, 1)
        with Stream(path) as stream:
            intake.take(part.walk(stream, out, number), item)
    return list(intake.observations(()))


def lines(found: Sequence[Figures]) -> Iterator[str]:
    """The table."""
    yield f"{'':28}{'right number':>16}{'several told':>16}{'one told several':>18}{'too many':>14}"
    for one in found:
        cells = (one.exact, one.several, one.false, one.over)
        shown = [f"{cell.hits} of {cell.of}" if cell.of else "" for cell in cells]
        yield f"{one.name:28}{shown[0]:>16}{shown[1]:>16}{shown[2]:>18}{shown[3]:>14}"


def main() -> int:
    """Draw, count, print."""
    parser = argparse.ArgumentParser(prog="bench.hosts", description=__doc__)
    default = os.environ.get("OVERLANDED_SCORE_DATA", cranes.ROOT / "bench/data/cranes")
    parser.add_argument("folders", nargs="*", type=Path, default=[Path(default)])
    parser.add_argument("--seed", type=int, default=TEST_SEED)
    parser.add_argument("--each", type=int, default=EACH, help="addresses of each kind")
    options = parser.parse_args()
    print(f"hidden hosts, {options.each} drawn addresses of each kind, seed {options.seed}")
    for line in lines(figures(drawn(options.seed, options.each))):
        print(line)
    built = [path for folder in options.folders for path in sorted(folder.glob("*/recorded.json"))]
    if built:
        print(
            f"hidden hosts, {len(built)} built cranes; `right number` is at most one for each box"
        )
        with ProcessPoolExecutor() as pool:
            told = [one for some in pool.map(_crane, built) for one in some]
        for line in lines(figures(told)):
            print(line)
    return 0


def _crane(recorded: Path) -> list[tuple[str, int, int]]:
    return list(crane(recorded.parent))


if __name__ == "__main__":
    sys.exit(main())
