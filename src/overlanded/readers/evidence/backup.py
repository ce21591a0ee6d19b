"""Backups of routers that run OpenWrt, Teltonika's among them: a gzipped tar of UCI files.

Only the files of ``etc/config`` are read, in memory and within bounds; nothing is unpacked to disk,
links are not followed, and a member's name is only ever shown.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from overlanded.data import table
from overlanded.model.evidence import EvidenceItem
from overlanded.model.observing import Coverage, Gap, Observation

if TYPE_CHECKING:
    from tarfile import TarInfo

GZIP = b"\x1f\x8b\x08"
MAGIC = slice(257, 262)
"""Where ``ustar`` stands in the header of a member (POSIX.1-1988 tar)."""
SETTINGS = re.compile(r"(?:\./)*etc/config/(?P<name>[\w.@-]{1,64})\Z")
"""Names of the members that are read: files right below the folder of UCI."""


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001
    """A gzipped tar whose first members lie in ``etc`` or are the root."""
    if not head.startswith(GZIP):
        return False
    try:
        begin = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, 512)
    except zlib.error:
        return False
    first = begin[:100].rstrip(b"\0").removeprefix(b"./")
    return begin[MAGIC] == b"ustar" and (not first or first.startswith(b"etc"))


def read(item: EvidenceItem, data: bytes) -> Iterator[Observation | Coverage | Gap]:
    """What the settings in a backup tell, each with the file it stands in, secrets masked."""
    from overlanded.readers.evidence import devicetext

    files, fault = settings(data)
    yield from devicetext.of_texts(item, files, fault)


def settings(data: bytes) -> tuple[list[tuple[str, bytes]], str]:
    """(name, content) of each file of settings; and why there may be more than were read."""
    import tarfile

    bounds = table("devicetext")["backup"]
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    fault = ""
    try:
        whole = unpacking.decompress(data, bounds["unpacked"])
    except zlib.error:
        return [], "the backup is damaged"
    if not unpacking.eof:
        most = f"more than {bounds['unpacked'] // 10**6} MB"
        fault = f"it unpacks to {most}" if unpacking.unconsumed_tail else "the backup is cut short"
    files: list[tuple[str, bytes]] = []
    try:
        with tarfile.open(fileobj=io.BytesIO(whole), mode="r:") as archive:
            for number, member in enumerate(archive):
                if number >= bounds["members"]:
                    return files, f"it holds more than {bounds['members']} files"
                content = archive.extractfile(member) if _is_wanted(member) else None
                if content is not None:
                    files.append((member.name.removeprefix("./"), content.read(bounds["file"])))
    except (tarfile.TarError, EOFError, ValueError, OSError, OverflowError):
        fault = fault or "the backup is damaged"
    return files, fault


def _is_wanted(member: TarInfo) -> bool:
    """A plain file with a name like those of settings: no link, no device, no way upwards."""
    return member.isreg() and bool(SETTINGS.match(member.name))
