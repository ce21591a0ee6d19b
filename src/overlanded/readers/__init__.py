"""The whole list of readers, in the order in which they sniff."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from overlanded.model.evidence import Side


@dataclass(frozen=True, slots=True)
class Card:
    """One reader: where it is, which side it speaks for, what it gives and cannot tell.

    ``module`` has ``sniff(head, name) -> bool`` and ``read``. A streaming reader's ``read`` takes
    an open stream; any other takes the item and its whole content.
    """

    name: str
    module: str
    side: Side
    streaming: bool
    gives: str
    cannot_tell: str

    def load(self) -> ModuleType:
        """The reader's module, imported when it is first needed."""
        return import_module(f"overlanded.readers.{self.module}")


READERS = (
    # Captures have magic numbers of their own, so they come first.
    Card(
        "capture",
        "evidence.capture",
        Side.EVIDENCE,
        True,
        "devices, their addresses, names, services and conversations on the captured network",
        "what does not cross the capture point: the air, serial and drive links, sleeping units",
    ),
    # A workbook is a zip archive with known members.
    Card(
        "xlsx",
        "paperwork.xlsx",
        Side.PAPERWORK,
        False,
        "the lines of contract lists, option lists and change orders, with their status",
        "what was fitted",
    ),
    # Delimited text has no magic number and comes last.
    Card(
        "csv",
        "paperwork.csv",
        Side.PAPERWORK,
        False,
        "the lines of lists kept as delimited text",
        "what was fitted",
    ),
)
"""Every reader there is, most specific first."""

HEAD = 4096
"""Bytes a reader may sniff at."""


def sniff(head: bytes, name: str) -> Card | None:
    """The first reader that takes a file by its first bytes; the name is only for messages."""
    return next((card for card in READERS if card.load().sniff(head, name)), None)
