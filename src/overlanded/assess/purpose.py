"""Purpose: what it is for."""

from __future__ import annotations

from overlanded.assess import said
from overlanded.assess.context import Context
from overlanded.assess.record import named
from overlanded.assess.wording import answered, listed, undetermined
from overlanded.model.devices import Answer, Device, Question, Standing
from overlanded.model.records import Record


def answer(device: Device, context: Context) -> Answer:
    """Documented by a matched line; else claimed by somebody and not contracted; else none found.

    What a declined line says is not contracted, whoever claims it too.
    """
    declined = device.standing is Standing.DECLINED
    lines = [
        (record, text) for record in _records(device, context) if (text := stated(record, declined))
    ]
    claimed = said.claims(device, context, "purpose")
    if lines and not declined:
        return _documented(*lines[0], claimed)
    if claimed:
        return _claimed(device, claimed, lines)
    if lines:
        lead, text = lines[0]
        grade = "named in a declined line, not contracted"
        words = f"Purpose by {named(lead)}: {text} ({grade})."
        return answered(Question.PURPOSE, f"{grade}: {text}", words, (lead.citation,), grade)
    return _none(context)


def stated(record: Record, refused: bool) -> str:  # noqa: FBT001 - one of two kinds of line
    """What a line says its thing is for; of a refused option its description says it."""
    return record.purpose or (record.description if refused else "")


def _documented(lead: Record, text: str, claimed: said.Claimed) -> Answer:
    told = listed([said.quoted(*one) for one in claimed])
    beside = f" Claimed by {told}." if told else ""
    return answered(
        Question.PURPOSE,
        f"documented: {text}",
        f"Purpose by {named(lead)}: {text} (documented).{beside}",
        (lead.citation, *(statement.citation for statement, _ in claimed)),
        "documented",
    )


NOT_CONTRACTED = {
    Standing.DECLINED: "not contracted",
    Standing.UNDOCUMENTED: "not contracted",
    Standing.UNKNOWN: "not compared with any paper",
}
"""Standing → what a claim lacks; of other standings it stands in no line supplied."""


def _claimed(device: Device, claimed: said.Claimed, lines: list[tuple[Record, str]]) -> Answer:
    lacks = NOT_CONTRACTED.get(device.standing, "in no line supplied")
    told = listed([said.quoted(*one) for one in claimed])
    beside = "".join(
        f" {named(lead)[:1].upper()}{named(lead)[1:]}, declined, names it: {text}."
        for lead, text in lines[:1]
    )
    return answered(
        Question.PURPOSE,
        f"claimed by {told}, {lacks}",
        f"Claimed by {told}; {lacks}.{beside}",
        (
            *dict.fromkeys(statement.citation for statement, _ in claimed),
            *(record.citation for record, _ in lines[:1]),
        ),
        f"a statement; {lacks}",
    )


def _none(context: Context) -> Answer:
    if not context.records:
        return undetermined(Question.PURPOSE, "no paperwork was supplied that could be read")
    papers = {one.citation.path for one in context.records.values()}
    return answered(
        Question.PURPOSE,
        "none found in the records supplied",
        "No purpose was found in the records supplied.",
        context.documents(papers),
        "no matched line states a purpose",
    )


def _records(device: Device, context: Context) -> list[Record]:
    return [context.records[one] for one in device.records if one in context.records]
