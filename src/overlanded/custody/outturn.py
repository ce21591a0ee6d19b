"""Writing results: only under the outturn, beside first, flushed, then renamed into place."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable
from mmap import ACCESS_READ, mmap
from pathlib import Path

from overlanded.errors import UsageError

PARTS = ".parts"
"""Folder inside the outturn where unfinished files lie; emptied when the next run begins."""


def write(path: Path, chunks: Iterable[bytes | memoryview]) -> None:
    """Write ``chunks`` to ``path`` so that a reader sees the old file or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as out:
            for chunk in chunks:
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def mapped(path: Path) -> mmap:
    """The bytes of a result that was written, read only where they are looked at."""
    with path.open("rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ)


def write_new(path: Path, chunks: Iterable[bytes | memoryview], *, force: bool) -> None:
    """As ``write``, but refuses to replace a file unless ``force``."""
    if path.exists() and not force:
        raise UsageError(f"{path}: exists already; name another file or give --force")
    write(path, chunks)


class Outturn:
    """The only folder of a case that is written to, held by one process at a time."""

    def __init__(self, folder: Path) -> None:
        """Make the folder, take its lock, and clear what an interrupted run left."""
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise UsageError(
                f"{folder}: cannot be written ({error.strerror}); name another place with --outturn"
            ) from error
        _lock(self._lock, folder)
        self._clear()

    def path(self, name: str) -> Path:
        """The place of the result ``name``."""
        return self.folder / name

    def write(self, name: str, chunks: Iterable[bytes]) -> Path:
        """Write one result whole; its path."""
        write(self.path(name), chunks)
        return self.path(name)

    def fresh_folder(self, name: str) -> Path:
        """An empty folder to fill before ``settle_folder`` puts it in the place of ``name``."""
        part = self.folder / PARTS / name
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        return part

    def settle_folder(self, name: str) -> None:
        """Put the filled folder in the place of the old one."""
        target = self.path(name)
        old = self.folder / PARTS / f"{name}.old"
        if target.exists():
            target.replace(old)
        (self.folder / PARTS / name).replace(target)
        shutil.rmtree(old, ignore_errors=True)

    def close(self) -> None:
        """Give the lock back."""
        shutil.rmtree(self.folder / PARTS, ignore_errors=True)
        os.close(self._lock)

    def _clear(self) -> None:
        shutil.rmtree(self.folder / PARTS, ignore_errors=True)
        for left in self.folder.glob(".*.part"):
            left.unlink(missing_ok=True)


def _lock(handle: int, folder: Path) -> None:
    with contextlib.suppress(ImportError):
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(handle)
            raise UsageError(
                f"{folder}: another run is writing there; wait until it ends"
            ) from error


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
