"""Installer: by whom it was fitted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from overlanded.assess import installed, said
from overlanded.assess.context import Context
from overlanded.assess.record import REFUSED, named
from overlanded.assess.wording import answered, listed, seen, undetermined
from overlanded.data import table
from overlanded.model.citing import Citation
from overlanded.model.devices import Answer, Device, Question
from overlanded.model.intervals import End


def answer(device: Device, context: Context) -> Answer:
    """Named by a paper or an inspection, claimed by somebody, inferred, or not determined."""
    on_paper = tuple(dict.fromkeys(written(device, context)))
    claimed = said.claims(device, context, "installer")
    if on_paper:
        names = list(dict.fromkeys(name for name, _, _ in on_paper))
        told = listed([f"“{name}” ({where})" for name, where, _ in on_paper])
        return answered(
            Question.INSTALLER,
            f"named: {listed(names)}",
            f"Fitted by, as written: {told}.{_beside(claimed)}",
            tuple(cited for _, _, cited in on_paper),
            "a paper or an inspection names who fitted it; it does not prove that they did",
        )
    if claimed:
        told = listed([said.quoted(*one) for one in claimed])
        return answered(
            Question.INSTALLER,
            f"claimed by {told}",
            f"Claimed by {told}. No record supplied names who fitted it.",
            tuple(dict.fromkeys(statement.citation for statement, _ in claimed)),
            "a statement; no record supplied names who fitted it",
        )
    return _inferred(device, context)


def written(device: Device, context: Context) -> Iterator[tuple[str, str, Citation]]:
    """(name, where it stands, citation) wherever a paper or an inspection names who fitted it.

    A line that was declined or removed says who would have, and is passed over.
    """
    for record in (context.records[one] for one in device.records if one in context.records):
        if record.status not in REFUSED:
            text = " | ".join((record.description, record.purpose, record.citation.excerpt))
            for name in _names(text):
                yield name, named(record), record.citation
    for one in seen(device, "inspected"):
        for name in _names(dict(one.detail).get("notes", "")):
            yield name, str(one.citation), one.citation


def _names(text: str) -> Iterator[str]:
    """The names after a word for fitting; none for words that name nobody (“by others”)."""
    words = table("assessing")["fitted-by"]
    for found in re.finditer(words["pattern"], text, re.IGNORECASE):
        name = " ".join(next(filter(None, found.groups()), "").split())
        if name and name.casefold() not in words["nobody"]:
            yield name


def _inferred(device: Device, context: Context) -> Answer:
    """By where the crane was while it was fitted, when the dated facts leave one place."""
    dates = {name.casefold(): at for name, at in context.scope.milestones if at}
    works = [one for one in table("assessing")["fitted-by"]["at-works-until"] if one in dates]
    interval = installed.allowed(device, context) if works else None
    latest = interval.latest if interval and not interval.contradictory else None
    for name in works:
        if latest and latest.end is End.LATEST and latest.at[:10] < dates[name]:
            return answered(
                Question.INSTALLER,
                f"inferred: at the maker’s works, before {name}",
                f"Nobody is named. It was there by {latest.at[:10]}, before {name} "
                f"({dates[name]}), while the crane was at its maker’s works.",
                (latest.citation,),
                "where the crane was says who had access, not who fitted it",
            )
    return undetermined(Question.INSTALLER, "no record supplied names who fitted it")


def _beside(claimed: said.Claimed) -> str:
    told = listed([said.quoted(*one) for one in claimed])
    return f" Claimed by {told}." if told else ""
