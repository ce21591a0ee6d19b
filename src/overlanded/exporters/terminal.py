"""The summary that an audit prints: what stands out, after what nobody looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from overlanded.exporters import counts, told
from overlanded.exporters.layout import paint, span, wrap
from overlanded.exporters.page import Page, heading
from overlanded.exporters.text import count, many, place, safe, sentence
from overlanded.exporters.tree import Tree, tree
from overlanded.model.document import CaseDocument

MOST_DEVICES = 20
MOST_GAPS = 8
MOST_NAMES = 6
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
ALWAYS = ("fitted by", "purpose", "outside", "reaches")
"""Printed even when nothing was determined or seen."""
IDENTIFIERS = 4
"""Of a device, on its first line."""


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
        told.said_rows(case, page),
        told.visit_rows(case, page),
        told.removed_rows(case, page),
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
    for number, device in enumerate(shown[:MOST_DEVICES]):
        if number:
            yield ""
        yield from _device(case, device, findings.get(device["id"], []), page)
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
    others = len(rest) - len(named)
    unnamed = sum(device["class"] == "unknown" for device in rest)
    if others:
        which = (
            "not identified" if others == unnamed else f"{count(unnamed)} of them not identified"
        )
        yield from page.row("", f"{many(others, 'other device' if named else 'device')}, {which}")


def _address(device: Tree) -> str:
    values = [one["value"] for one in device["identifiers"] if one["kind"] == "ip"][:2]
    return f" · {' · '.join(safe(value, 60) for value in values)}" if values else ""


def _device(case: Tree, device: Tree, findings: list[Tree], page: Page) -> Iterator[str]:
    yield from heading(device, page)
    known = " · ".join(counts.names(device)[:IDENTIFIERS])
    if known:
        proof = device["answers"].get("identity", {}).get("citations", ())
        yield from page.row("known by", known, proof)
    for label, question in ROWS:
        answer = device["answers"].get(question)
        if answer and _worth(device, label, answer):
            said = _said(answer, page)
            if question == "record":
                said += _described(case, device)
            yield from page.row(label, said, answer["citations"] or answer["counter"])
    for finding in findings:
        text = (
            f"{sentence(safe(finding['title']))} ({finding['severity']}, {safe(finding['rule'])})"
        )
        yield from page.row("finding", text, finding["citations"])
    ahead = device["answers"].get("certainty", {}).get("would_change", "")
    if ahead:
        yield from page.row("next", sentence(safe(ahead)).rstrip("."))


def _described(case: Tree, device: Tree) -> str:
    """What the first matched line of the papers says, in its own words."""
    first = next(iter(device["records"]), None)
    record = next((one for one in case["records"] if one["id"] == first), None)
    return f" “{safe(record['description'], 100)}”" if record else ""


def _worth(device: Tree, label: str, answer: Tree) -> bool:
    if device["standing"] == "MISSING" and label not in ABSENT_ROWS:
        return False
    told = answer["value"] not in ("not determined", *counts.VAGUE)
    return told or (label in ALWAYS and device["standing"] != "MISSING")


def _said(answer: Tree, page: Page) -> str:
    """The short answer, without the places that stand beside it anyway."""
    said = safe(counts.short(answer)).rstrip(".")
    for citation in answer["citations"]:
        where = citation["locator"]["place"]
        whole = safe(f"{citation['path']} › {where}")
        for shown in (place(citation), place(citation, page.names), whole):
            said = said.replace(f", {shown}", "")
            # "option list contract.xlsx › Options › 8": what kind of paper it is stays.
            said = said.replace(f" {shown}", "") if where else said
    return said


def _other_findings(case: Tree, page: Page) -> Iterator[str]:
    """One row a rule, for the devices that have no block of their own."""
    shown = {device["id"] for device in counts.standing_out(case)[:MOST_DEVICES]}
    names = {device["id"]: safe(device["name"], 40) for device in case["devices"]}
    rules: dict[str, list[Tree]] = {}
    for finding in counts.ranked(case):
        if finding["device"] not in shown:
            rules.setdefault(finding["rule"], []).append(finding)
    if rules:
        yield " Findings about other devices:"
    for rule, findings in rules.items():
        first = findings[0]
        devices = [names.get(finding["device"], "–") for finding in findings]
        more = f" and {len(devices) - MOST_NAMES} more" if len(devices) > MOST_NAMES else ""
        title = sentence(safe(first["title"]))
        text = f"{title} ({safe(rule)}): {', '.join(devices[:MOST_NAMES])}{more}"
        cited = [citation for finding in findings for citation in finding["citations"]]
        yield from page.row(first["severity"], text, cited)


def _next(case: Tree, outturn: Path, page: Page) -> Iterator[str]:
    folder = safe(outturn.parent if outturn.name == "outturn" else outturn)
    shown = counts.standing_out(case)
    number = shown[0]["number"] if shown else 1
    if case["devices"]:
        for verb, why in (("explain", "why, with every weight"), ("carve", "the packets and rows")):
            command = f" overlanded {verb} {folder} {number}"
            yield f"{command:<38} {page.dim(why)}"
    yield f" report: {safe(outturn / 'report.html')}"
