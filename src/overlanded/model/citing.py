"""Where a statement can be checked: places in sealed items, and searches that found nothing."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Role(StrEnum):
    """What a citation does for the statement it stands under."""

    PRIMARY = "primary"
    SUPPORTING = "supporting"
    CONTRARY = "contrary"


class Locator(Struct, frozen=True, order=True):
    """A place inside one item: ``kind`` says how to read ``place``.

    =========  ====================================  =======================
    kind       place                                 example
    =========  ====================================  =======================
    frame      frame number in the file, from 1      ``1042``
    byte       offset in the file, from 0            ``65536``
    row        sheet › row, as the program shows it  ``Options › 31``
    line       line of a text file, from 1; of one   ``41``
               inside an archive: its name › line    ``etc/config/network › 41``
    region     left,top widthxheight in pixels of    ``120,340 560x210``
               a picture that is held upright
    paragraph  paragraph of a document, from 1       ``paragraph 12``
    box        page › line › edges in points         ``page 3 › line 2 › 56,120,540,134``
    pointer    JSON pointer, or path of elements     ``/components/3``
    item       the whole file                        (empty)
    =========  ====================================  =======================
    """

    kind: str
    place: str


class Citation(Struct, frozen=True, order=True, cache_hash=True):
    """One place of proof. ``item`` is the ``EvidenceItem.id``, ``path`` is for people."""

    item: str
    path: str
    locator: Locator
    excerpt: str = ""
    role: Role = Role.PRIMARY

    def __str__(self) -> str:
        """The short form that people read: ``contract.xlsx › Options › 31``, ``conn.log:41``."""
        if self.locator.kind == "line":
            return f"{self.path}:{self.locator.place}"
        mark = "#" if self.locator.kind == "frame" else ""
        place = f"{mark}{self.locator.place}" if self.locator.place else ""
        return " › ".join(part for part in (self.path, place) if part)


class Search(Struct, frozen=True):
    """The documents and keys tried when no record was found: what *not found* cites."""

    id: str
    device: str
    documents: tuple[str, ...]
    keys: tuple[str, ...]
    lines_compared: int
    best: str = ""
    """The nearest line that was rejected, with its weight; empty when none came near."""
