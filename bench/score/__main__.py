"""``python -m bench.score``: build cranes from seeds, audit them, judge every answer.

Built cranes are kept and used again. A folder of scenarios of one's own can be named instead of the
project's. The report, the picture and the raw verdicts go to ``bench/runs``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from msgspec import to_builtins

from bench.score import cranes, picture, report
from bench.score.judging import Judged, judge

RUNS = cranes.ROOT / "bench/runs"
TEST_SEEDS = 20_000
"""Where the seeds of cranes begin that nothing was fitted on; those below are for fitting."""


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="score", description=__doc__)
    parser.add_argument("scenarios", nargs="?", type=Path, default=cranes.ROOT / "lab/scenarios")
    parser.add_argument("--cranes", type=int, default=220)
    parser.add_argument("--seeds", type=int, default=TEST_SEEDS, help="the first seed")
    parser.add_argument("--jobs", type=int, default=6, help="cranes recorded at a time")
    parser.add_argument("--lab", default=sys.executable, help="a Python with the lab's packages")
    default = os.environ.get("OVERLANDED_SCORE_DATA", cranes.ROOT / "bench/data/cranes")
    parser.add_argument("--data", type=Path, default=Path(default))
    parser.add_argument("--built", action="store_true", help="judge only what is built already")
    return parser.parse_args()


def main() -> int:
    """Build, judge, print, write."""
    given = arguments()
    paths = sorted(given.scenarios.glob("*.yml"))
    wanted = cranes.wanted(paths, given.cranes, given.seeds, given.data)
    if given.built:
        wanted = [one for one in wanted if one.ready]
    failed = []
    for crane, error in cranes.built(wanted, given.lab, given.jobs):
        if error:
            failed.append(f"{crane.folder.name}: {error}")
    judged = list(_judged(one.folder for one in wanted if one.ready))
    _write(judged)
    for line in report.lines(judged):
        print(line)
    for line in failed:
        print(f"Not built: {line}")
    return 1 if failed or any(one.error for one in judged) else 0


def _judged(folders: Iterable[Path]) -> Iterable[Judged]:
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(judge, sorted(folders))


def _write(judged: list[Judged]) -> None:
    RUNS.mkdir(exist_ok=True)
    stem = f"score-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    (RUNS / f"{stem}.md").write_text("\n".join(report.lines(judged)) + "\n", "utf-8")
    (RUNS / f"{stem}.svg").write_text(picture.svg(report.diagrams(judged)), "utf-8")
    (RUNS / f"{stem}.json").write_text(raw(judged), "utf-8")


def raw(judged: Iterable[Judged]) -> str:
    """All that was judged as JSON: a list with one crane a line."""
    plain = (to_builtins(one) for one in judged)
    lines = (json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in plain)
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    sys.exit(main())
