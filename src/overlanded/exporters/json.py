"""The case document as ``case-document.json``: the one file that every report is made from.

The bytes depend on the document alone; ``tree`` gives it its shape.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

import orjson

from overlanded.errors import InputError
from overlanded.exporters.tree import Plain, Tree, tree
from overlanded.model.document import SCHEMA, CaseDocument

LISTS = (
    "evidence",
    "records",
    "devices",
    "findings",
    "searches",
    "coverage",
    "gaps",
    "plan",
    "statements",
    "visits",
    "permits",
)
DEPTH = 4
"""Levels that get lines of their own; what lies deeper (a citation, a weight) is one line.
Four times as fast as indenting every level, half as large, and still compared line by line."""


def export(document: CaseDocument | Tree) -> bytes:
    """UTF-8 text of the whole document, two blanks a level, ending with a newline."""
    return b"".join(pieces(document))


def pieces(document: CaseDocument | Tree) -> Iterator[bytes]:
    """The same text piece by piece, for documents whose text should not lie in memory at once.

    A piece is one row of a list: a device, a record, a finding.
    """
    before = b"{\n  "
    for name, value in tree(document).items():
        yield before + _name(name)
        if isinstance(value, list) and value:
            yield from _rows(value)
        else:
            yield _indented(value, b"\n  ", DEPTH - 1)
        before = b",\n  "
    yield b"\n}\n"


def _rows(values: list[Plain]) -> Iterator[bytes]:
    margin = b"\n    "
    before = b"[" + margin
    for value in values:
        yield before + _indented(value, margin, DEPTH - 2)
        before = b"," + margin
    yield b"\n  ]"


def _indented(value: Plain, margin: bytes, depth: int) -> bytes:
    inner = margin + b"  "
    if depth and value and isinstance(value, list):
        rows = [_indented(item, inner, depth - 1) for item in value]
        return b"[" + inner + (b"," + inner).join(rows) + margin + b"]"
    if depth and value and isinstance(value, dict):
        rows = [_name(key) + _indented(item, inner, depth - 1) for key, item in value.items()]
        return b"{" + inner + (b"," + inner).join(rows) + margin + b"}"
    return _encode(value)


@cache
def _name(key: str) -> bytes:
    return _encode(key) + b": "


def _encode(value: Plain) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:
        # A file name that is no UTF-8 reaches us as lone surrogates; JSON can hold them escaped.
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")


def load(data: bytes) -> Tree:
    """The document in ``data``; ``InputError`` when it is not one of this version."""
    try:
        loaded = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"case-document.json: not JSON ({error}); run the audit again") from None
    if not isinstance(loaded, dict) or loaded.get("schema") != SCHEMA:
        raise InputError(f"case-document.json: not {SCHEMA}; run the audit again")
    lacking = [name for name in LISTS if not isinstance(loaded.get(name), list)]
    if lacking:
        raise InputError(f"case-document.json: lacks {', '.join(lacking)}; run the audit again")
    return loaded
