"""Office packages (ECMA-376 part 2): ZIP archives of XML parts, opened within bounds."""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from typing import IO
from xml.parsers import expat

from overlanded.readers.paperwork import ooxml
from overlanded.readers.paperwork.ooxml import Attributes
from overlanded.readers.paperwork.words import vocabulary

ENTRY = b"PK\x01\x02"
"""Magic of one entry of a ZIP archive's directory (APPNOTE 4.3.12)."""
PACKED = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    ooxml.NotAllowedError,
    EOFError,
    struct.error,
    OSError,
    RuntimeError,
    NotImplementedError,
    KeyError,
    ValueError,
)
"""What damaged or hostile packages make the standard library raise."""
BEGIN = 4096
"""Bytes in which a package shows what it is."""
CONTENT_TYPES = 65536
"""Bytes of the list of content types that are looked at."""


def begins(head: bytes, folder: str, content: bytes) -> bool:
    """Whether the first bytes begin a package that has ``folder`` or names a type of content."""
    if not head.startswith(b"PK\x03\x04"):
        return False
    return any(name.startswith(folder) for name in part_names(head)) or content in _first(head)


def part_names(head: bytes) -> list[str]:
    """The parts whose local headers stand in the first bytes (APPNOTE 4.3.7).

    Further in, a part may be a package itself, whose parts are none of this one's.
    """
    head = head[:BEGIN]
    starts = [found.start() for found in re.finditer(rb"PK\x03\x04", head)]
    sizes = (int.from_bytes(head[at + 26 : at + 28], "little") for at in starts)
    names = (head[at + 30 : at + 30 + size] for at, size in zip(starts, sizes, strict=True))
    return [name.decode("utf-8", "replace") for name in names]


def _first(head: bytes) -> bytes:
    """What the first part says as far as the first bytes hold it."""
    name, extra = (int.from_bytes(head[at : at + 2], "little") for at in (26, 28))
    packed = head[30 + name + extra :]
    if head[8:10] == b"\0\0":
        return packed[:CONTENT_TYPES]
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, CONTENT_TYPES)
    except zlib.error:
        return b""


def refused(
    package: zipfile.ZipFile, folder: str, kind: str, ending: str
) -> tuple[str, str] | None:
    """(why, mend) for a package without ``folder``, or one that unpacks beyond all measure."""
    limits = vocabulary()["limits"]
    entries = package.infolist()
    parts = [entry for entry in entries if entry.filename.startswith(folder)]
    if not parts:
        return f"it is a ZIP archive without a {kind}", f"Supply the list as {ending} or .csv."
    if any(entry.flag_bits & 1 for entry in parts):
        return "it is encrypted", "Supply it without a password."
    if any(entry.compress_type not in PACKED for entry in parts):
        return f"it is packed in a way that {kind}s do not use", f"Save it again as {ending}."
    size = sum(entry.file_size for entry in parts if entry.filename.endswith((".xml", ".rels")))
    packed = sum(entry.compress_size for entry in parts) or 1
    bomb = size > limits["ratio_from_bytes"] and size > limits["ratio"] * packed
    if bomb or size > limits["unpacked_bytes"] or len(entries) > limits["parts"]:
        return f"it would unpack to {size} bytes in {len(entries)} parts", "Supply a smaller list."
    return None


def too_many_parts(data: bytes) -> bool:
    """Whether opening the archive alone would take too long."""
    return data.count(ENTRY) > int(vocabulary()["limits"]["parts"])


def short(error: Exception) -> str:
    """What is wrong with a package, in a few words."""
    if isinstance(error, KeyError):
        return f"it names a part that is not in it: {str(error.args[0])[:80]}"
    return " ".join(str(error).split())[:120] or type(error).__name__


def part(package: zipfile.ZipFile, name: str) -> IO[bytes] | None:
    """A part opened for reading, or None when it is not there."""
    return package.open(name) if name in package.namelist() else None


def home(package: zipfile.ZipFile, otherwise: str) -> str:
    """The part that everything starts from."""
    names = package.namelist()
    for kind, target in relations(package, "").values():
        if kind == "officeDocument" and target in names:
            return target
    return otherwise


def relations(package: zipfile.ZipFile, name: str) -> dict[str, tuple[str, str]]:
    """Relation id → (kind, part name) of a part; those outside the package are left out."""
    folder, own = posixpath.split(name)
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            found[attributes.get("Id", "")] = (kind, target.lstrip("/"))

    stream = part(package, posixpath.join(folder, "_rels", f"{own}.rels"))
    if stream:
        ooxml.walk(stream, start, nothing, vocabulary()["limits"])
    return found


def nothing(_tag: str, _text: str) -> None:
    """Where only start tags matter."""
