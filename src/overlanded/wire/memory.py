"""Memory for the kernels' rows: page-aligned, zeroed as it is first touched."""

from __future__ import annotations

import mmap

_LARGE = 1 << 21
"""Below this a large page is no gain."""


def room(size: int, *, large: bool = False) -> mmap.mmap:
    """``size`` zeroed bytes outside the interpreter's heap.

    ``large`` asks for large pages: right for tables that are reached into at random; for what is
    written once from end to end the kernel's search for such pages costs more than it saves.
    """
    if not hasattr(mmap, "MAP_PRIVATE"):
        return mmap.mmap(-1, size)
    made = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if large and size >= _LARGE and hasattr(mmap, "MADV_HUGEPAGE"):
        try:
            made.madvise(mmap.MADV_HUGEPAGE)
        except OSError:  # a kernel built without large pages: the rows work as they are
            return made
    return made


def grown(old: mmap.mmap, size: int) -> mmap.mmap | None:
    """The same rows with more room behind them, without copying; None where that cannot be."""
    try:
        old.resize(size)
    except (BufferError, OSError, SystemError, ValueError):
        return None
    return old
