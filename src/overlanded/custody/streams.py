"""Reading a file that was handed in: read-only, hashed on the way, watched for change."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from overlanded.errors import InputError, IntegrityError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor


class Stream:
    """A handed-in file, read once from its start.

    With ``digest`` the SHA-256 (FIPS 180-4) of exactly the bytes handed on is kept, and the file
    must be the same one, unchanged, when it is closed. With ``aside`` a second core hashes.
    """

    def __init__(self, path: Path, *, digest: bool = True, aside: bool = False) -> None:
        """Open ``path`` read-only; raises ``InputError`` when it cannot be opened."""
        self.path = path
        try:
            self._fd = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        except OSError as error:
            raise InputError(
                f"{path}: cannot be opened ({error.strerror}); check its permissions"
            ) from error
        self._before = os.fstat(self._fd)
        if not stat.S_ISREG(self._before.st_mode):
            os.close(self._fd)
            raise InputError(f"{path}: not a regular file; hand in a copy of its content")
        self._hash = hashlib.sha256() if digest else None
        self._helper = threads(1) if digest and aside else None
        self._pending: Future[None] | None = None

    @property
    def size(self) -> int:
        """Bytes in the file when it was opened."""
        return self._before.st_size

    def readinto(self, buffer: memoryview | bytearray) -> int:
        """Fill ``buffer`` from the file; the number of bytes, 0 at the end."""
        view = memoryview(buffer)
        try:
            count = os.readv(self._fd, [view])
        except OSError as error:
            raise InputError(
                f"{self.path}: cannot be read ({error.strerror}); copy it from the source again"
            ) from error
        if self._hash is not None and count:
            self._take(self._hash, view[:count])
        return count

    def _take(self, digest: hashlib._Hash, view: memoryview) -> None:
        """Hash a piece, at once or in the helper while the caller works on it."""
        if self._helper is None:
            digest.update(view)
            return
        self._settle()
        self._pending = self._helper.submit(digest.update, bytes(view))

    def _settle(self) -> None:
        if self._pending is not None:
            self._pending.result()

    def read(self, limit: int) -> bytes:
        """At most ``limit`` bytes from here on."""
        buffer = bytearray(limit)
        filled = 0
        while filled < limit and (count := self.readinto(memoryview(buffer)[filled:])):
            filled += count
        return bytes(buffer[:filled])

    def seek(self, offset: int) -> None:
        """Go on at this byte; only without a digest, which is of the bytes from the start."""
        if self._hash is not None:
            raise ValueError("a stream with a digest is read from its start")
        os.lseek(self._fd, offset, os.SEEK_SET)

    def drain(self) -> None:
        """Read and hash what is left."""
        buffer = bytearray(1 << 20)
        while self.readinto(buffer):
            pass

    def hexdigest(self) -> str:
        """SHA-256 of the bytes read so far, in hex."""
        if self._hash is None:
            raise ValueError("the stream was opened without a digest")
        self._settle()
        return self._hash.hexdigest()

    def close(self) -> None:
        """Close; raises ``IntegrityError`` when the file changed while it was read."""
        if self._fd < 0:
            return
        after = os.fstat(self._fd)
        self._let_go()
        if _identity(after) != _identity(self._before):
            raise IntegrityError(
                f"{self.path}: changed while it was read; work on a copy nobody writes to"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        elif self._fd >= 0:
            self._let_go()

    def _let_go(self) -> None:
        os.close(self._fd)
        self._fd = -1
        if self._helper is not None:
            self._helper.shutdown()


def _identity(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns


def threads(number: int) -> ThreadPoolExecutor:
    """A pool of so many threads; what it takes to make one is loaded when it is needed."""
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(number)
