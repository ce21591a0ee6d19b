"""One self-contained page, ``report.html``: read on a screen, by a screen reader or printed.

It asks for nothing from outside (its content policy forbids it) and runs no script. Whatever
comes from evidence passes ``safe`` and then Jinja's escaping, both for every value there is.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from overlanded.exporters import counts, text, told
from overlanded.exporters.drawing import drawing
from overlanded.exporters.questions import QUESTIONS
from overlanded.exporters.timeline import timeline
from overlanded.exporters.tree import Tree, tree
from overlanded.model.certainty import BANDS, words
from overlanded.model.document import CaseDocument

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_FULL = 100
"""Devices that get a section of their own, drawing included."""
MOST_COMPACT = 500
"""Further devices whose answers are listed; the others have their row in the table."""
MOST_ROWS = 5000
MOST_OBSERVATIONS = 40
MOST_SESSIONS = 12
"""Sessions that are listed under one permit."""
LONGEST = 600
"""Characters of one value that are shown."""


def export(document: CaseDocument | Tree) -> bytes:
    """The whole page as UTF-8."""
    case = tree(document)
    style = _resource("report.css")
    view = _view(case)
    template = _environment().get_template("report.html")
    page = template.render(view, v=view, style=_trusted(style))
    return page.encode("utf-8", "replace")


def _view(case: Tree) -> dict[str, Any]:
    full, compact = _sections(case)
    return {
        "case": case,
        "counts": counts,
        "told": told,
        "policy": _policy(_resource("report.css")),
        "questions": QUESTIONS,
        "bands": _bands(),
        "standing_out": counts.standing_out(case),
        "findings": counts.ranked(case),
        "findings_of": counts.findings_by_device(case),
        "full": full,
        "full_ids": {device["id"] for device in full},
        "compact": compact[:MOST_COMPACT],
        "not_listed": len(compact[MOST_COMPACT:]),
        "drawings": {device["id"]: drawing(device) for device in full},
        "timelines": {
            device["id"]: timeline(device, case["crane"]["milestones"]) for device in full
        },
        "devices": {device["id"]: device for device in case["devices"]},
        "records": {record["id"]: record for record in case["records"]},
        "searches": {search["id"]: search for search in case["searches"]},
        "matched": _matched(case),
        "exhibits": {item["id"]: item["exhibit"] for item in case["evidence"][:MOST_ROWS]},
        "files": text.short_names([item["path"] for item in case["evidence"]]),
        "gaps": _gaps(case),
        "most_rows": MOST_ROWS,
        "most_observations": MOST_OBSERVATIONS,
        "most_sessions": MOST_SESSIONS,
    }


def _sections(case: Tree) -> tuple[list[Tree], list[Tree]]:
    """Devices with a section of their own, and all others."""
    chosen = counts.standing_out(case)
    ids = {device["id"] for device in chosen}
    chosen += [
        device
        for device in case["devices"]
        if device["id"] not in ids and counts.family(device) == "communications"
    ]
    full = chosen[:MOST_FULL]
    ids = {device["id"] for device in full}
    return full, [device for device in case["devices"] if device["id"] not in ids]


def _matched(case: Tree) -> dict[str, list[Tree]]:
    matched: dict[str, list[Tree]] = {}
    for device in case["devices"]:
        for record in device["records"]:
            matched.setdefault(record, []).append(device)
    return matched


def _gaps(case: Tree) -> list[tuple[Tree, int]]:
    """Gaps that say the same once, with their number; what nobody looked at first, named short."""
    alike: dict[tuple[str, str], list[Tree]] = {}
    for gap in case["gaps"]:
        alike.setdefault((gap["what"], gap["why"]), []).append(gap)
    ranked = sorted(alike.values(), key=lambda group: (group[0]["unread"], len(group[0]["what"])))
    return [(group[0], len(group)) for group in ranked]


def _bands() -> list[tuple[str, int, int]]:
    uppers = [round(upper * 100) for upper, _ in BANDS]
    return [
        (word, lower, upper)
        for (_, word), lower, upper in zip(BANDS, [0, *uppers], uppers, strict=False)
    ]


def bars(weights: Iterable[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], float]]:
    """Each piece of evidence with its share of the heaviest, from -1 to 1."""
    rows = list(weights)
    heaviest = max((abs(row["weight"]) for row in rows), default=0.0) or 1.0
    return [(row, round(row["weight"] / heaviest, 3)) for row in rows]


def day(moment: str | None) -> str:
    """An RFC 3339 time to the second, as people read it."""
    return moment.replace("T", " ").partition(".")[0].rstrip("Z") + " Z" if moment else ""


@cache
def _resource(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def _policy(style: str) -> str:
    """Nothing may load and nothing may run; the one style sheet is named by its hash."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _trusted(markup: str) -> object:
    """Our own file, put into the page as it is."""
    from markupsafe import Markup

    return Markup(markup)  # noqa: S704


def _shown(value: object) -> object:
    """Every value that the page prints goes through here, before it is escaped."""
    return text.safe(value, LONGEST) if type(value) is str else value


def _part(otherwise: Callable[[object, str], object], owner: object, name: str) -> object:
    """What ``owner.name`` means in a template. Nearly every owner is a dict and has the key.

    Jinja asks for an attribute first, and an attribute that is missing costs more than all else.
    """
    if type(owner) is dict and name in owner:
        return owner[name]
    return otherwise(owner, name)


TEMPLATES = ("report.html", "macros.html")


def modules() -> Iterator[tuple[str, str]]:
    """(file name, Python text) of every template: what an installation makes for ``MADE``."""
    environment = _environment()
    for name in TEMPLATES:
        text = environment.compile(_resource(name), name, raw=True, defer_init=True)
        yield f"{_key(name)}.py", text


FOLDER = Path(__file__).parent / "templates"
MADE = FOLDER / "made"
"""Where templates lie as Python: compiling them takes longer than filling them."""


def _key(name: str) -> str:
    """By content: a template that was changed since is compiled anew."""
    return f"tmpl_{sha256(_resource(name).encode()).hexdigest()[:20]}"


@cache
def _environment() -> Environment:
    from jinja2 import ChoiceLoader, Environment, FunctionLoader, ModuleLoader, StrictUndefined

    made = ModuleLoader(MADE)
    made.get_template_key = _key  # type: ignore[method-assign]
    environment = Environment(
        loader=ChoiceLoader([made, FunctionLoader(_resource)]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.getattr = partial(_part, environment.getattr)  # type: ignore[method-assign]
    environment.filters |= {
        "bars": bars,
        "chance": text.chance,
        "count": text.count,
        "day": day,
        "once": text.once,
        "paper": text.paper,
        "place": text.place,
        "sentence": text.sentence,
        "size": text.size,
        "words": words,
    }
    return environment
