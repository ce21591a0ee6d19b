"""When each piece of a drawn crane was fitted, and the dated papers that show it.

A crane's own pieces were fitted at its maker's works, planted ones at any time until the last day.
Visits open some of the cabinets and list what stands in them on that day; some labels are
photographed. What these allow to be said of each piece is part of the truth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from msgspec import Struct

from lab.composed import Composed
from lab.draw import rng
from lab.equipment import Piece

WORKS = (date(2018, 11, 1), date(2019, 4, 11))
"""When the maker fitted the crane's own pieces: until the day before factory acceptance."""
SERVICE = date(2025, 12, 31)
"""The last day of whatever is drawn; cranes are recorded later."""
VISITS = (("factory", *WORKS), ("site", date(2019, 5, 3), SERVICE))
"""Kind of visit, and the days between which it takes place."""
CAMERA = ("Canon", "PowerShot G7 X")


class Visit(Struct, frozen=True):
    """One visit: its day, and the cabinets that were opened."""

    kind: str
    day: date
    opened: frozenset[str]


class Dated(Struct, frozen=True):
    """The dates of one crane."""

    fitted: Mapping[str, date]
    """Piece → the day on which it was fitted."""
    visits: Sequence[Visit]
    photos: Mapping[str, date]
    """Piece → the day on which its label was photographed."""
    missed: Collection[tuple[str, date]]
    """(piece, day) that a visit overlooked."""


def inspect(made: Composed, own: Collection[str]) -> dict[str, Any]:
    """The scenario's ``inspections`` and ``photos``, and ``installed`` by piece.

    ``own`` are the ids of the pieces that belong to the crane; all others were added to it.
    """
    wanted = made.data["draw"].get("inspections") or {}
    known = _told_apart(made.pieces)
    fitted = {one.id: _fitted(made, one, one.id in own) for one in made.pieces}
    visits = list(_visits(made, known, wanted))
    dated = Dated(
        fitted,
        visits,
        dict(_photographed(made, known, fitted, wanted.get("photos", 0))),
        set(_missed(made, known, visits, wanted.get("overlooked", 0.0))),
    )
    return {
        "installed": {one.id: _installed(one, dated, one in known) for one in made.pieces},
        "inspections": [_sheet(at, one, known, dated) for at, one in enumerate(visits, 1)],
        "photos": [_photo(one, dated.photos[one.id]) for one in known if one.id in dated.photos],
    }


def _told_apart(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces that are there and that a label tells from all others."""
    shared = Counter(one.mac for one in pieces)
    return [one for one in pieces if one.present and one.mac and shared[one.mac] == 1]


def _fitted(made: Composed, piece: Piece, own: bool) -> date:  # noqa: FBT001
    return _day(rng(made.seed, "fitted", piece.id), WORKS[0], WORKS[1] if own else SERVICE)


def _visits(made: Composed, known: Sequence[Piece], wanted: Mapping[str, Any]) -> Iterator[Visit]:
    """The first at the works, all later ones at the port."""
    cabinets = sorted({one.place for one in known})
    for number in range(wanted.get("visits", 0)):
        draw = rng(made.seed, "visit", number)
        kind, first, last = VISITS[min(number, 1)]
        opened = frozenset(one for one in cabinets if draw.random() < wanted.get("opened", 1.0))
        yield Visit(kind, _day(draw, first, last), opened)


def _photographed(
    made: Composed, known: Sequence[Piece], fitted: Mapping[str, date], count: int
) -> Iterator[tuple[str, date]]:
    draw = rng(made.seed, "photographed")
    for one in draw.sample(known, min(count, len(known))):
        yield one.id, _day(draw, fitted[one.id], SERVICE)


def _missed(
    made: Composed, known: Sequence[Piece], visits: Sequence[Visit], share: float
) -> Iterator[tuple[str, date]]:
    for visit in visits:
        for one in known:
            if rng(made.seed, "missed", one.id, visit.day).random() < share:
                yield one.id, visit.day


def _day(draw: Random, first: date, last: date) -> date:
    return first + timedelta(draw.randint(0, (last - first).days))


def _lists(visit: Visit, piece: Piece, dated: Dated) -> bool:
    """Whether the sheet of a visit lists a piece; on the day that it was fitted it came later."""
    there = dated.fitted[piece.id] < visit.day and piece.place in visit.opened
    return there and (piece.id, visit.day) not in dated.missed


def _installed(piece: Piece, dated: Dated, known: bool) -> dict[str, str]:  # noqa: FBT001
    """The day, and what the sheets and photos allow to be said of it: not before, not after."""
    told = {"on": dated.fitted[piece.id].isoformat()}
    if not known:
        return told
    opened = [one for one in dated.visits if piece.place in one.opened]
    shown = [one.day for one in opened if _lists(one, piece, dated)]
    shown += [dated.photos[piece.id]] if piece.id in dated.photos else []
    without = [one.day for one in opened if shown and one.day < min(shown)]
    told |= {"after": max(without).isoformat()} if without else {}
    return told | ({"before": min(shown).isoformat()} if shown else {})


def _sheet(number: int, visit: Visit, known: Sequence[Piece], dated: Dated) -> dict[str, Any]:
    rows: list[dict[str, str]] = []
    for place in sorted({one.place for one in known}):
        state = {"cabinet": place, "state": "opened" if place in visit.opened else "not opened"}
        found = [one for one in known if one.place == place and _lists(visit, one, dated)]
        rows += [state | _row(one) for one in found] or [state]
    day = visit.day.isoformat()
    rows[0] |= {"visit": visit.kind, "date": day, "inspector": "resident inspector"}
    return {"file": f"inspection-{number}.xlsx", "rows": rows, "visit": visit.kind}


def _row(piece: Piece) -> dict[str, str]:
    return {"device": piece.id, "what": str(piece.entry["paper"]["en"])}


def _photo(piece: Piece, day: date) -> dict[str, Any]:
    serial = {"SN": piece.serial} if piece.serial else {}
    numbers = serial | {"MAC": piece.mac.replace(":", "").upper()}
    return {
        "file": f"label-{piece.id}.jpg",
        "taken": f"{day.isoformat()}T10:15:00+00:00",
        "camera": list(CAMERA),
        "lines": [
            *(piece.entry["maker"], piece.entry["model"]),
            *(f"{name}: {value}" for name, value in numbers.items()),
        ],
        "codes": {"QRCode": ";".join(f"{name}:{value}" for name, value in numbers.items())},
        "where": piece.place,
    }
