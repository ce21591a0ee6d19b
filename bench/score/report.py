"""The figures of a score as text: shares, confusions, curves, and every miss with its reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from bench.score import installed
from bench.score.crane import Verdict
from bench.score.figures import Bin, Share, calibration, calibration_error, roc
from bench.score.judging import Judged
from bench.score.picture import Diagram


def lines(judged: Sequence[Judged]) -> Iterator[str]:
    """The whole report in Markdown, a line at a time."""
    good = [one for one in judged if not one.error]
    verdicts = [verdict for one in good for verdict in one.verdicts]
    yield "# Score"
    yield ""
    yield f"{len(good)} cranes, {sum(one.clean for one in good)} with nothing to be found"
    kinds = Counter(kind for one in good for kind in one.planted)
    yield f"Planted, {len(kinds)} kinds: " + ", ".join(f"{k} {n}" for k, n in sorted(kinds.items()))
    yield from (f"Not audited: {one.crane}: {one.error}" for one in judged if one.error)
    yield ""
    yield from _headlines(good)
    yield from _by_truth("Standing", [v for v in verdicts if v.kind == "standing"])
    yield from _by_truth("Device class", [v for v in verdicts if v.kind == "class"])
    yield from _calibrated(verdicts)
    yield from _power(good)
    yield from _wrong(good, verdicts)


def _of(verdicts: Sequence[Verdict], kind: str) -> list[Verdict]:
    return [one for one in verdicts if one.kind == kind]


def _share(verdicts: Sequence[Verdict]) -> Share:
    return Share(sum(one.right for one in verdicts), len(verdicts))


def headlines(judged: Sequence[Judged]) -> dict[str, tuple[Any, str]]:
    """Name → (figure, what it ought to be)."""
    good = [one for one in judged if not one.error]
    verdicts = [verdict for one in good for verdict in one.verdicts]
    clients = _of(verdicts, "client")
    far = [one for one in clients if one.true == "far"]
    near = [one for one in clients if one.true == "near"]
    clean = [one for one in good if one.clean]
    alarms = [v for v in _of(verdicts, "finding on clean") if not v.right]
    told = _told(verdicts)
    return {
        "recall, communications equipment in no record": (
            _share(_of(verdicts, "recall")),
            "≥ 0.98",
        ),
        "precision of the same": (_share(_of(verdicts, "precision")), "≥ 0.98"),
        "standing right": (_share(_of(verdicts, "standing")), "≥ 0.98"),
        "device class right": (_share(_of(verdicts, "class")), "≥ 0.95"),
        "false findings per clean crane": (
            f"{len(alarms) / max(1, len(clean)):.4f} ({len(alarms)} on {len(clean)} cranes)",
            "≤ 0.05",
        ),
        "relay timing, far clients told as far": (_share(far), "≥ 0.95"),
        "relay timing, near clients told as far": (
            Share(sum(one.said == "far" for one in near), len(near)),
            "≤ 0.005",
        ),
        "sessions told within 5 s": (_share(_of(verdicts, "session")), "≥ 0.95"),
        "remote access told as inside or outside its permit": (
            _share(_of(verdicts, "permit")),
            "all",
        ),
        "outside contacts told": (_share(_of(verdicts, "contact")), "all"),
        "calibration error of standings": (f"{calibration_error(calibration(told)):.4f}", "≤ 0.05"),
        "classes seen as often as predicted": (_share_of_power(good), "all"),
    } | installed.figures(verdicts)


def _headlines(good: Sequence[Judged]) -> Iterator[str]:
    yield "| what | figure | goal |"
    yield "|---|---|---|"
    for name, (figure, goal) in headlines(good).items():
        yield f"| {name} | {figure} | {goal} |"
    yield ""


def _told(verdicts: Sequence[Verdict]) -> list[tuple[float, bool]]:
    return [(v.chance, v.right) for v in _of(verdicts, "standing") if v.chance is not None]


def _by_truth(title: str, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Recall and precision of each value, and what it was mistaken for."""
    if not verdicts:
        return
    yield f"## {title}"
    yield ""
    yield "| true | recall | precision | told as something else |"
    yield "|---|---|---|---|"
    for value in sorted({v.true for v in verdicts}):
        true = [v for v in verdicts if v.true == value]
        said = [v for v in verdicts if v.said == value or (v.right and v.true == value)]
        wrong = Counter(v.said for v in true if not v.right)
        mistaken = ", ".join(f"{name} {count}" for name, count in wrong.most_common())
        yield f"| {value} | {_share(true)} | {_share(said)} | {mistaken} |"
    yield ""


def _calibrated(verdicts: Sequence[Verdict]) -> Iterator[str]:
    yield "## Calibration of standings"
    yield ""
    yield "| stated | right |"
    yield "|---|---|"
    yield from (f"| {one.stated:.3f} | {one.right} |" for one in calibration(_told(verdicts)))
    yield ""


def powers(judged: Sequence[Judged]) -> dict[str, tuple[float, float, Share]]:
    """Class → mean of the least and of the most that was predicted, and how many were seen."""
    found: dict[str, list[tuple[float, float, bool]]] = defaultdict(list)
    for one in judged:
        for device_class, least, most, seen in one.power:
            found[device_class].append((least, most, seen))
    return {
        device_class: (
            sum(least for least, _, _ in rows) / len(rows),
            sum(most for _, most, _ in rows) / len(rows),
            Share(sum(seen for _, _, seen in rows), len(rows)),
        )
        for device_class, rows in sorted(found.items())
    }


def _inside(low: float, high: float, seen: Share) -> bool:
    """Whether the share seen may be what was predicted: its interval meets the other."""
    return seen.interval[0] <= high and low <= seen.interval[1]


def _share_of_power(good: Sequence[Judged]) -> Share:
    rows = powers(good).values()
    return Share(sum(_inside(*row) for row in rows), len(rows))


def _power(good: Sequence[Judged]) -> Iterator[str]:
    yield "## Detection power"
    yield ""
    yield "| class | predicted | seen | |"
    yield "|---|---|---|---|"
    for name, (low, high, seen) in powers(good).items():
        within = "inside" if _inside(low, high, seen) else "**outside**"
        yield f"| {name} | {low:.3f} to {high:.3f} | {seen} | {within} |"
    yield ""


def _wrong(good: Sequence[Judged], verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Every miss and false alarm."""
    planted = {one.crane: ", ".join(one.planted) or "nothing planted" for one in good}
    yield "## Every wrong answer"
    yield ""
    for kind in dict.fromkeys(v.kind for v in verdicts if v.kind != "finding on planted"):
        wrong = [v for v in _of(verdicts, kind) if not v.right]
        if wrong:
            yield f"### {kind}: {len(wrong)}"
            yield ""
        for v in wrong:
            chance = "" if v.chance is None else f" at {v.chance:.2f}"
            said = f"{v.said}{chance}, truly {v.true}. {v.why}"
            yield f"- {v.crane} ({planted[v.crane]}), {v.who}: {said}"
        if wrong:
            yield ""


def diagrams(judged: Sequence[Judged]) -> list[Diagram]:
    """Calibration, the relay timing's curve, and power as predicted and observed."""
    good = [one for one in judged if not one.error]
    verdicts = [verdict for one in good for verdict in one.verdicts]
    bins: list[Bin] = calibration(_told(verdicts))
    clients = [(v.chance or 0.0, v.true == "far") for v in _of(verdicts, "client")]
    predicted = list(powers(good).values())
    return [
        Diagram(
            "Standings: stated and right", "chance stated", "share right",
            [(one.stated, one.right.value) for one in bins],
            [(one.stated, *one.right.interval) for one in bins], diagonal=True,
        ),
        Diagram(
            "Relay timing, per client", "near ones told as far", "far ones told as far",
            roc(clients), joined=True, diagonal=True,
        ),
        Diagram(
            "Detection power, per class", "share seen", "predicted",
            [], [(seen.value, low, high) for low, high, seen in predicted], diagonal=True,
        ),
    ]  # fmt: skip
