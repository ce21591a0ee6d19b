"""Rows with equal keys brought together: how flows become pairs, and a log's rows sightings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Columns: TypeAlias = "dict[str, NDArray[Any]]"
Bring: TypeAlias = "Callable[[NDArray[Any], NDArray[np.intp]], NDArray[Any]]"
"""(a column, where each group of rows begins) → one value a group, as ``np.add.reduceat``."""

HEADS = ("first_ns", "first_frame")
"""Of rows with equal keys the earliest counts: by time, then by place."""


def folded(
    parts: Sequence[Columns],
    keys: Sequence[str],
    how: Mapping[str, Bring],
    heads: Sequence[str] = HEADS,
) -> Columns:
    """The parts' rows as one, equal keys made one row with the heads of the earliest.

    ``how`` names the columns that are brought together, and by which function; ``heads`` tell by
    which columns a row is earlier than another. The result does not depend on how the rows are cut
    into parts. Its order is of no meaning.
    """
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order, begin = _groups([rows[name] for name in keys])
    out: Columns = {name: rows[name][order[begin]] for name in keys}
    for name, bring in how.items():
        out[name] = bring(rows.pop(name)[order], begin)
    return out | _earliest({name: rows[name][order] for name in heads}, begin)


def _earliest(heads: Columns, begin: NDArray[np.intp]) -> Columns:
    """The heads of the earliest row of each group."""
    out: Columns = {}
    late: NDArray[np.bool_] | None = None
    for name, column in heads.items():
        if late is not None:
            column = np.where(late, np.iinfo(column.dtype).max, column)
        out[name] = np.minimum.reduceat(column, begin)
        behind = column != np.repeat(out[name], np.diff(np.append(begin, len(column))))
        late = behind if late is None else late | behind
    return out


def _groups(keys: Sequence[NDArray[Any]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(order, starts): rows with equal keys side by side.

    Sorting goes by one 64-bit mix of the keys; where two keys share a mix, by the keys themselves.
    """
    mixed = mix(keys)
    order = np.argsort(mixed)
    begin = _starts([mixed[order]])
    if len(_starts([key[order] for key in keys])) != len(begin):
        order = np.lexsort(tuple(keys))
        begin = _starts([key[order] for key in keys])
    return order, begin


def _starts(sorted_keys: Sequence[NDArray[Any]]) -> NDArray[np.intp]:
    """Where a row differs from the one before it."""
    new = np.zeros(len(sorted_keys[0]), bool)
    new[:1] = True
    for key in sorted_keys:
        new[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(new)


def mix(keys: Sequence[NDArray[Any]]) -> NDArray[np.uint64]:
    """A 64-bit mix of the keys of each row (multiply and xor-shift, as in SplitMix64)."""
    mixed = np.zeros(len(keys[0]), np.uint64)
    with np.errstate(over="ignore"):
        for key in keys:
            mixed = (mixed ^ key.astype(np.uint64)) * np.uint64(0xBF58476D1CE4E5B9)
            mixed ^= mixed >> np.uint64(31)
    return mixed


def places(known: NDArray[Any], asked: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """(where in ``known`` each asked value is, whether it is there at all).

    A place means nothing where the value is not there. ``np.isin`` is slower to begin with.
    """
    if not len(known):
        return np.zeros(len(asked), np.intp), np.zeros(len(asked), bool)
    order = np.argsort(known)
    place = order[np.minimum(np.searchsorted(known, asked, sorter=order), len(known) - 1)]
    return place, known[place] == asked
