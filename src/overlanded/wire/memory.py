"""Memory for the kernels' rows: page-aligned and zeroed, by the page as it is first touched."""

from __future__ import annotations

import mmap
from contextlib import suppress

_LARGE = 1 << 21
"""Bytes of a large page."""
_HELD = 2
"""Rooms kept for use again: while one is written out, the other is filled."""


def room(size: int, *, large: bool = False, whole: bool = False) -> mmap.mmap:
    """At least ``size`` zeroed bytes outside the interpreter's heap.

    ``large`` asks for large pages: right for tables that are reached into at random; for what is
    written once from end to end the kernel's search for such pages costs more than it saves. There
    it is ``whole``: all pages are made at once, not one by one as each is first touched.
    """
    if not hasattr(mmap, "MAP_PRIVATE"):
        return mmap.mmap(-1, size)
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    if whole:
        flags |= getattr(mmap, "MAP_POPULATE", 0)
    if not large:
        return mmap.mmap(-1, size, flags=flags)
    made = mmap.mmap(-1, max(size, _LARGE), flags=flags)
    _advise(made)
    return made


def grown(old: mmap.mmap, size: int) -> mmap.mmap | None:
    """The same table with more room behind its rows, without copying; None where that cannot be."""
    if not _resized(old, size):
        return None
    _advise(old)
    return old


class Rooms:
    """Rooms that are used again as soon as nobody looks at what they held.

    Memory that was touched before is worth having: the kernel need not clear it again.
    """

    def __init__(self) -> None:
        self._made: list[mmap.mmap] = []

    def room(self, size: int) -> mmap.mmap:
        """At least ``size`` bytes, of any content."""
        for made in self._made:
            if _resized(made, size):
                return made
        fresh = room(size, whole=True)
        if len(self._made) < _HELD:
            self._made.append(fresh)
        return fresh


def _resized(store: mmap.mmap, size: int) -> bool:
    """Whether the store could be brought to this size; never while somebody looks at it."""
    try:
        store.resize(max(size, len(store)))
    except (BufferError, OSError, SystemError, ValueError):
        return False
    return True


def _advise(table: mmap.mmap) -> None:
    """Ask for large pages. What was grown is a mapping of its own and must be asked for again."""
    with suppress(AttributeError, OSError):  # a system that has none: the rows work as they are
        table.madvise(mmap.MADV_HUGEPAGE)
