"""Photos: labels with their numbers, codes, and the moment and place that the camera wrote.

A photo shows one place at one moment, and a camera's clock is set by hand. What is read from codes
carries their own error check; what is read from print needs the OCR extra. A number that fails its
check digit, or passes only after repair, is told and flagged, never asserted; neither is an FCC ID,
which has no check digit, unless a second reading of its line agrees. Pictures are decoded by a
program of its own with bounded memory and time (``labels/eyes.py``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from msgspec.structs import replace
from rapidfuzz import fuzz

from overlanded.data import table
from overlanded.model.citing import Citation, Locator
from overlanded.model.evidence import EvidenceItem
from overlanded.model.identifiers import PARSERS
from overlanded.model.observing import Coverage, Gap, Observation, Subject
from overlanded.readers import ocr
from overlanded.readers.labels import images, payloads, regions
from overlanded.readers.labels.marks import Mark, Said, agreed, letters, said
from overlanded.readers.labels.regions import Label, Line

if TYPE_CHECKING:
    from overlanded.readers.labels.looking import Look, Printed

WHAT = "photo"
CLOCK = "a camera's clock is set by hand; hold it against a clock or a dated photo"
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*")
_HEIF = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
LONGEST = 200
"""Characters of a line that are told."""
_MISREAD = 80
"""Alikeness (0-100) from which a printed number and one in a code of the same label are one."""


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001
    """JPEG, PNG, TIFF, WebP; and HEIC, which is told as unread."""
    webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    return head.startswith(_MAGIC) or webp or _is_heif(head)


def read(item: EvidenceItem, data: bytes) -> Iterator[Observation | Coverage | Gap]:
    """What the labels in a photo say, what the photo covers, and what of it was not read."""
    if _is_heif(data):
        mend = "save it as JPEG beside the original (most phones do on export) and hand in both"
        yield _gap(item, item.path, "HEIC pictures are not decoded here", mend, unread=True)
        return
    from overlanded.readers.labels import eyes

    try:
        picture = eyes.look(data)
    except images.RefusedError as refused:
        mend = "hand in the original from the camera, or a copy of at most 64 million pixels"
        yield _gap(item, item.path, str(refused), mend, unread=True)
        return
    lines = _lines(picture)
    bounds = table("labels")["bounds"]
    kept = lines[: bounds["lines"]]
    labels = [label for label in regions.labels(kept) if _shows_equipment(label)]
    yield _coverage(item, picture, labels)
    for number, label in enumerate(labels[: bounds["devices"]], 1):
        yield from _observations(item, picture, Subject("label", f"{item.path} {number}"), label)
    yield from _gaps(item, picture, labels, len(lines) - len(kept))


def repeated(coverage: Sequence[Coverage]) -> Iterator[Gap]:
    """A gap for every photo that shows what an earlier one shows: the two are one witness."""
    photos = [(one, dict(one.detail)) for one in coverage if one.what == WHAT]
    told: set[str] = set()
    for (one, first), (other, second) in combinations(photos, 2):
        hashes = first.get("shows", ""), second.get("shows", "")
        if other.item in told or not all(hashes) or images.apart(*hashes) > images.SAME:
            continue
        told.add(other.item)
        times = first.get("taken", ""), second.get("taken", "")
        odd = f"; their times differ: {times[0]} and {times[1]}" if len({*times} - {""}) > 1 else ""
        why = f"it is the picture that {one.path} is, saved again{odd}"
        cited = Citation(other.item, other.path, Locator("item", ""))
        mark = hashlib.sha256(f"{one.item}\0{other.item}".encode()).hexdigest()[:10]
        yield Gap(f"g-{mark}", other.path, why, "count the two as one", cited, ("installed",))


def _is_heif(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in _HEIF


def _lines(picture: Look) -> list[Line]:
    """Codes and printed text, from the top."""
    lines = [
        Line(payloads.carried(code.text, gs1=code.gs1), code.box, code.symbology)
        for code in picture.codes
    ]
    lines += [Line(_print(one), one.box, "text", one.score) for one in picture.printed]
    return sorted(lines, key=lambda line: (line.box[1], line.box[0], line.said.text))


def _print(one: Printed) -> Said:
    bound = table("labels")["bounds"]["text"]
    found = said(one.text[:bound])
    if not found.marks and not found.open:
        return Said(tuple(payloads.bare(one.text[:bound], code=False)), found.text)
    return agreed(found, said(one.again[:bound]))


def _shows_equipment(label: Label) -> bool:
    kinds = set(table("labels")["telling"]["equipment"])
    return any(mark.kind in kinds for mark, _ in label.marks())


def _observations(
    item: EvidenceItem, picture: Look, subject: Subject, label: Label
) -> Iterator[Observation]:
    """The marks of one label, its other text, when and where; a module inside is its own piece."""
    at = picture.taken.at
    inside = Subject("label", f"{subject.value} inside")

    def seen(prop: str, value: str, line: Line | None, of: Subject = subject) -> Observation:
        box, text = (line.box, line.said.text) if line else (label.box, "")
        return Observation(of, prop, value, _cited(item, box, text), at, at, detail=_how(line))

    for mark, line in label.marks():
        if _misread(mark, line, label):
            continue
        prop, value = _stated(mark)
        yield seen(prop, value, line)
        if _holds_module(mark):
            yield seen("fcc-id", value, line, inside)
            yield replace(seen("inside", value, line, inside), object=subject)
    for line in label.lines:
        if not line.said.marks and not line.said.open and line.said.text:
            yield seen("label.text", _plain(line.said.text)[:LONGEST], line)
    made = picture.taken
    clock = tuple((k, v) for k, v in (("clock", made.clock), ("camera", made.camera)) if v)
    holds = any(_holds_module(mark) for mark, _ in label.marks())
    for of in (subject, inside) if holds else (subject,):
        if made.text:
            whole = _cited(item, label.box, "")
            yield Observation(of, "photographed", made.text, whole, at, at, detail=clock)
        if made.where:
            yield seen("location", made.where, None, of)
        if item.collected_where:
            yield seen("place", item.collected_where, None, of)


def _holds_module(mark: Mark) -> bool:
    return mark.kind == "contains" and not mark.proposed


def _stated(mark: Mark) -> tuple[str, str]:
    """Property and value: a repaired value is ``proposed``, with its kind before it."""
    kind = "fcc-id" if mark.kind == "contains" else mark.kind
    if mark.proposed:
        return "proposed", f"{kind} {PARSERS[kind](mark.value).value}"
    parse = PARSERS.get(kind)
    prop = "mac-address" if mark.kind == "mac" else mark.kind
    return prop, parse(mark.value).value if parse else mark.value


def _misread(mark: Mark, line: Line, label: Label) -> bool:
    """Whether a printed number without a check digit nearly is one that a code holds exactly."""
    if line.is_code or mark.kind not in ("serial", "order-number", "mac"):
        return False
    parse = PARSERS.get(mark.kind, PARSERS["serial"])
    return any(
        parse(mark.value).value != parse(value).value
        and fuzz.ratio(letters(mark.value), letters(value)) >= _MISREAD
        for other in label.lines
        if other.is_code
        for value in (one.value for one in other.said.marks if one.kind == mark.kind)
    )


def _how(line: Line | None) -> tuple[tuple[str, str], ...]:
    if line is None:
        return ()
    if line.is_code:
        return (("read", line.how),)
    return (("read", "print"), ("score", str(line.score)))


def _cited(item: EvidenceItem, box: ocr.Box, text: str) -> Citation:
    left, top, width, height = box
    place = f"{max(left, 0)},{max(top, 0)} {width}x{height}"
    return Citation(item.id, item.path, Locator("region", place), _plain(text)[:160])


def _plain(text: str) -> str:
    """Without the separators that codes hold."""
    return "".join(char if char.isprintable() else " " for char in text)


def _coverage(item: EvidenceItem, picture: Look, labels: Sequence[Label]) -> Coverage:
    taken = picture.taken
    detail = (
        ("taken", taken.text),
        ("clock", taken.clock),
        ("location", taken.where),
        ("camera", taken.camera),
        ("software", taken.software),
        ("labels", str(len(labels))),
        ("shows", picture.shows),
    )
    where = item.collected_where or taken.where
    known = tuple((name, value) for name, value in detail if value)
    return Coverage(item.id, item.path, WHAT, where, taken.at, taken.at, 1, 0, known)


def _gaps(item: EvidenceItem, picture: Look, labels: Sequence[Label], over: int) -> Iterator[Gap]:
    if picture.fault:
        mend = "hand in the original from the camera"
        yield _gap(item, f"{item.path}: part of the picture", picture.fault, mend, unread=True)
    if picture.frames > 1:
        why = f"only the first of its {picture.frames} pictures is looked at"
        mend = "save each as a file"
        yield _gap(item, f"{item.path}: its other pictures", why, mend, unread=True)
    if not ocr.available():
        yield _print_unread(item, labels)
    if over > 0 or len(labels) > table("labels")["bounds"]["devices"]:
        why = "more text and labels than are kept of one picture"
        mend = "photograph the labels one by one"
        yield _gap(item, f"{item.path}: some of its labels", why, mend, unread=True)
    for label in labels:
        serials = {mark.value for mark, _ in label.marks() if mark.kind == "serial" and mark.sure}
        if len(serials) > 1:
            what = f"{item.path}: which of {len(serials)} serial numbers belongs to which piece"
            why = f"they stand close together: {', '.join(sorted(serials))}"
            yield _gap(item, what, why, "photograph each label alone", unread=False)
    if picture.taken.clock.startswith("camera"):
        what = "how far the clocks of the cameras were off"
        why = "times of photos are those of the camera's own clock"
        yield Gap("g-camera-clock", what, why, CLOCK, weakens=("installed",))


def _print_unread(item: EvidenceItem, labels: Sequence[Label]) -> Gap:
    """Without the OCR extra: told once of all photos whose labels codes told, else of each."""
    why = "printed text needs the OCR extra; codes were read"
    if not labels:
        return _gap(item, f"{item.path}: label text not read", why, ocr.MEND, unread=True)
    what = "printed text on labels, beside their codes"
    return Gap("g-label-print", what, why, ocr.MEND, weakens=("identity", "installed"))


def _gap(item: EvidenceItem, what: str, why: str, mend: str, *, unread: bool) -> Gap:
    mark = hashlib.sha256(f"{item.id}\0{what}\0{why}".encode()).hexdigest()[:10]
    cited = Citation(item.id, item.path, Locator("item", ""))
    return Gap(f"g-{mark}", what, why, mend, cited, ("identity", "installed"), unread)
