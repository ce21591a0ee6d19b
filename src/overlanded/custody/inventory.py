"""What lies in a case folder, without opening any of it."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from overlanded.errors import UsageError
from overlanded.model.observing import Gap

OUTTURN = "outturn"
MAX_FILES = 100_000
"""A case folder with more files is a mistake in the path."""


class Found(Struct, frozen=True):
    """One file that was handed in: its path inside the case and on disk, and its size."""

    path: str
    file: Path
    size: int


class Inventory(Struct, frozen=True):
    """The files of a case in the order of their paths, and what was passed over."""

    root: Path
    files: tuple[Found, ...]
    gaps: tuple[Gap, ...]


def inventory(root: Path) -> Inventory:
    """List a case folder, or a single file as a case of its own.

    Links inside the case are never followed: each is a gap. ``root`` itself may be one, since the
    user names it. Raises ``UsageError`` when there is nothing to list.
    """
    root = root.resolve()
    if root.is_file():
        return Inventory(root.parent, (Found(root.name, root, root.stat().st_size),), ())
    if not root.is_dir():
        raise UsageError(f"{root}: no such folder or file; give the case folder's path")
    files: list[Found] = []
    gaps: list[Gap] = []
    for entry in _entries(root, root, gaps):
        files.append(entry)
        if len(files) > MAX_FILES:
            raise UsageError(f"{root}: more than {MAX_FILES:,} files; give the folder of one crane")
    if not files and not gaps:
        raise UsageError(
            f"{root}: the folder is empty; put captures or papers there, or see `overlanded init`"
        )
    return Inventory(root, tuple(sorted(files, key=lambda found: found.path)), tuple(gaps))


def _entries(root: Path, folder: Path, gaps: list[Gap]) -> Iterator[Found]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        gaps.append(
            passed_over(_relative(root, folder), f"the folder cannot be listed ({error.strerror})")
        )
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith(".") or (folder == root and entry.name == OUTTURN):
            continue
        yield from _entry(root, path, gaps)


def _entry(root: Path, path: Path, gaps: list[Gap]) -> Iterator[Found]:
    name = _relative(root, path)
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        gaps.append(passed_over(name, "a link; what it points at was not read"))
    elif stat.S_ISDIR(status.st_mode):
        yield from _entries(root, path, gaps)
    elif stat.S_ISREG(status.st_mode):
        yield Found(name, path, status.st_size)
    else:
        gaps.append(passed_over(name, "not a regular file"))


def _relative(root: Path, path: Path) -> str:
    text = path.relative_to(root).as_posix()
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def passed_over(path: str, why: str, mend: str = "hand in a copy of the file itself") -> Gap:
    """The gap for something that was handed in and not read."""
    mark = hashlib.sha256(f"{path}\0{why}".encode()).hexdigest()[:10]
    return Gap(f"g-{mark}", path, why, mend, unread=True)
