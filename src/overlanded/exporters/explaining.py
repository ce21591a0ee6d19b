"""Why one device or finding is what it is: every weight, answer and proof, as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from overlanded.exporters.lookup import Chosen
from overlanded.exporters.page import Page, heading
from overlanded.exporters.questions import QUESTIONS
from overlanded.exporters.text import chance, count, many, paper, place, safe, sentence
from overlanded.exporters.told import changed
from overlanded.exporters.tree import Tree
from overlanded.model.certainty import words


def explanation(
    case: Tree, chosen: Chosen, *, width: int | None = None, colour: bool = False
) -> str:
    """The whole text for what was chosen, ending with a newline."""
    page = Page.of(case, width, colour=colour)
    parts = [part for device in chosen.devices for part in _device(case, device, page)]
    parts += [_finding(case, finding, page) for finding in chosen.findings]
    sections = (list(part) for part in parts)
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _device(case: Tree, device: Tree, page: Page) -> list[Iterator[str]]:
    records = {record["id"]: record for record in case["records"]}
    searches = {search["id"]: search for search in case["searches"]}
    return [
        heading(device, page),
        _identifiers(device, page),
        _answers(device, page),
        _said(case, device, page),
        _changed(case, device, page),
        _identity(device, page),
        *(_match(match, records.get(match["record"]), page) for match in device["matches"]),
        *(_search(searches[id_], page) for id_ in device["searches"] if id_ in searches),
        _seen(device, page),
    ]


def _identifiers(device: Tree, page: Page) -> Iterator[str]:
    yield f" {device['class']} · {safe(device['id'])}"
    for known in device["identifiers"]:
        wrong = "" if known["checked"] else " · fails its check"
        note = f" · {safe(known['note'])}" if known["note"] else ""
        yield from page.row(safe(known["kind"], 10), f"{safe(known['value'])}{wrong}{note}")


def _answers(device: Tree, page: Page) -> Iterator[str]:
    for question, answer in device["answers"].items():
        yield f" {QUESTIONS.get(question, question)}"
        sure = f" ({chance(answer['probability'])})" if answer["probability"] is not None else ""
        yield from page.row("", f"{safe(answer['words'] or answer['value'])}{sure}")
        if answer["because"] and answer["because"] not in answer["words"]:
            yield from page.row("because", safe(answer["because"]))
        yield from _paths(answer["paths"] or {}, page)
        yield from page.proofs(answer["citations"])
        yield from page.proofs(answer["counter"], "against: ")
        if answer["would_change"]:
            yield from page.row("changed by", safe(answer["would_change"]))


KNOWN = {"observed": "seen", "possible": "possible", "apart": "no way"}
"""List of paths → the word before each of them."""


def _paths(paths: Tree, page: Page) -> Iterator[str]:
    """Every path with its steps, each with its reason and its proof."""
    for how, those in paths.items():
        for path in those:
            zone = f" · zone {safe(path['zone'])}" if path["zone"] else ""
            yield from page.row(KNOWN[how], f"{safe(path['name'])}{zone}: {safe(path['what'])}")
            for step in path["steps"]:
                text = f"· {safe(step['name'])}: {safe(step['reason'])}"
                yield from page.row("", text, step["citations"])


def _said(case: Tree, device: Tree, page: Page) -> Iterator[str]:
    """What parties said of it, in their words, and how each claim stands."""
    for statement in case["statements"]:
        mine = [one for one in statement["bears_on"] if one["device"] == device["id"]]
        if mine:
            day = f", {safe(statement['date'])}" if statement["date"] else ""
            yield from page.block(f"Said by {safe(statement['speaker'], 80)}{day}")
            yield from page.row("", f"“{safe(statement['text'])}”", [statement["citation"]])
        for one in mine:
            text = f"{one['verdict']}: {safe(one['claim'])} – {safe(one['words'])}"
            yield from page.row("", text, one["citations"])


def _changed(case: Tree, device: Tree, page: Page) -> Iterator[str]:
    """What is different for it between visits."""
    mine = [one for _, one in changed(case) if one["device"] == device["id"]]
    if mine:
        yield " Between the visits"
    for one in mine:
        yield from page.row("", f"{one['what']}: {safe(one['words'])}", one["citations"])


def _identity(device: Tree, page: Page) -> Iterator[str]:
    identity = device["identity"]
    if not identity or not identity["evidence"]:
        return
    yield f" Why it is taken for: {safe(identity['class'])}"
    for piece in identity["evidence"]:
        text = f"{safe(piece['reason'])} ({safe(piece['source'])})"
        yield from page.row(f"{piece['weight']:+.2f}", text, piece["citations"])
    sure = identity["probability"]
    yield from page.row("together", f"{words(sure)} ({chance(sure)}); one source counts once")


def _match(match: Tree, record: Tree | None, page: Page) -> Iterator[str]:
    if record:
        where = f"{paper(record)} {place(record['citation'], page.names)}".strip()
        told = f" Held against {where}: “{safe(record['description'])}” ({record['status']})"
    else:
        told = f" Held against {safe(match['record'])}"
    yield from page.block(told.strip())
    for compared in match["comparisons"]:
        said, shown = (safe(compared[key]) or "–" for key in ("record_value", "device_value"))
        text = f"{safe(compared['field'])}: paper {said} · device {shown}"
        yield from page.row(f"{compared['weight']:+.2f}", text)
    sure = match["probability"]
    yield from page.row("together", f"{match['weight']:+.2f}: {words(sure)} ({chance(sure)})")


def _search(search: Tree, page: Page) -> Iterator[str]:
    lines = many(search["lines_compared"], "line")
    yield f" Searched for in the papers, {lines} compared"
    yield from page.row("in", " · ".join(map(safe, search["documents"])) or "no paper")
    yield from page.row("by", " · ".join(map(safe, search["keys"])) or "nothing")
    yield from page.row("nearest", safe(search["best"]) or "none came near")


def _seen(device: Tree, page: Page) -> Iterator[str]:
    if device["observations"]:
        yield " What was seen of it"
    for seen in device["observations"]:
        other = seen["object"]
        parts = (
            safe(seen["value"]),
            f"with {safe(other['kind'])} {safe(other['value'])}" if other else "",
            f"{count(seen['count'])} ×" if seen["count"] > 1 else "",
            *(f"{safe(part['name'])} {safe(part['value'])}" for part in seen["detail"]),
            (seen["first"] or "").partition(".")[0],
        )
        text = " · ".join(part for part in parts if part)
        yield from page.row("", f"{seen['property']}: {text}", [seen["citation"]])


def _finding(case: Tree, finding: Tree, page: Page) -> Iterator[str]:
    device = next((one for one in case["devices"] if one["id"] == finding["device"]), None)
    yield from page.block(f"FINDING  {sentence(safe(finding['title']))}")
    yield from page.row("device", f"{device['number']} {safe(device['name'])}" if device else "–")
    yield from page.row("rule", f"{safe(finding['rule'])} · {safe(finding['id'])}")
    yield from page.row("severity", f"{finding['severity']}, if true")
    sure = finding["confidence"]
    yield from page.row("how sure", f"{words(sure)} ({chance(sure)}) · {safe(finding['status'])}")
    yield from page.row("about", safe(finding["about"]))
    for reason in finding["innocent"]:
        yield from page.row("ordinary", safe(reason))
    if finding["remedy"]:
        yield from page.row("to do", safe(finding["remedy"]))
    if finding["requirements"]:
        yield from page.row("bears on", " · ".join(map(safe, finding["requirements"])))
    yield " Why it holds"
    yield from _proof(finding["proof"], page, 0)
    yield from page.proofs(finding["citations"])


def _proof(node: Tree, page: Page, depth: int) -> Iterator[str]:
    mark = "yes" if node["true"] else "no"
    text = f"{'· ' * depth}{safe(node['condition'])}"
    yield from page.row(mark, text, node["citations"])
    for child in node["children"]:
        yield from _proof(child, page, depth + 1)
