"""Gaps of one sheet, collected by kind so that ten lines of one trouble make one Gap."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from overlanded.model.citing import Citation, Locator
from overlanded.model.evidence import EvidenceItem
from overlanded.model.observing import Gap
from overlanded.readers.paperwork.sheets import Row, Sheet, cite, key
from overlanded.readers.paperwork.words import vocabulary

SHOWN = 24
"""Places named in one Gap; the rest are counted."""


class Notes(Struct):
    """What was not understood in a sheet, in the order in which it was met."""

    item: EvidenceItem
    sheet: Sheet
    rows: dict[str, list[Row]] = field(default_factory=dict)
    details: dict[str, list[str]] = field(default_factory=dict)

    def row(self, kind: str, row: Row) -> None:
        """Note a row under a kind of ``[gaps]``."""
        self.rows.setdefault(kind, []).append(row)

    def detail(self, kind: str, *texts: str) -> None:
        """Note words under a kind of ``[gaps]``."""
        self.details.setdefault(kind, []).extend(texts)

    def gaps(self) -> Iterator[Gap]:
        """One Gap a kind."""
        for kind, rows in self.rows.items():
            placed = list(dict.fromkeys(row.place for row in rows if row.place))
            told = _listed(placed) if placed else _ranges([row.number for row in rows])
            yield self._gap(kind, told, rows)
        for kind, texts in self.details.items():
            yield self._gap(kind, _listed(texts), [])

    def _gap(self, kind: str, detail: str, rows: list[Row]) -> Gap:
        words = vocabulary()["gaps"][kind]
        where = f"{self.item.path} › {self.sheet.name}" if self.sheet.name else self.item.path
        filled = {"where": where, "detail": detail, "count": len(rows)}
        return Gap(
            id=key("gap", self.item.id, self.sheet.name, kind),
            what=words["what"].format(**filled),
            why=words["why"].format(**filled),
            mend=words["mend"],
            citation=cite(self.item, self.sheet, rows[0])
            if rows
            else _whole(self.item, self.sheet),
            weakens=("record",),
            unread=words.get("unread", False),
        )


def unread(item: EvidenceItem, why: str, mend: str) -> Gap:
    """The one Gap for a file that could not be read at all."""
    words = vocabulary()["gaps"]["file"]
    return Gap(
        id=key("gap", item.id, "file", why),
        what=words["what"].format(path=item.path),
        why=why,
        mend=mend,
        citation=Citation(item.id, item.path, Locator("item", "")),
        weakens=("record",),
        unread=True,
    )


def _whole(item: EvidenceItem, sheet: Sheet) -> Citation:
    locator = Locator("row", sheet.name) if sheet.name else Locator("item", "")
    return Citation(item.id, item.path, locator)


def _ranges(numbers: list[int]) -> str:
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return _listed([str(a) if a == b else f"{a}–{b}" for a, b in spans])


def _listed(texts: list[str]) -> str:
    shown = ", ".join(texts[:SHOWN])
    return f"{shown} and {len(texts) - SHOWN} more" if len(texts) > SHOWN else shown
