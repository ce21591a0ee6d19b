"""Memory for the kernels' rows: page-aligned, zeroed as it is first touched."""

from __future__ import annotations

import mmap
from contextlib import suppress

_LARGE = 1 << 21
"""Bytes of a large page."""


def room(size: int, *, large: bool = False) -> mmap.mmap:
    """At least ``size`` zeroed bytes outside the interpreter's heap.

    ``large`` asks for large pages: right for tables that are reached into at random; for what is
    written once from end to end the kernel's search for such pages costs more than it saves.
    """
    if not hasattr(mmap, "MAP_PRIVATE"):
        return mmap.mmap(-1, size)
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    if not large:
        return mmap.mmap(-1, size, flags=flags)
    made = mmap.mmap(-1, max(size, _LARGE), flags=flags)
    _advise(made)
    return made


def grown(old: mmap.mmap, size: int) -> mmap.mmap | None:
    """The same table with more room behind its rows, without copying; None where that cannot be."""
    try:
        old.resize(max(size, len(old)))
    except (BufferError, OSError, SystemError, ValueError):
        return None
    _advise(old)
    return old


def _advise(table: mmap.mmap) -> None:
    """Ask for large pages. What was grown is a mapping of its own and must be asked for again."""
    with suppress(AttributeError, OSError):  # a system that has none: the rows work as they are
        table.madvise(mmap.MADV_HUGEPAGE)
