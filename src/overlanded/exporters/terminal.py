"""The summary that an audit prints: what stands out, after what nobody looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from overlanded.exporters import counts
from overlanded.exporters.json import Tree, tree
from overlanded.exporters.layout import paint, span, wrap
from overlanded.exporters.page import Page, heading
from overlanded.exporters.text import count, many, safe, sentence
from overlanded.model.document import CaseDocument

MOST_DEVICES = 20
MOST_GAPS = 8
ROWS = (
    ("where", "place"),
    ("papers", "record"),
    ("fitted", "installed"),
    ("fitted by", "installer"),
    ("purpose", "purpose"),
    ("outside", "activity"),
    ("inbound", "inbound"),
    ("reaches", "reach"),
    ("bridges", "bridges"),
    ("listed", "listed"),
)
"""(label, question) of a device's block, in order."""
ABSENT_ROWS = ("where", "papers")
"""What is worth saying of a device that was not seen."""
ALWAYS = ("fitted by", "purpose")
"""Answered in the report even when the answer is *not determined*."""


def summary(
    document: CaseDocument | Tree,
    *,
    outturn: Path | str = "",
    width: int | None = None,
    colour: bool = False,
) -> str:
    """The whole text, ending with a newline.

    ``outturn`` is where the report lies; ``width`` is the terminal's when it is not given, and is
    kept between 60 and 120 columns.
    """
    case = tree(document)
    page = Page.of(case, width, colour=colour)
    parts = (
        _header(case, page),
        _standings(case, page),
        _unseen(case, page),
        _devices(case, page),
        _uncompared(case, page),
        _other_findings(case, page),
        _next(case, Path(outturn or Path(case["crane"]["name"]) / "outturn"), page),
    )
    sections = (list(part) for part in parts)
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _header(case: Tree, page: Page) -> Iterator[str]:
    crane = case["crane"]
    place = ", ".join(safe(crane[key]) for key in ("terminal", "port") if crane[key])
    name = " · ".join(part for part in (safe(crane["name"], 60), place) if part)
    holdings = " · ".join(counts.holdings(case))
    blank = page.width - span(name) - span(holdings)
    if blank >= 3:
        yield paint(name, "bold", colour=page.colour) + " " * blank + holdings
        return
    for line in wrap(name, page.width):
        yield paint(line, "bold", colour=page.colour)
    yield from page.block(holdings)


def _standings(case: Tree, page: Page) -> Iterator[str]:
    for line in counts.standings(case):
        yield from page.block(line)


def _unseen(case: Tree, page: Page) -> Iterator[str]:
    for head, gaps in (
        ("Nobody looked at", counts.unlooked(case)),
        ("Could not be read in full", counts.unread(case)),
    ):
        names = [_times(safe(name, 90), number) for name, number in gaps[:MOST_GAPS]]
        if len(gaps) > MOST_GAPS:
            names.append(f"and {len(gaps) - MOST_GAPS} more: see the report")
        if names:
            yield from page.block(f"{head}: {' · '.join(names)}.")
    yield from page.block(counts.LIMIT)


def _times(name: str, number: int) -> str:
    return f"{name} ({number} ×)" if number > 1 else name


def _devices(case: Tree, page: Page) -> Iterator[str]:
    shown = counts.standing_out(case)
    findings = counts.findings_by_device(case)
    for place, device in enumerate(shown[:MOST_DEVICES]):
        if place:
            yield ""
        yield from _device(device, findings.get(device["id"], []), page)
    if len(shown) > MOST_DEVICES:
        yield ""
        yield f" and {many(len(shown) - MOST_DEVICES, 'more device')}: see the report"


def _uncompared(case: Tree, page: Page) -> Iterator[str]:
    """Devices that no paper was held against: the named ones, and how many others there are."""
    shown = {device["id"] for device in counts.standing_out(case)}
    rest = [device for device in counts.unknown(case) if device["id"] not in shown]
    named = [device for device in rest if device["class"] != "unknown"][:MOST_DEVICES]
    if rest:
        yield " Not compared with any paper:"
    for device in named:
        yield from page.row(f"{device['number']}", f"{counts.title(device)}{_address(device)}")
    if len(rest) > len(named):
        others = many(len(rest) - len(named), "other device" if named else "device")
        unnamed = sum(device["class"] == "unknown" for device in rest)
        yield from page.row("", f"{others}, {count(unnamed)} of them not identified")


def _address(device: Tree) -> str:
    values = [one["value"] for one in device["identifiers"] if one["kind"] == "ip"][:2]
    return f" · {' · '.join(safe(value, 60) for value in values)}" if values else ""


def _device(device: Tree, findings: list[Tree], page: Page) -> Iterator[str]:
    yield from heading(device, page)
    for label, question in ROWS:
        answer = device["answers"].get(question)
        if answer and _worth(device, label, answer):
            yield from page.row(label, _said(answer), answer["citations"] or answer["counter"])
    for finding in findings:
        text = (
            f"{sentence(safe(finding['title']))} ({finding['severity']}, {safe(finding['rule'])})"
        )
        yield from page.row("finding", text, finding["citations"])
    ahead = device["answers"].get("certainty", {}).get("would_change", "")
    if ahead:
        yield from page.row("next", sentence(safe(ahead)).rstrip("."))


def _worth(device: Tree, label: str, answer: Tree) -> bool:
    if device["standing"] == "MISSING":
        return label in ABSENT_ROWS
    return label in ALWAYS or answer["value"] != "not determined"


def _said(answer: Tree) -> str:
    if answer["value"] == "not determined":
        return "not determined"
    return safe(answer["words"] or answer["value"]).rstrip(".")


def _other_findings(case: Tree, page: Page) -> Iterator[str]:
    shown = {device["id"] for device in counts.standing_out(case)[:MOST_DEVICES]}
    devices = {device["id"]: device for device in case["devices"]}
    rest = [finding for finding in counts.ranked(case) if finding["device"] not in shown]
    if not rest:
        return
    yield " Findings about other devices:"
    for finding in rest[:MOST_DEVICES]:
        device = devices.get(finding["device"])
        name = f"{safe(device['name'], 60)}: " if device else ""
        text = f"{name}{sentence(safe(finding['title']))} ({safe(finding['rule'])})"
        yield from page.row(finding["severity"], text, finding["citations"])
    if len(rest) > MOST_DEVICES:
        yield f"   and {many(len(rest) - MOST_DEVICES, 'more finding')}: see the report"


def _next(case: Tree, outturn: Path, page: Page) -> Iterator[str]:
    folder = safe(outturn.parent if outturn.name == "outturn" else outturn)
    shown = counts.standing_out(case)
    number = shown[0]["number"] if shown else 1
    if case["devices"]:
        for verb, why in (("explain", "why, with every weight"), ("carve", "the packets and rows")):
            command = f" overlanded {verb} {folder} {number}"
            yield f"{command:<38} {page.dim(why)}"
    yield f" report: {safe(outturn / 'report.html')}"
