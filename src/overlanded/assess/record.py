"""Record: whether it is in any record, and what that says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from overlanded.assess.context import Context
from overlanded.assess.wording import counted, proofs, seen, undetermined, watched, would_change
from overlanded.data import table
from overlanded.model.citing import Citation, Role
from overlanded.model.devices import Answer, Comparison, Device, Question, Standing
from overlanded.model.records import PaperKind, Record, RecordStatus


def answer(device: Device, context: Context) -> Answer:
    """What the papers say of it."""
    records = [context.records[one] for one in device.records if one in context.records]
    match device.standing:
        case Standing.UNDOCUMENTED:
            return _absent(device, context)
        case Standing.UNKNOWN if not records:
            return undetermined(Question.RECORD, "no paperwork was supplied that could be read")
        case _:
            return _present(device, context, records)


def _absent(device: Device, context: Context) -> Answer:
    return Answer(
        question=Question.RECORD,
        value="not found in the records supplied",
        words=f"Not found in the records supplied. {searched(device, context)}",
        probability=device.probability,
        citations=_documents(device, context) or proofs(seen(device)),
        because=searched(device, context),
        would_change=would_change(Question.RECORD),
    )


def _present(device: Device, context: Context, records: Sequence[Record]) -> Answer:
    lead = records[0] if records else None
    if lead is None:
        return undetermined(Question.RECORD, "the record it refers to was not supplied")
    text = f"{named(lead)} “{lead.description}”, quantity {lead.quantity}"
    against = _disagreeing(device, records, context)
    told = (_words(device, context, text), *_alone(records), *map(_contrary, against))
    agreeing = (one.citation for one in records if one not in against)
    return Answer(
        question=Question.RECORD,
        value=f"{VALUES[device.standing]}: {named(lead)}",
        words=" ".join((*told, *_counted_otherwise(lead, context))),
        probability=device.probability,
        citations=(*agreeing, *_documents(device, context)),
        counter=tuple(replace(one.citation, role=Role.CONTRARY) for one in against),
        because=_reasons(device),
        would_change=would_change(Question.RECORD),
    )


REFUSED = (RecordStatus.DECLINED, RecordStatus.REMOVED)
WORKED = (PaperKind.WORK_ORDER, PaperKind.SERVICE_REPORT)


def _disagreeing(device: Device, records: Sequence[Record], context: Context) -> tuple[Record, ...]:
    """Lines of other papers that refuse what these list, or order what the first of them declines.

    A change order has the last word: what it adds or removes is in nobody's dispute. A work order
    or a service report has not: it alters no contract.
    """
    refused = device.standing is Standing.DECLINED
    said = records[:1] if refused else records
    papers = {one.citation.item for one in said}
    things = {_thing(one) for one in said if not _alters(one)}
    if refused and said[0].status is RecordStatus.REMOVED:
        return ()
    others = [one for one in context.records.values() if one.citation.item not in papers]
    if refused:
        theirs = [one for one in others if one in records or _thing(one) in things]
        return tuple(one for one in theirs if _orders(one))
    return tuple(one for one in others if one.status in REFUSED and _thing(one) in things)


def _alters(record: Record) -> bool:
    """Whether a line changes what the contract says."""
    return record.paper not in WORKED and bool(record.adds or record.supersedes)


def _thing(record: Record) -> tuple[str, str, str]:
    """What a line speaks of: maker and type; without a type, class and words."""
    maker = record.maker.casefold()
    named = "".join((record.model or record.description).casefold().split())
    return "" if maker and record.model else record.device_class, maker, named


def _alone(records: Sequence[Record]) -> Iterator[str]:
    """What the papers can show, when none of them says that the thing belongs on the crane."""
    says = {one.paper: table("papers")["kinds"][one.paper]["alone"] for one in records}
    if all(says.values()):
        yield f"It stands in no other kind of paper. {' '.join(says.values())}"


def _counted_otherwise(lead: Record, context: Context) -> Iterator[str]:
    """The numbers that papers list of a thing, where they differ."""
    counts: dict[str, int] = {}
    if not lead.adds:
        for one in context.records.values():
            if _thing(one) == _thing(lead) and _lists(one):
                counts[one.citation.path] = counts.get(one.citation.path, 0) + one.quantity
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{count} in {path}" for path, count in counts.items())
        yield f"The papers list different numbers of it: {told}."


def _lists(record: Record) -> bool:
    """Whether a line counts pieces that other papers should count too."""
    expected = table("papers")["kinds"][record.paper]["expected"]
    changes = record.adds or record.supersedes or record.status in REFUSED
    return bool(expected and record.quantity and not changes)


def _orders(record: Record) -> bool:
    worked_on = record.paper in WORKED and record.status is RecordStatus.CHANGED
    return worked_on or (record.status is RecordStatus.ORDERED and _lists(record))


def _contrary(one: Record) -> str:
    """What another paper says of the same thing, and whose it is."""
    paper = f"Another paper, held by the {one.holder}," if one.holder else "Another paper"
    line = f"{named(one)} “{one.description}”"
    if one.status in REFUSED:
        return f"{paper} says otherwise: {line} is {one.status}."
    if one.status is RecordStatus.CHANGED:
        return f"{paper} tells of work on one of this type: {line}."
    return f"{paper} lists one of this type: {line}, quantity {one.quantity}."


VALUES = {
    Standing.DOCUMENTED: "documented",
    Standing.MISDESCRIBED: "described as something else",
    Standing.DECLINED: "declined",
    Standing.MISSING: "in the record, not seen",
    Standing.UNKNOWN: "in the record, nobody looked",
}


def _words(device: Device, context: Context, text: str) -> str:
    match device.standing:
        case Standing.DOCUMENTED if "removed" in _statuses(device, context):
            return f"By {text} it was removed."
        case Standing.DOCUMENTED:
            return f"It fits {text}."
        case Standing.MISDESCRIBED:
            return f"It fits {text}, but {_difference(device)}."
        case Standing.DECLINED:
            refused = _refusal(device, context)
            return f"It fits {text}, which was {refused}. {searched(device, context)}".strip()
        case Standing.MISSING:
            return f"It should be there by {text}. It was not seen {watched(context.coverage)}."
        case _:
            return f"It should be there by {text}. These sensors could not have seen it."


def _refusal(device: Device, context: Context) -> str:
    removed = "removed" in _statuses(device, context)
    return "removed by a later change" if removed else "declined"


def _statuses(device: Device, context: Context) -> set[RecordStatus]:
    return {context.records[one].status for one in device.records if one in context.records}


def _difference(device: Device) -> str:
    contradicting = {*table("matching")["standing"]["contradicting"], "class"}
    against = [one for match in device.matches for one in match.comparisons if one.weight < 0]
    telling = [one for one in against if one.field in contradicting]
    if telling:
        return "; ".join(_against(one) for one in telling)
    ways = ", ".join(device.identity.remote) if device.identity else ""
    return f"the line gives no hint that it can talk outside ({ways})"


def _against(one: Comparison) -> str:
    return f"its {one.field} is {one.device_value}, not {one.record_value}"


def named(record: Record) -> str:
    """Its own number, if it has one, what kind of paper it stands in, and where."""
    number = f"line {record.line}, " if record.line else ""
    kind = f"{record.paper.words} " if record.paper.words else ""
    return f"{number}{kind}{record.citation}"


def searched(device: Device, context: Context) -> str:
    """The documents and keys tried, in a sentence."""
    found = [context.searches[one] for one in device.searches if one in context.searches]
    if not found:
        return ""
    search = found[0]
    text = (
        f"{counted(search.lines_compared, 'line')} in {counted(len(search.documents), 'paper')} "
        f"were compared by {', '.join(search.keys) or 'nothing: it states nothing of itself'}."
    )
    return f"{text} Nearest ordered line: {search.best}." if search.best else text


def _documents(device: Device, context: Context) -> tuple[Citation, ...]:
    found = (context.searches[one] for one in device.searches if one in context.searches)
    return context.documents(path for search in found for path in search.documents)


def _reasons(device: Device) -> str:
    return "; ".join(
        f"{one.field} {one.weight:+.1f}" for match in device.matches for one in match.comparisons
    )
