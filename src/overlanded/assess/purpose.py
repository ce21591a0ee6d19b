"""Purpose: what it is for."""

from __future__ import annotations

from overlanded.assess.context import Context
from overlanded.assess.record import named
from overlanded.assess.wording import undetermined, would_change
from overlanded.model.devices import Answer, Device, Question, Standing


def answer(device: Device, context: Context) -> Answer:
    """The purpose that a matched record states; what a declined line says is not contracted."""
    declined = device.standing is Standing.DECLINED
    stated = [
        (record, text)
        for record in (context.records[one] for one in device.records if one in context.records)
        if (text := record.purpose or (record.description if declined else ""))
    ]
    if stated:
        lead, text = stated[0]
        grade = "named in a declined line, not contracted" if declined else "documented"
        return Answer(
            question=Question.PURPOSE,
            value=f"{grade}: {text}",
            words=f"Purpose by {named(lead)}: {text} ({grade}).",
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
