"""How fast, and in what memory, ten million connections on disk are searched for regular ones.

``python -m bench.regular`` builds the tables once from the labelled sets (each place repeated under
other client addresses until there are enough), then runs the search in pairs with a floor: DuckDB
merely putting the same columns in the order of pair and time.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.beacons_sets import DAYS, START_NS, build
from bench.measure import Command, Run, paired, ratios, run
from overlanded.model.columns import FLOWS
from overlanded.wire.parquet import encode
from overlanded.wire.tables import Columns as Raw

Array = np.ndarray[Any, np.dtype[Any]]

HERE = Path(__file__).parent
DATA = Path(os.environ.get("OVERLANDED_BENCH_DATA", HERE / "data"))
CONNECTIONS = 10_000_000
TABLES = DATA / f"regular-{CONNECTIONS}"
ROWS = 500_000
SEED = 1001
V4 = 0xFFFF << 32
GOAL_SECONDS, GOAL_MIB, GOAL = 60, 1024, 0.25
"""Of ours on one core: seconds and MiB; and the floor's time divided by ours."""


def tables(folder: Path, count: int = CONNECTIONS) -> Path:
    """The folder with flows tables of ``count`` connections, built if it is not there."""
    done = folder / "done"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for number, rows in enumerate(batches(count)):
            path = folder / f"{number:06}.parquet"
            path.write_bytes(b"".join(bytes(part) for part in encode(FLOWS, [rows])))
        done.touch()
    return folder


def batches(count: int) -> Iterator[Raw]:
    """Batches of flows, in the order of time within each."""
    taken = turn = 0
    while taken < count:
        for days in DAYS:
            place = build(SEED + turn, days)
            order = np.argsort(place.columns["first_ns"], kind="stable")
            for low in range(0, len(order), ROWS):
                part = order[low : low + ROWS][: count - taken]
                taken += len(part)
                if len(part):
                    columns = {name: column[part] for name, column in place.columns.items()}
                    yield flows(columns, network=turn * len(DAYS) + days)
        turn += 1


def flows(columns: dict[str, Array], network: int) -> Raw:
    """Connections of a labelled set as flows; each network has addresses of its own."""
    count = len(columns["first_ns"])
    answered, tcp = columns["established"], columns["proto"] == 6
    made: dict[str, Any] = {
        "first_frame": (columns["first_ns"] - START_NS) // 1000 + 1,
        "first_ns": columns["first_ns"], "last_ns": columns["last_ns"], "proto": columns["proto"],
        "a_mac": columns["client"].astype(np.uint64) + (network << 24),
        "a_ip_lo": (V4 | 10 << 24 | network << 16) + columns["client"].astype(np.uint64),
        "b_ip_lo": (V4 | 100 << 24 | network << 16) + columns["server"].astype(np.uint64),
        "a_port": np.arange(count) % 28_000 + 32_768, "b_port": columns["port"],
        "client_known": tcp, "bytes_ab": columns["bytes_ab"], "bytes_ba": columns["bytes_ba"],
        "payload_ab": columns["bytes_ab"], "payload_ba": columns["bytes_ba"] * answered,
        "packets_ab": np.ones(count), "packets_ba": answered,
        "flags_ab": np.where(tcp, np.where(answered, 0x12, 2), 0),
        "flags_ba": np.where(tcp & answered, 0x12, 0), "syn_ns": columns["first_ns"] * tcp,
        "synack_ns": columns["first_ns"] * (tcp & answered),
        "ack_ns": columns["first_ns"] * (tcp & answered),
    }  # fmt: skip
    return {
        column.name: memoryview(
            np.asarray(made.get(column.name, np.zeros(count))).astype(column.dtype).tobytes()
        )
        for column in FLOWS.columns
    }


def search(folder: Path) -> None:
    """What is measured: every pair of the tables scored, those that stand out counted."""
    from overlanded import data
    from overlanded.analyse.traffic.regularity.tables import measured

    least = data.table("traffic")["regularity"]["stands-out"]
    pairs = regular = 0
    for found, _ in measured(sorted(folder.glob("*.parquet"))):
        pairs += len(found["score"])
        regular += int((found["score"] >= least).sum())
    print(f"{pairs} pairs, {regular} stand out")


def ordering(folder: Path) -> None:
    """The floor: the same columns in the order of pair and time, and nothing made of them."""
    import duckdb

    base = duckdb.connect(config={"threads": 1, "memory_limit": "600MiB"})
    base.execute(f"set temp_directory = '{folder / 'ordering'}'")
    base.execute(f"create view flows as from read_parquet('{folder}/*.parquet')")
    query = (
        "select sum(bytes_ab + row) from (select bytes_ab, row_number() over (partition by vlan,"
        " a_ip_hi, a_ip_lo, b_ip_hi, b_ip_lo, b_port, proto order by first_ns) as row from flows)"
    )
    print(base.execute(query).fetchone())


def commands(folder: Path) -> list[Command]:
    """Both contestants."""
    argv = (sys.executable, "-m", "bench.regular")
    return [
        Command("regular", (*argv, "search", str(folder))),
        Command("ordering", (*argv, "ordering", str(folder))),
    ]


def large() -> Run:
    """One run of ours over the large tables, on one core."""
    return run(commands(tables(TABLES))[0])


def contest(times: int) -> dict[str, Any]:
    """The runs of both in turn, in the form that ``bench`` keeps."""
    ours, theirs = commands(tables(TABLES))
    rows = paired(ours, theirs, times, lambda text: print(text, file=sys.stderr, flush=True))
    return {
        "goal": GOAL,
        "wall": ratios(rows),
        "cpu": ratios(rows, "cpu"),
        "peak_mib": max(row["ours"]["peak"] for row in rows),
        "runs": rows,
    }


def main() -> int:
    """Run the contest, or one contestant."""
    parser = argparse.ArgumentParser(prog="bench.regular", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["contest", "search", "ordering", "build"])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    if options.what == "build":
        tables(options.folder or TABLES)
    elif options.what == "search":
        search(options.folder)
    elif options.what == "ordering":
        ordering(options.folder)
    else:
        from bench.__main__ import keep, machine  # only here: it imports this module

        made = contest(options.times)
        keep({"machine": machine(), "contests": {"regular : ordering": made}})
        runs = sorted((row["ours"]["wall"], row["ours"]["cpu"]) for row in made["runs"])
        wall, cpu = runs[len(runs) // 2]
        print(
            f"{CONNECTIONS} connections: {wall:.1f} s ({cpu:.1f} s of CPU), {made['peak_mib']:.0f} "
            f"MiB at most; goals {GOAL_SECONDS} s and {GOAL_MIB} MiB"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
