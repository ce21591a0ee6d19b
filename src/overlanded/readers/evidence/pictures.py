"""Which photos an inspection sheet means by the numbers that it gives.

Cameras name a picture by letters and a running number, and people write all of that, the number
alone, or the first and the last of several. A picture that no file fits is told as a gap: it may
show what nobody else saw.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from msgspec.structs import replace

from overlanded.model.observing import Gap, Observation

_PIECES = re.compile(r"[,;，；、+&\n]+|\band\b|\bund\b")
_NUMBERS = re.compile(r"\d+(?:\s+\d+)+")
_NAMED = re.compile(
    r"(?:photos?|pictures?|pics?|fotos?|images?|bild(?:er)?|照片|图片|no\.?|nos\.?|nr\.?|#|№)*\s*"
    r"(?P<letters>[^\W\d]*(?:[_-][^\W\d]*)?[_\s-]?)(?P<first>\d{1,9})(?:\.(?:jpe?g|png|heic|tiff?))?"
    r"(?:\s*(?:[-–—~…]|to|bis|至|到)\s*(?:[^\W\d]+[_-]?)?(?P<last>\d{1,9}))?",
    re.IGNORECASE,
)
MOST = 200
"""Pictures that one cell is taken to mean: a wider range is a slip of the pen."""
CAMERA = 3
"""So many letters or more are a camera's (JEITA CP-3461, DCF: names begin with four characters)."""
LONGEST = 80
"""Characters of what may be a name: longer pieces are sentences, or made to keep a reader busy."""
SHOWN = 12
"""Pictures that one gap names."""


def linked(
    observations: Iterable[Observation], photos: Sequence[str]
) -> tuple[list[Observation], list[Gap]]:
    """The observations with the files of the photos they name; a gap a sheet for what has none."""
    told, missing = [], dict[str, tuple[Observation, list[str]]]()
    for one in observations:
        written = dict(one.detail).get("photos", "") if one.property in WITH_PHOTOS else ""
        if not written:
            told.append(one)
            continue
        found = dict(_found(written, one.citation.path, photos))
        told.append(replace(one, detail=_put(one, written, found)))
        lost = [name for name, path in found.items() if path is None]
        if lost:
            missing.setdefault(one.citation.item, (one, []))[1].extend(lost)
    return told, [_gap(one, list(dict.fromkeys(lost))) for one, lost in missing.values()]


WITH_PHOTOS = ("inspected", "opened")
"""Properties whose detail may name photos."""


def _found(written: str, sheet: str, photos: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """(name as written, its file); an empty one where several fit, None where none does."""
    for name, letters, number in _names(written):
        fitting = _fitting(letters, number, photos)
        near = [path for path in fitting if _folder(path) == _folder(sheet)]
        chosen = near or fitting
        yield name, None if not chosen else chosen[0] if len(chosen) == 1 else ""


def _names(written: str) -> Iterator[tuple[str, str, int]]:
    """(name, its letters, its number) of every picture that the words mean."""
    for piece in _PIECES.split(written):
        parts = piece.split() if _NUMBERS.fullmatch(piece.strip()) else [piece.strip()]
        short = (part for part in parts if len(part) <= LONGEST)
        for named in filter(None, map(_NAMED.fullmatch, short)):
            letters, first = named["letters"].strip(), named["first"]
            last = _last(first, named["last"])
            for number in range(int(first), min(last, int(first) + MOST) + 1):
                yield f"{letters}{number:0{len(first)}}", letters, number


def _last(first: str, last: str | None) -> int:
    """The end of a range; 0417-19 ends with 0419."""
    if last is None:
        return int(first)
    whole = first[: len(first) - len(last)] + last if len(last) < len(first) else last
    return max(int(whole), int(first))


def _fitting(letters: str, number: int, photos: Sequence[str]) -> list[str]:
    """Files with this number at the end of their names, those with these letters before others.

    Letters that a camera writes name its picture alone; one or two are the inspector's own.
    """
    same = [path for path in photos if _number(path) == number]
    wanted = _letters(letters)
    exact = [path for path in same if wanted and _letters(_stem(path)) == wanted]
    return exact if exact or len(wanted) >= CAMERA else same


def _number(path: str) -> int | None:
    digits = re.search(r"\d{1,9}$", _stem(path))
    return int(digits[0]) if digits else None


def _letters(name: str) -> str:
    return re.sub(r"[\W\d_]", "", name).casefold()


def _stem(path: str) -> str:
    return PurePosixPath(path).stem


def _folder(path: str) -> str:
    return str(PurePosixPath(path).parent)


def _put(
    one: Observation, written: str, found: dict[str, str | None]
) -> tuple[tuple[str, str], ...]:
    files = ", ".join(dict.fromkeys(path for path in found.values() if path))
    shown = f"{written} ({files})" if files else written
    return tuple((name, shown if name == "photos" else text) for name, text in one.detail)


def _gap(one: Observation, lost: Sequence[str]) -> Gap:
    item, path = one.citation.item, one.citation.path
    named = ", ".join(lost[:SHOWN]) + (f" and {len(lost) - SHOWN} more" if lost[SHOWN:] else "")
    mark = hashlib.sha256(f"{item}\0photos".encode()).hexdigest()[:10]
    return Gap(
        f"g-{mark}",
        f"{path}: the photos {named}",
        "the sheet names them, and no file that was handed in has such a name or number",
        "hand in the pictures as the camera saved them, under their own names",
        one.citation,
        ("identity", "installed", "place"),
    )
