"""Purpose: what it is for."""

from __future__ import annotations

from overlanded.assess.context import Context
from overlanded.assess.record import named
from overlanded.assess.wording import undetermined, would_change
from overlanded.model.devices import Answer, Device, Question, Standing


def answer(device: Device, context: Context) -> Answer:
    """The purpose that a matched record states; a declined line's purpose is not contracted."""
    stated = [
        context.records[one]
        for one in device.records
        if one in context.records and context.records[one].purpose
    ]
    if stated:
        lead = stated[0]
        contracted = device.standing is not Standing.DECLINED
        grade = "documented" if contracted else "named in a declined line, not contracted"
        return Answer(
            question=Question.PURPOSE,
            value=f"{grade}: {lead.purpose}",
            words=f"Purpose by {named(lead)}: {lead.purpose} ({grade}).",
            citations=(lead.citation,),
            because=grade,
            would_change=would_change(Question.PURPOSE),
        )
    if not context.records:
        return undetermined(Question.PURPOSE, "no paperwork was supplied that could be read")
    papers = {one.citation.path for one in context.records.values()}
    return Answer(
        question=Question.PURPOSE,
        value="none found in the records supplied",
        words="No purpose was found in the records supplied.",
        citations=context.documents(papers),
        because="no matched line states a purpose",
        would_change=would_change(Question.PURPOSE),
    )
