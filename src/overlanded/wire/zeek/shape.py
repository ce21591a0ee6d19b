"""What a Zeek log is: its header, or the fields of its first JSON rows, and the kind these tell.

The ASCII writer's header (docs.zeek.org, "Zeek Log Formats and Inspection") states separators, the
marks of empty and unset fields, the path and the fields. JSON logs have no header.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import orjson
from msgspec import Struct
from msgspec.structs import replace

from overlanded.data import table
from overlanded.wire.containers import GZIP, ZSTD, opened

BOM = b"\xef\xbb\xbf"
ESCAPED = re.compile(r"\\x([0-9a-fA-F]{2})")
DIRECTIVES = (b"#separator", b"#set_separator", b"#fields", b"#path")
LEAST = ("ts", "id.orig_h", "uid", "_path", "host", "mac", "fuid")
"""A JSON row is Zeek's when it has a time and one more of these, and tells its kind."""
JOINED = {
    "orig_h": "id.orig_h",
    "orig_p": "id.orig_p",
    "resp_h": "id.resp_h",
    "resp_p": "id.resp_p",
}


class Shape(Struct, frozen=True):
    """How the rows of a log are written, and what kind they are of."""

    path: str = ""
    """The log's path as it states it; empty in JSON without ``_path``."""
    kind: str = ""
    """Its entry in ``logs`` of ``data/zeek.toml``; empty for a kind that is not there."""
    fields: tuple[str, ...] = ()
    separator: bytes = b"\t"
    between: str = ","
    empty: bytes = b"(empty)"
    unset: bytes = b"-"


class Header:
    """The directives of an ASCII log, line by line; joined logs may state them again."""

    def __init__(self) -> None:
        self.shape = Shape()

    def take(self, line: bytes) -> bool:
        """Read one line that begins with ``#``; True when the columns are others from here on."""
        before = self.shape
        name, value = self._split(line.rstrip(b"\r\n").removeprefix(BOM))
        if name == b"#separator":
            self.shape = replace(self.shape, separator=unescaped(value.decode("utf-8", "replace")))
        elif name == b"#set_separator" and value:
            self.shape = replace(self.shape, between=value.decode("utf-8", "replace"))
        elif name == b"#empty_field":
            self.shape = replace(self.shape, empty=value)
        elif name == b"#unset_field":
            self.shape = replace(self.shape, unset=value)
        elif name == b"#path":
            self.shape = replace(self.shape, path=value.decode("utf-8", "replace"))
        elif name == b"#fields":
            names = value.split(self.shape.separator)
            fields = tuple(name.decode("utf-8", "replace") for name in names)
            self.shape = replace(self.shape, fields=fields)
        if self.shape != before:
            self.shape = replace(self.shape, kind=kind_of(self.shape.path, self.shape.fields))
        return self.shape != before

    def _split(self, line: bytes) -> tuple[bytes, bytes]:
        """A directive and its value; ``#separator`` has a blank between, as it says which else."""
        if line.startswith(b"#separator"):
            return b"#separator", line[len(b"#separator") :].strip(b" ")
        name, _, value = line.partition(self.shape.separator)
        return name, value


def unescaped(text: str) -> bytes:
    r"""``\x09`` as the byte it stands for; a separator is never empty."""
    plain = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text.replace("\\t", "\t"))
    return plain.encode("latin-1", "replace") or b"\t"


def kind_of(path: str, fields: Iterable[str]) -> str:
    """The kind of a log by its path, else by its fields; empty when neither tells."""
    logs = table("zeek")["logs"]
    name = path.removeprefix("open_")
    if name == "conn":
        whole = set(logs["conn"]["known"][1:]) <= set(fields)
        return "conn" if path == "conn" and whole else ""
    return name if name in logs else _by_fields(frozenset(fields))


@lru_cache(maxsize=256)
def _by_fields(fields: frozenset[str]) -> str:
    for name, entry in table("zeek")["logs"].items():
        known = set(entry["known"])
        if known and known <= fields:
            return str(name)
    return ""


def flat(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A JSON row with the names of Zeek's own writer, where ``id`` is an object of its own."""
    ends = row.get("id")
    if not isinstance(ends, dict):
        return row
    named = {JOINED[name]: value for name, value in ends.items() if name in JOINED}
    return {**named, **{name: value for name, value in row.items() if name != "id"}}


def is_log(head: bytes) -> bool:
    """True for the first bytes of a Zeek log, also inside gzip or Zstandard."""
    if head.startswith((GZIP, ZSTD)):
        head = _expanded(head)
    text = head.removeprefix(BOM)
    if text.startswith(b"#"):
        lines = text.splitlines()[:16]
        return any(line.startswith(b"#fields") for line in lines) and any(
            line.startswith(DIRECTIVES[:2]) for line in lines
        )
    return text.lstrip()[:1] == b"{" and _is_json(text)


def _expanded(head: bytes) -> bytes:
    """What of a compressed beginning can be decoded."""
    out = bytearray(4096)
    count = opened(io.BytesIO(head)).readinto(memoryview(out))
    return bytes(out[:count])


def _is_json(text: bytes) -> bool:
    first = next((line for line in text.splitlines() if line.strip()), b"")
    names = _names(first)
    if "ts" not in names or not names & set(LEAST[1:]):
        return False
    return "_path" in names or bool(_by_fields(frozenset(names))) or {"uid", LEAST[1]} <= names


def _names(line: bytes) -> set[str]:
    """The fields of a JSON row, also of one that the head cuts."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        found = re.findall(rb'"([A-Za-z_][\w.]{0,80})"\s{0,8}:', line[:4096])
        return {name.decode() for name in found} if line.lstrip().startswith(b"{") else set()
    return set(flat(row)) if isinstance(row, dict) else set()
