"""What parties said, held against the evidence: supported, contradicted or untested.

A statement speaks of the time up to its own day. What was seen later does not contradict it, and
what was not seen supports nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from overlanded.assess import activity, carried, distant, installed, installer, said, state
from overlanded.assess.context import Context, passed_on
from overlanded.assess.wording import limit, listed, moment, proofs, seen
from overlanded.data import table
from overlanded.model.citing import Citation
from overlanded.model.devices import Device, Question, Standing
from overlanded.model.observing import Gap, Observation
from overlanded.model.records import Record
from overlanded.model.statements import Bearing, Claim, Statement, Verdict
from overlanded.model.words import tokens

Weighed = tuple[Verdict, str, tuple[Citation, ...]]
"""(verdict, what speaks for or against, where)."""
DAY = len("2017-08-15")


def weighed(
    devices: Iterable[Device], context: Context
) -> tuple[tuple[Statement, ...], tuple[Gap, ...]]:
    """The statements with what each claim means for each device that it is about.

    A gap for every statement that names equipment which is no device of this case.
    """
    bearings: dict[str, list[Bearing]] = {one.id: [] for one in context.statements}
    met: set[str] = set()
    for device in devices:
        for statement in said.statements(device, context):
            met.add(statement.id)
            bearings[statement.id] += [
                _bearing(device, statement, claim, context) for claim in statement.claims
            ]
    given = tuple(replace(one, bears_on=tuple(bearings[one.id])) for one in context.statements)
    return given, tuple(_unmet(one) for one in given if one.about and one.id not in met)


def _unmet(statement: Statement) -> Gap:
    what = f"equipment that {statement.by} speaks of ({listed(statement.about)})"
    why = "no device of this case has that name, identifier, place, line or class"
    mend = "name it in `about` by its MAC, serial number, cabinet, line of the paper, or class"
    return Gap(f"g-{statement.id}", what, why, mend, statement.citation, ("installer", "purpose"))


def _bearing(device: Device, statement: Statement, claim: Claim, context: Context) -> Bearing:
    verdict, words, citations = CHECKS[claim.kind](device, statement, claim, context)
    question = Question(table("statements")["claim"][claim.kind]["question"])
    shown = tuple(dict.fromkeys(citations))[: limit("citations")]
    return Bearing(device.id, question, worded(claim), verdict, words, shown)


def worded(claim: Claim) -> str:
    """The claim as it follows *said that*."""
    row = table("statements")["claim"][claim.kind]
    if claim.value == "no" and "denies" in row:
        return str(row["denies"])
    if claim.kind == "removed":
        return str(row["says"]).format("" if claim.value == "yes" else f" by {claim.value}")
    return str(row["says"].format(claim.value))


def _untested(words: str, citations: tuple[Citation, ...] = ()) -> Weighed:
    return Verdict.UNTESTED, words, citations


def _connected(device: Device, statement: Statement, claim: Claim, context: Context) -> Weighed:
    outside = (
        *seen(device, "contact"),
        *passed_on(device, context, "contact"),
        *distant.far_away(device, context),
        *carried.outward(device),
    )
    if not outside:
        return _untested("no traffic of it with the outside was seen; not seen is not never")
    if claim.value == "yes":
        return Verdict.SUPPORTED, _told(device, context), proofs(outside)
    then = _until(outside, statement.date)
    if not then:
        words = f"what was seen is later than the statement: {_told(device, context)}"
        return _untested(words, proofs(outside))
    return Verdict.CONTRADICTED, _told(device, context), proofs(then)


def _told(device: Device, context: Context) -> str:
    return activity.answer(device, context).value


def _remote(device: Device, _said: Statement, claim: Claim, _context: Context) -> Weighed:
    ways = device.identity.remote if device.identity else ()
    if not ways:
        return _untested("nothing seen says whether it can")
    cited = (
        [c for one in device.identity.evidence if one.weight > 0 for c in one.citations]
        if device.identity
        else []
    )
    names = table("assessing")["ways"]
    words = f"equipment of its kind can, by {listed([names.get(way, way) for way in ways])}"
    verdict = Verdict.SUPPORTED if claim.value == "yes" else Verdict.CONTRADICTED
    return verdict, words, tuple(cited)


ORDERED = (Standing.DOCUMENTED, Standing.MISDESCRIBED, Standing.MISSING)


def _ordered(device: Device, _said: Statement, claim: Claim, context: Context) -> Weighed:
    records = [context.records[one] for one in device.records if one in context.records]
    if device.standing is Standing.UNDOCUMENTED:
        papers = context.documents({one.citation.path for one in context.records.values()})
        words = "it was not found in the records supplied"
        agrees = claim.value == "no"
        return (Verdict.SUPPORTED if agrees else Verdict.UNTESTED), words, papers
    if not records:
        return _untested("no paper was handed in that could be compared")
    lead = records[0]
    listed_as = device.standing in ORDERED
    words = f"{_line(lead)} is {lead.status}"
    verdict = Verdict.SUPPORTED if listed_as == (claim.value == "yes") else Verdict.CONTRADICTED
    return verdict, words, tuple(one.citation for one in records)


def _in_service(device: Device, statement: Statement, claim: Claim, _context: Context) -> Weighed:
    mine = [one for one in state.in_service(device) if one.last is not None]
    after = [one for one in mine if statement.date and _day(one.last) >= statement.date]
    if not after:
        return _untested("no sensor saw it on the day of the statement or later", proofs(mine))
    words = f"it was seen on the network, last {_day(max(one.last or 0 for one in after))}"
    verdict = Verdict.SUPPORTED if claim.value == "yes" else Verdict.CONTRADICTED
    return verdict, words, proofs(after)


def _removed(device: Device, statement: Statement, claim: Claim, context: Context) -> Weighed:
    by = statement.date if claim.value in ("yes", "no") else claim.value
    gone = tuple(state.removals(device, context))
    still = [one for one in state.in_place(device) if by and _day(one.first) > by]
    if still:
        words = f"it was seen again on {_day(min(one.first or 0 for one in still))}"
        verdict = Verdict.SUPPORTED if claim.value == "no" else Verdict.CONTRADICTED
        return verdict, words, proofs(still)
    if gone:
        words = listed(list(dict.fromkeys(why for _, why, _ in gone)))
        verdict = Verdict.CONTRADICTED if claim.value == "no" else Verdict.SUPPORTED
        return verdict, words, tuple(cited for _, _, cited in gone)
    if missed := state.vanished(device, context):
        on, change = missed
        if claim.value == "no" or (by and on > by):
            words = f"its place was looked at on {on} and it was not seen; when it went is open"
            return _untested(words, change.citations)
        return Verdict.SUPPORTED, change.words.rstrip("."), change.citations
    return _untested("nothing handed in shows its place after that day")


def _fitted(device: Device, _said: Statement, claim: Claim, context: Context) -> Weighed:
    interval = installed.answer(device, context).interval
    if interval is None or interval.contradictory:
        return _untested("the dated facts do not say when it was fitted")
    earliest, latest = interval.earliest, interval.latest
    after = earliest is not None and earliest.at[:DAY] >= claim.value
    before = latest is not None and f"{latest.at}-31"[:DAY] < claim.value
    if not after and not before:
        return _untested("the dated facts leave both open")
    bound = earliest if after else latest
    words = f"{bound.at[:DAY]}: {bound.words}" if bound else ""
    agrees = after == (claim.kind == "installed_after")
    verdict = Verdict.SUPPORTED if agrees else Verdict.CONTRADICTED
    return verdict, words, (bound.citation,) if bound else ()


def _purpose(device: Device, _said: Statement, claim: Claim, context: Context) -> Weighed:
    records = [context.records[one] for one in device.records if one in context.records]
    for record in records:
        told = f"{record.purpose} {record.description}"
        if _share(claim.value, told) >= table("assessing")["claims"]["alike"]:
            words = f"{_line(record)} says the same and is {record.status}"
            return Verdict.SUPPORTED, words, (record.citation,)
    if records:
        lead = records[0]
        return _untested(f"{_line(lead)} does not say so", (lead.citation,))
    return _untested("no line supplied says what it is for")


def _line(record: Record) -> str:
    """``line 14.3 “Remote diagnostics: …”``; where it stands is in the citation."""
    number = f"line {record.line}" if record.line else str(record.citation)
    return f"{number} “{record.description}”"


def _installer(device: Device, _said: Statement, claim: Claim, context: Context) -> Weighed:
    names = tuple(installer.written(device, context))
    if not names:
        return _untested("no record supplied names who fitted it")
    told = listed([f"“{name}” ({where})" for name, where, _ in names])
    cited = tuple(one for _, _, one in names)
    alike = max(_share(claim.value, name) for name, _, _ in names)
    if alike >= table("assessing")["claims"]["named"]:
        return Verdict.SUPPORTED, f"named is {told}", cited
    if alike:
        return _untested(f"named is {told}, which may be the same", cited)
    return Verdict.CONTRADICTED, f"named is {told}", cited


CHECKS: dict[str, Callable[[Device, Statement, Claim, Context], Weighed]] = {
    "purpose": _purpose,
    "installer": _installer,
    "installed_after": _fitted,
    "installed_before": _fitted,
    "ordered": _ordered,
    "connected": _connected,
    "remote": _remote,
    "in_service": _in_service,
    "removed": _removed,
}
"""Kind of claim → how it is held against the evidence."""


def _share(claim: str, text: str) -> float:
    """Share of a claim's words that stand in a text; short Latin ones say nothing."""
    words = {word for word in tokens(claim) if len(word) > 3 or not word.isascii()}
    return len(words & set(tokens(text))) / len(words) if words else 0.0


def _until(ones: Iterable[Observation], day: str) -> list[Observation]:
    """What began by the end of a day; all of it when no day is given."""
    return [one for one in ones if not day or (one.first is not None and _day(one.first) <= day)]


def _day(ns: int | None) -> str:
    return moment(ns)[:DAY] if ns is not None else ""
