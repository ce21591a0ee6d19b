"""What nobody looked at: the blind spots of the kinds of evidence that were handed in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from overlanded import data
from overlanded.model.observing import Gap


def gaps(kinds: Iterable[str]) -> Iterator[Gap]:
    """A gap for every blind spot that none of the ``kinds`` of evidence covers.

    Kinds are those of ``Coverage.what``, and ``record`` where paperwork gave lines.
    """
    present = set(kinds)
    for spot in data.table("blind-spots")["spots"]:
        if not present & set(spot["covered_by"]):
            mark = hashlib.sha256(spot["what"].encode()).hexdigest()[:10]
            yield Gap(
                f"g-{mark}", spot["what"], spot["why"], spot["mend"], None, tuple(spot["weakens"])
            )
