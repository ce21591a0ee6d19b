"""One crane held against its truth, from its audit to verdicts about every answer."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from bench.score import cranes, equipment, installed, talk
from bench.score.captured import captured
from bench.score.crane import Crane, Verdict

EVERYTHING = (
    equipment.devices,
    equipment.lacking,
    equipment.findings,
    talk.clients,
    talk.sessions,
    talk.permits,
    talk.contacts,
    installed.intervals,
)


class Judged(Struct, dict=True):
    """Everything about one crane, as plain values that go between processes."""

    crane: str
    planted: tuple[str, ...]
    clean: bool
    """Whether nothing was planted that an audit ought to report."""
    verdicts: list[Verdict] = field(default_factory=list)
    power: list[tuple[str, float, float, bool]] = field(default_factory=list)
    """Class, least and most of the chance to be seen, and whether it was."""
    error: str = ""


def judge(folder: Path) -> Judged:
    """Audit a built crane and judge every answer."""
    from overlanded.pipeline import Options, audit

    truth = cranes.read(folder, "truth.json")
    planted = tuple(one["kind"] for one in truth["planted"])
    clean = all(one["quiet"] for one in truth["planted"])
    judged = Judged(folder.name, planted, clean)
    with tempfile.TemporaryDirectory() as out:
        options = Options("2026-01-01T00:00:00Z", outturn=Path(out) / "outturn")
        try:
            audited = audit(folder / "case", options)
        except Exception as error:  # noqa: BLE001  a crane that cannot be audited is a result
            judged.error = f"{type(error).__name__}: {error}"
            return judged
        crane = Crane(folder, truth, audited, captured(folder / "case"))
    for every in EVERYTHING:
        judged.verdicts.extend(every(crane))
    judged.power.extend(_power(crane))
    return judged


def _power(crane: Crane) -> Iterator[tuple[str, float, float, bool]]:
    """What the power model says of each device that is there, and whether it was seen."""
    from overlanded.analyse import power

    powers = power.powers(crane.document.coverage)
    watched = {name for sensor in crane.truth["sensors"] for name in sensor["networks"]}
    for device in crane.truth["devices"]:
        if device["standing"] in ("MISSING", "ABSENT") or not watched & set(device["networks"]):
            continue
        seen = powers[device["class"]].seen
        told = crane.said.get(crane.pairs.get(device["id"], ""))
        found = told is not None and bool(told["identifiers"])
        yield device["class"], seen.least, seen.most, found
