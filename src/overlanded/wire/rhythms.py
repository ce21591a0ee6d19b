"""The rhythms of conversations: what the walk counted of how long things took, as arrays."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zlib import compress, decompress

from msgspec import Struct

from overlanded.wire.kernels import layout as at
from overlanded.wire.kernels.layout import Store

Address = tuple[int, int]
"""Upper and lower half."""

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Rhythms(Struct, frozen=True, dict=True):
    """Rows of the walk's rhythms of one capture; ``file`` is its index in the case.

    Sides are a (the lower address and port) and b; who is client, the flows say.
    """

    data: bytes
    file: int

    def __len__(self) -> int:
        """How many conversations."""
        return len(self.data) // (at.RHYTHM_WORDS * 8)

    @cached_property
    def words(self) -> NDArray[Any]:
        """(rows, ``RHYTHM_WORDS``) u8: ``layout.RH_*``."""
        import numpy as np

        return np.frombuffer(self.data, "<u8").reshape(-1, at.RHYTHM_WORDS)

    @property
    def beats(self) -> NDArray[Any]:
        """(rows, 2, ``BEAT_BUCKETS``) u2: between the beginnings of a side's messages."""
        return self._counts(at.RH_BEATS, at.BEAT_BUCKETS)

    def prompts(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Answered probes: (found,) rows, (found,) sides, (found, 3) u8 number, least, most µs."""
        import numpy as np

        held = self.words[:, at.RH_PROMPT : at.RH_PROMPT + 2]
        rows, sides = np.nonzero(held >> 48)
        word = held[rows, sides]
        return rows, sides, np.stack([word >> 48, word & 0xFFFFFF, word >> 24 & 0xFFFFFF], axis=1)

    @property
    def lasted_ns(self) -> NDArray[Any]:
        """(rows,) i8: from each conversation's first packet to its last message's beginning."""
        import numpy as np

        first = self.words[:, at.RH_FIRST]
        last = self.words[:, at.RH_BEAT : at.RH_BEAT + 2].max(axis=1)
        return np.asarray(np.maximum(last, first) - first, np.int64)

    def seen(self, row: int) -> tuple[int, int, int]:
        """(first frame, first ns, ns at the last message's beginning) of a conversation."""
        words = self.words[row].tolist()
        first = words[at.RH_FIRST]
        return words[at.RH_FRAME], first, max(first, *words[at.RH_BEAT : at.RH_BEAT + 2])

    def client(self, row: int, side: int) -> tuple[int, Address, Address, int]:
        """(VLAN, address of this side, address and port of the other one) of a conversation."""
        words = self.words[row].tolist()
        ends = ((words[at.RH_A_HI], words[at.RH_A_LO]), (words[at.RH_B_HI], words[at.RH_B_LO]))
        ports, other = words[at.RH_PORTS], 1 - side
        port = ports >> (32 if other else 48) & 0xFFFF
        return ports >> 12 & 0xFFF, ends[side], ends[other], port

    def some(self, rows: NDArray[Any]) -> Rhythms:
        """Only these rows."""
        return Rhythms(self.words[rows].tobytes(), self.file)

    def _counts(self, word: int, buckets: int) -> NDArray[Any]:
        import numpy as np

        counts = np.frombuffer(self.data, "<u2").reshape(-1, at.RHYTHM_WORDS * 4)
        return counts[:, word * 4 : word * 4 + 2 * buckets].reshape(-1, 2, buckets)


class Packed:
    """Rhythms of many captures, one after another; most of a row is zero, and packs well.

    The last one stays as it is: a single capture is not packed at all.
    """

    def __init__(self) -> None:
        self._packed: list[tuple[bytes, int]] = []
        self._last: Rhythms | None = None

    def append(self, one: Rhythms) -> None:
        """Take in those of the next capture."""
        if self._last is not None:
            self._packed.append((compress(self._last.data, LEVEL), self._last.file))
        self._last = one

    def __iter__(self) -> Iterator[Rhythms]:
        """In order, unpacked one at a time."""
        for data, file in self._packed:
            yield Rhythms(decompress(data), file)
        if self._last is not None:
            yield self._last


LEVEL = 1
"""The quickest: a sixteenth of the size in 4 ms a megabyte."""


def rhythms(store: Store | None, count: int, file: int) -> Rhythms:
    """The first ``count`` rows of the walk's store."""
    held = memoryview(store)[: count * at.RHYTHM_WORDS * 8] if store is not None else b""
    return Rhythms(bytes(held), file)


def edges() -> NDArray[Any]:
    """(``BEAT_BUCKETS`` + 1,) f8: where each bucket begins, in seconds; the last one's end."""
    import numpy as np

    steps = np.arange(at.BEAT_BUCKETS + 1, dtype=float)
    octave, quarter = np.divmod(steps + 3, 4)
    begins = np.ldexp(1 + quarter / 4, (at.BEAT_LOW - 1 + octave).astype(int)) * 1e-9
    begins[0] = 0.0
    return np.asarray(begins)
