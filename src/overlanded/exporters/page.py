"""The parts that printed texts are put together from: rows with their proofs, headings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from shutil import get_terminal_size
from typing import Any

from msgspec import Struct

from overlanded.exporters import counts
from overlanded.exporters.layout import beside, paint, span, wrap
from overlanded.exporters.text import chance, once, place, places, safe, short_names
from overlanded.exporters.tree import Tree
from overlanded.model.certainty import words

LABEL = 14
"""Columns that the labels take, indent included."""
STYLES = {
    "DECLINED": "red",
    "UNDOCUMENTED": "red",
    "MISDESCRIBED": "yellow",
    "MISSING": "yellow",
    "UNKNOWN": "cyan",
}


class Page(Struct, frozen=True):
    """How to print: columns of the terminal, whether it shows colour, short names of files."""

    width: int
    colour: bool
    names: Mapping[str, str]

    @classmethod
    def of(cls, case: Tree, width: int | None, *, colour: bool) -> Page:
        """A page as wide as the terminal, unless a width is given; 60 to 120 columns."""
        columns = width or get_terminal_size((100, 24)).columns
        names = short_names([item["path"] for item in case["evidence"]])
        return cls(max(60, min(columns, 120)), colour, names)

    def row(self, label: str, text: str, cited: Iterable[Any] = ()) -> Iterator[str]:
        """A labelled text with its places of proof at the right."""
        proof = places(cited, self.names)
        for left, right in beside(text, proof, self.width - LABEL):
            yield f"   {label:<{LABEL - 3}}{left}{self.dim(right)}".rstrip()
            label = ""

    def dim(self, text: str) -> str:
        """Text that matters less."""
        return paint(text.replace("\u00a0", " "), "dim" if text else "", colour=self.colour)

    def block(self, text: str, indent: int = 1) -> Iterator[str]:
        """A paragraph."""
        for line in wrap(text, self.width - indent):
            yield " " * indent + line

    def proofs(self, citations: Iterable[Any], mark: str = "") -> Iterator[str]:
        """Every citation on a line of its own, with what stands there."""
        for citation in once(citations):
            excerpt = safe(citation["excerpt"], 300)
            quoted = f"  “{excerpt}”" if excerpt else ""
            text = f"{mark}{place(citation, self.names)}{quoted}"
            for line in wrap(text, self.width - LABEL - 2):
                yield " " * (LABEL + 2) + self.dim(line)


def heading(device: Tree, page: Page) -> Iterator[str]:
    """The standing, what it is, and how sure that is."""
    standing = device["standing"]
    sure = _sure(device)
    head = f" {standing:<12} "
    room = page.width - len(head) - len(sure) - 2
    first, *rest = wrap(counts.title(device), room)
    gap = " " * (room - span(first) + 2)
    yield paint(head, STYLES.get(standing, ""), colour=page.colour) + first + gap + sure
    for line in rest:
        yield " " * len(head) + line


def _sure(device: Tree) -> str:
    if device["standing"] != "UNKNOWN":
        return f"{words(device['probability'])} ({chance(device['probability'])})"
    # Without a comparison there is no standing to be sure of: what it is remains.
    identity = device["identity"]
    if not identity or device["class"] == "unknown":
        return ""
    return f"{words(identity['probability'])} ({chance(identity['probability'])})"
