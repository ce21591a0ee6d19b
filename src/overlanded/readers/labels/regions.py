"""Regions: which runs of text and codes of a picture belong to one label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import hypot

from msgspec import Struct
from msgspec.structs import replace

from overlanded.data import table
from overlanded.readers.labels.marks import Mark, Said, doubted, valued
from overlanded.readers.ocr import Box


class Line(Struct, frozen=True):
    """One run of text, or one code, with what it says."""

    said: Said
    box: Box
    how: str
    """``text`` or the kind of code (``QR Code``, ``Code 128`` …)."""
    score: float = 1.0

    @property
    def is_code(self) -> bool:
        """Whether it is a code, which carries its own error check, and not printed text."""
        return self.how != "text"

    @property
    def tall(self) -> float:
        """About the height of its letters, pixels, however the line is turned."""
        _, _, width, height = self.box
        if self.is_code:
            return min(width, height) / 8
        return min(width, height, hypot(width, height) / (0.6 * max(len(self.said.text), 2)))


class Label(Struct, frozen=True):
    """One label: its lines from the top, and the box around them."""

    lines: tuple[Line, ...]
    box: Box

    def marks(self) -> Iterable[tuple[Mark, Line]]:
        """Everything it says, each with the line that says it."""
        return ((mark, line) for line in self.lines for mark in line.said.marks)


def labels(lines: Sequence[Line]) -> list[Label]:
    """The labels of one picture, from the upper left; every line is in exactly one.

    Lines belong together when the gap between them is less than ``reach`` heights of a letter;
    regions that state the same number are one label.
    """
    reach = table("labels")["bounds"]["reach"]
    parent = list(range(len(lines)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    numbers: dict[tuple[str, str], int] = {}
    for at, line in enumerate(lines):
        for other in range(at):
            near = reach * max(line.tall, lines[other].tall)
            if gap(line.box, lines[other].box) <= near:
                parent[root(at)] = root(other)
        for mark in line.said.marks:
            if mark.kind in table("labels")["telling"]["kinds"]:
                first = numbers.setdefault((mark.kind, mark.value), at)
                parent[root(at)] = root(first)
    groups: dict[int, list[Line]] = {}
    for at, line in enumerate(lines):
        groups.setdefault(root(at), []).append(line)
    made = (_label(_filled(group)) for group in groups.values())
    return sorted(made, key=lambda label: (label.box[1], label.box[0]))


def gap(one: Box, other: Box) -> float:
    """Pixels between two boxes; 0 when they touch or overlap."""
    across = max(one[0], other[0]) - min(one[0] + one[2], other[0] + other[2])
    down = max(one[1], other[1]) - min(one[1] + one[3], other[1] + other[3])
    return hypot(max(across, 0), max(down, 0))


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all of them."""
    corners = [(left, top, left + width, top + height) for left, top, width, height in boxes]
    left, top = min(one[0] for one in corners), min(one[1] for one in corners)
    right, bottom = max(one[2] for one in corners), max(one[3] for one in corners)
    return left, top, right - left, bottom - top


def _label(lines: list[Line]) -> Label:
    ordered = sorted(lines, key=lambda line: (line.box[1], line.box[0]))
    return Label(tuple(ordered), around(line.box for line in ordered))


def _filled(group: list[Line]) -> list[Line]:
    """Give each word that stands alone the nearest text that can be its value."""
    lines = list(group)
    pairs = sorted(
        (gap(word.box, value.box), at, to)
        for at, word in enumerate(group)
        if word.said.open
        for to, value in enumerate(group)
        if to != at and not value.said.open and not value.is_code
    )
    used: set[int] = set()
    for distance, at, to in pairs:
        word, value = group[at], group[to]
        free = at not in used and to not in used and not value.said.marks
        if not free or distance > ALONE * max(word.tall, value.tall):
            continue
        mark = valued(word.said.open, value.said.text)
        if mark and (mark.sure or mark.proposed):
            lines[to] = replace(value, said=replace(value.said, marks=(doubted(mark),)))
            used |= {at, to}
    return lines


ALONE = 6
"""Heights of a letter between a word and its value in a column of its own."""
