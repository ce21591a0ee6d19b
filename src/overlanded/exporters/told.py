"""Parts of the summary that speak of statements, visits and removed equipment."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from overlanded.exporters.page import Page
from overlanded.exporters.text import safe
from overlanded.exporters.tree import Tree

MOST_CLAIMS = 12
MOST_CHANGES = 12
MOST_REMOVED = 12
MOST_NAMES = 6
VERDICTS = ("contradicted", "untested", "supported")
"""In the order of a report: what does not agree comes first."""


GONE = ("removed", "not seen since")
"""How the state of equipment begins that is known from earlier."""


class Held(Struct, frozen=True):
    """One claim of a statement with its verdict, and every device for which that is so."""

    statement: Tree
    bearing: Tree
    """Of the first of the devices."""
    devices: tuple[Tree, ...]


def party(statement: Tree) -> str:
    """The party as a sentence names it: ``the maker``, or the speaker without a role."""
    return f"the {statement['role']}" if statement["role"] else str(statement["speaker"])


def held(case: Tree) -> list[Held]:
    """Every claim held against the evidence, those that do not agree first."""
    devices = {device["id"]: device for device in case["devices"]}
    alike: dict[tuple[str, str, str, str], list[Tree]] = {}
    said = {}
    for statement in case["statements"]:
        for bearing in statement["bears_on"]:
            key = (statement["id"], bearing["claim"], bearing["verdict"], bearing["words"])
            alike.setdefault(key, []).append(bearing)
            said[key] = statement
    made = [
        Held(said[key], ones[0], about)
        for key, ones in alike.items()
        if (about := tuple(devices[x["device"]] for x in ones if x["device"] in devices))
    ]
    return sorted(made, key=lambda one: VERDICTS.index(one.bearing["verdict"]))


def removed(case: Tree) -> list[Tree]:
    """Devices that something says were taken off the crane, or that were there once."""
    return [
        device
        for device in case["devices"]
        if device["answers"].get("state", {}).get("value", "").startswith(GONE)
    ]


def changed(case: Tree) -> list[tuple[Tree, Tree]]:
    """(visit, change), the earliest visit first."""
    return [(visit, change) for visit in case["visits"] for change in visit["changes"]]


def said_rows(case: Tree, page: Page) -> Iterator[str]:
    """``said by the maker: it was not connected … – contradicted: …``, one row a claim."""
    claims = held(case)
    if claims:
        yield " Said by the parties, and held against what was handed in:"
    for one in claims[:MOST_CLAIMS]:
        shown = [safe(device["name"], 40) for device in one.devices]
        more = f" and {len(shown) - MOST_NAMES} more" if len(shown) > MOST_NAMES else ""
        bearing = one.bearing
        text = (
            f"said by {safe(party(one.statement), 60)} of {', '.join(shown[:MOST_NAMES])}{more}: "
            f"{safe(bearing['claim'], 200)} – {bearing['verdict']}: {safe(bearing['words'], 300)}"
        )
        cited = [one.statement["citation"], *bearing["citations"]]
        yield from page.row(str(one.devices[0]["number"]), text, cited)
    yield from _more(len(claims) - MOST_CLAIMS, page)


def visit_rows(case: Tree, page: Page) -> Iterator[str]:
    """What is different between visits; nothing when there was one visit."""
    if len(case["visits"]) < 2:
        return
    names = " → ".join(safe(visit["name"], 60) for visit in case["visits"])
    yield from page.block(f"Visits compared: {names}.")
    numbers = {device["id"]: device["number"] for device in case["devices"]}
    changes = changed(case)
    if not changes:
        yield from page.row("", "nothing that more than one of them covered is different")
    for _, change in changes[:MOST_CHANGES]:
        text = f"{change['what']}: {safe(change['words'], 300)}"
        yield from page.row(str(numbers.get(change["device"], "")), text, change["citations"])
    yield from _more(len(changes) - MOST_CHANGES, page)


def removed_rows(case: Tree, page: Page) -> Iterator[str]:
    """Equipment that is known and no longer there."""
    gone = removed(case)
    if gone:
        yield " Known from earlier, removed or not seen since:"
    for device in gone[:MOST_REMOVED]:
        state = device["answers"]["state"]
        text = f"{safe(device['name'], 80)}: {safe(state['words'], 400)}"
        yield from page.row(str(device["number"]), text, state["citations"])
    yield from _more(len(gone) - MOST_REMOVED, page)


def _more(number: int, page: Page) -> Iterator[str]:
    if number > 0:
        yield from page.row("", f"and {number} more: see the report")
