"""Installation intervals against the days on which the lab says that things were fitted.

    python -m bench.score.installed [CRANES] [FIRST SEED] [SHARE OVERLOOKED]

writes the papers, sheets and photos of drawn cranes without recording any traffic, audits them, and
prints the figures that ``make score`` gives for recorded cranes.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from bench.score.crane import Crane, Verdict
from bench.score.figures import Share

DAY = len("2017-08-15")


def intervals(crane: Crane) -> Iterator[Verdict]:
    """Whether each interval holds the true day, and is as narrow as the dated facts allow."""
    for device in crane.truth["devices"]:
        told = crane.said.get(crane.pairs.get(device["id"], ""))
        true = device["installed"]
        interval = told and told["answers"]["installed"].get("interval")
        if not interval or "on" not in true:
            continue
        ends = {end: at[:DAY] for end in ("earliest", "latest") if (at := _at(interval, end))}
        said = f"{ends.get('earliest', '')}..{ends.get('latest', '')}"
        holds = ends.get("earliest", "") <= true["on"] <= ends.get("latest", "~")
        yield crane.verdict("installed", device["id"], (said, true["on"], holds))
        if "before" in true:
            best = f"{true.get('after', '')}..{true['before']}"
            yield crane.verdict("installed narrowest", device["id"], (said, best, said == best))


def _at(interval: Mapping[str, Any], end: str) -> str:
    return str((interval.get(end) or {}).get("at", ""))


def days(said: str) -> float | None:
    """The width of ``2019-01-02..2019-03-04`` in days; None where an end is open."""
    ends = said.split("..")
    if not all(ends):
        return None
    first, last = map(date.fromisoformat, ends)
    return float((last - first).days)


def figures(verdicts: Sequence[Verdict]) -> dict[str, tuple[Any, str]]:
    """Name → (figure, what it ought to be)."""
    held = [one for one in verdicts if one.kind == "installed"]
    best = [one for one in verdicts if one.kind == "installed narrowest"]
    widths = [width for one in held if (width := days(one.said)) is not None]
    middle = f"{median(widths):.0f} days ({len(widths)} closed)" if widths else "none closed"
    return {
        "installation intervals that hold the true day": (_share(held), "≥ 0.99"),
        "the same as narrow as the dated facts allow": (_share(best), "all"),
        "their median width": (middle, ""),
    }


def _share(verdicts: Sequence[Verdict]) -> Share:
    return Share(sum(one.right for one in verdicts), len(verdicts))


def unrecorded(count: int, first: int, overlooked: float) -> Iterator[Verdict]:
    """Verdicts about so many cranes with papers, sheets and photos, and no capture."""
    from lab.build import write_rest
    from lab.compose import compose
    from lab.draw import read
    from lab.scenario import parse
    from lab.truth import truth

    from bench.score.captured import Captured
    from bench.score.cranes import ROOT
    from overlanded.pipeline import Options, audit

    paths = sorted((ROOT / "lab/scenarios").glob("flat-*.yml"))
    for number in range(count):
        data = read(paths[number % len(paths)].read_text("utf-8"))
        data["draw"]["inspections"] = SHEETS | {"overlooked": overlooked}
        drawn = parse(compose(data, first + number))
        with tempfile.TemporaryDirectory() as folder:
            case = Path(folder) / f"{drawn.name}-{first + number}"
            (case / "evidence").mkdir(parents=True)
            write_rest(drawn, case, "2026-01-01T00:00:00Z")
            audited = audit(case, Options("2026-01-01T00:00:00Z"))
            yield from intervals(Crane(case, truth(drawn, first + number), audited, Captured()))


SHEETS = {"visits": 3, "opened": 0.8, "photos": 2}
"""What is drawn for cranes that are not recorded."""


def main() -> None:
    """Print the figures, and every wrong interval."""
    given = sys.argv[1:]
    count, first = (int(word) for word in [*given[:2], *("40", "40000")[len(given[:2]) :]])
    verdicts = list(unrecorded(count, first, float(given[2]) if len(given) > 2 else 0.0))
    for name, (figure, goal) in figures(verdicts).items():
        print(f"{name}: {figure} {goal}")
    for one in verdicts:
        if not one.right:
            print(f"{one.kind}: {one.crane} {one.who}: {one.said}, truly {one.true}")


if __name__ == "__main__":
    main()
