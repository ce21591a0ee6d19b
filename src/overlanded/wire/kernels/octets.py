"""Numbers out of bytes and stores, for the interpreted kernels.

``setup.py`` writes the same for the compiled ones, where each is one load or two.
"""

from __future__ import annotations

from overlanded.wire.kernels.layout import M64, MIX, Store


def octets(store: Store) -> memoryview:
    """The bytes of a store."""
    return memoryview(store)


def words(store: Store) -> memoryview:
    """The 64-bit words of a store."""
    return memoryview(store).cast("Q")


def quads(store: Store) -> memoryview:
    """The 32-bit words of a store."""
    return memoryview(store).cast("I")


def pairs(store: Store) -> memoryview:
    """The 16-bit words of a store."""
    return memoryview(store).cast("H")


def be16(b: memoryview, at: int) -> int:
    """The 16 bits at ``at``, highest byte first."""
    return b[at] << 8 | b[at + 1]


def be32(b: memoryview, at: int) -> int:
    """The 32 bits at ``at``, highest byte first."""
    return be16(b, at) << 16 | be16(b, at + 2)


def le32(b: memoryview, at: int) -> int:
    """The 32 bits at ``at``, lowest byte first."""
    return b[at + 3] << 24 | b[at + 2] << 16 | b[at + 1] << 8 | b[at]


def be48(b: memoryview, at: int) -> int:
    """The 48 bits at ``at``, highest byte first."""
    return be32(b, at) << 16 | be16(b, at + 4)


def be64(b: memoryview, at: int) -> int:
    """The 64 bits at ``at``, highest byte first."""
    return be32(b, at) << 32 | be32(b, at + 4)


def mixed(h: int, word: int) -> int:
    """One round of a multiply-and-fold hash."""
    h = ((h ^ word) * MIX) & M64
    return h ^ (h >> 32)


def bits_of(value: int) -> int:
    """Bits up to the highest that is set; 0 of nothing."""
    return value.bit_length()


def prefetch(_rows: memoryview, _at: int) -> None:
    """Nothing: only a processor's cache knows what to do with it."""
