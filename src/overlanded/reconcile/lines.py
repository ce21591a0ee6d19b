"""The lines that devices are compared with, after change orders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from overlanded.data import table
from overlanded.model.records import Record, RecordStatus
from overlanded.reconcile.profiles import Classes, by_kind, maker_name, plain, spaced, tokens

REFUSED = (RecordStatus.DECLINED, RecordStatus.REMOVED)
"""Statuses that say that the thing is not to be there."""


class Line(Struct, frozen=True):
    """One record as it is compared."""

    record: Record
    classes: Classes
    maker: str
    model: str
    text: str
    """Folded description, model, purpose and unit: where a maker or a name may stand."""
    place: str
    identifiers: Mapping[str, frozenset[str]]
    changed_by: tuple[str, ...] = ()
    """Ids of records that changed or removed the line, or say the same in another paper."""
    agreed: bool = True
    """Whether a paper says it that can say what belongs on the crane (``may_agree``)."""

    @property
    def refused(self) -> bool:
        """True when the paper says that the thing is not to be there."""
        return self.record.status in REFUSED

    @property
    def pieces(self) -> int:
        """How many there should be: none by a paper that names what may be, or is kept."""
        expected = table("papers")["kinds"][self.record.paper]["expected"]
        return max(0, self.record.quantity) if expected else 0

    @property
    def capacity(self) -> int:
        """How many devices the line takes at most: one even when the paper says none."""
        return max(1, self.record.quantity)


def lines(records: Iterable[Record]) -> tuple[tuple[Line, ...], int]:
    """The comparable lines in order of id, and how many were left out.

    A line of no device class, and without an identifier or a type with a number in it (lamps,
    cables, labour), is left out.
    """
    known = sorted(records, key=lambda one: one.id)
    made = [replace(_line(*one), agreed=_is_agreed(one[0], known)) for one in in_force(known)]
    kept = tuple(line for line in made if line.classes or line.identifiers or _typed(line))
    return kept, len(made) - len(kept)


def may_agree(record: Record) -> bool:
    """Whether such a paper, or its holder, can say that a thing belongs on the crane."""
    return not table("papers")["kinds"][record.paper]["alone"] or held_by(record, "purchasers")


def held_by(record: Record, side: str) -> bool:
    """Whether the paper of a record is held by this side: purchasers or makers."""
    return record.holder.casefold() in table("matching")["papers"][side]


def _is_agreed(record: Record, records: Sequence[Record]) -> bool:
    """True for a line of such a paper, and for one that takes the place of such a line."""
    return may_agree(record) or any(
        may_agree(old) and old.status not in REFUSED for old in _superseded(record, records)
    )


def _typed(line: Line) -> bool:
    return bool(line.maker) and any(True for _ in tokens(line.record.model))


def _line(record: Record, changed_by: tuple[str, ...] = ()) -> Line:
    said = without_former(record.description)
    words = " ".join((said, record.model, record.purpose, record.unit))
    return Line(
        record=record,
        classes=_classes(record, words),
        maker=maker_name(record.maker),
        model=plain(record.model),
        text=f"{plain(words)} {spaced(words)}",
        place=spaced(record.place),
        identifiers=by_kind(record.identifiers),
        changed_by=changed_by,
    )


def without_former(text: str) -> str:
    """A description without what it says was there before ("… replaces the RUT950")."""
    words = sorted(table("matching")["papers"]["former"], key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in words if word.isascii())
    other = "|".join(re.escape(word) for word in words if not word.isascii())
    return re.split(rf"\b(?:{latin})\b|{other}", text, maxsplit=1, flags=re.IGNORECASE)[0]


def _classes(record: Record, words: str) -> Classes:
    if record.device_class and record.device_class != "unknown":
        return ((record.device_class, 1.0),)
    if talks_outside(words):
        matching = table("matching")
        return ((matching["hints"]["gateway-class"], matching["class"]["hinted"]),)
    return ()


def talks_outside(words: str) -> bool:
    """True when the words speak of equipment that talks outside."""
    return speaks_of(words, table("matching")["hints"]["communications"])


def speaks_of(text: str, words: Iterable[str]) -> bool:
    """True when one of the words stands in the text: whole words, Chinese ones anywhere."""
    padded = f" {plain(text)} "
    return any(f" {plain(word)} " in padded if word.isascii() else word in text for word in words)


def in_force(records: Sequence[Record]) -> tuple[tuple[Record, tuple[str, ...]], ...]:
    """The records after the changes they make to each other, each with the ids that changed it.

    A changed line takes the place of the lines it supersedes and inherits what it does not say
    itself; equipment of another type that it takes the place of counts as removed. A removing
    line marks the lines it supersedes as removed and is not compared itself. A paper that agrees
    nothing changes no refusal.
    """
    standing = {record.id: record for record in records}
    changed_by: dict[str, tuple[str, ...]] = {}
    for change in records:
        earlier = [
            old
            for old in _superseded(change, records)
            if old.id in standing and (may_agree(change) or old.status not in REFUSED)
        ]
        if not earlier:
            continue
        removing = change.status is RecordStatus.REMOVED
        for old in earlier:
            if removing or _another(change, old):
                standing[old.id] = replace(standing[old.id], status=RecordStatus.REMOVED)
                changed_by[old.id] = (*changed_by.get(old.id, ()), change.id)
            else:
                standing.pop(old.id)
        if removing:
            standing.pop(change.id, None)
        else:
            standing[change.id] = _inheriting(standing.get(change.id, change), earlier[0])
    return tuple((record, changed_by.get(record.id, ())) for record in standing.values())


def _another(change: Record, old: Record) -> bool:
    """True when both state a type and the change's is not the old one, spelt otherwise."""
    ours, theirs = plain(change.model), plain(old.model)
    return bool(ours and theirs) and ours not in theirs and theirs not in ours


INHERITED = ("device_class", "maker", "model", "place", "unit", "purpose", "identifiers")
"""Fields that a changing line takes over where it is silent."""


def _inheriting(change: Record, earlier: Record) -> Record:
    silent = {name: getattr(earlier, name) for name in INHERITED if not getattr(change, name)}
    return replace(change, **silent)


def _superseded(change: Record, records: Sequence[Record]) -> list[Record]:
    return [
        old
        for reference in change.supersedes
        if (old := _referred(change, reference, records)) is not None
    ]


def _referred(change: Record, reference: str, records: Sequence[Record]) -> Record | None:
    """The record with this id, or the earlier line with this number that reads most alike."""
    others = [record for record in records if record.id != change.id]
    exact = [record for record in others if record.id == reference]
    numbered = [
        record for record in others if record.line == reference and _sheet(record) != _sheet(change)
    ]
    return max(exact or numbered, key=lambda old: _alike(change, old), default=None)


def _sheet(record: Record) -> tuple[str, str]:
    return record.citation.item, record.citation.locator.place.rpartition(" › ")[0]


def _alike(change: Record, earlier: Record) -> float:
    from rapidfuzz import fuzz

    return fuzz.token_set_ratio(plain(change.description), plain(earlier.description))
