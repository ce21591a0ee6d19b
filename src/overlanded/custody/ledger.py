"""The custody ledger: canonical JSON lines, each chained to the one before by its hash.

An entry's hash is the SHA-256 of the RFC 8785 canonical form of all its other fields, of which
``previous`` is the hash of the entry before (64 zeros for the first).
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import rfc8785
from msgspec.structs import asdict

from overlanded.custody.outturn import write
from overlanded.errors import IntegrityError
from overlanded.model.evidence import CustodyEntry

NAME = "custody.jsonl"
START = "0" * 64
_FIELDS = CustodyEntry.__struct_fields__


def load(path: Path) -> tuple[CustodyEntry, ...]:
    """The verified entries of a ledger file; empty when there is none.

    Raises ``IntegrityError`` naming the first line that does not verify.
    """
    if not path.exists():
        return ()
    data = path.read_bytes()
    lines = data.removesuffix(b"\n").split(b"\n") if data else []
    entries = tuple(_parse(path, number, line) for number, line in enumerate(lines, 1))
    verify(entries, str(path))
    return entries


def verify(entries: tuple[CustodyEntry, ...], name: str = NAME) -> None:
    """Check numbering, chain and hashes; raises ``IntegrityError`` at the first that fails."""
    previous = START
    for number, entry in enumerate(entries, 1):
        if entry.seq != number or entry.previous != previous or entry.hash != digest(entry):
            raise IntegrityError(
                f"{name}: line {number} does not verify; restore the ledger from a copy"
            )
        previous = entry.hash


def append(
    entries: tuple[CustodyEntry, ...],
    *,
    at: str,
    by: str,
    action: str,
    item: str,
    path: str,
    sha256: str,
    size: int,
) -> tuple[CustodyEntry, ...]:
    """The ledger with one more entry at its end."""
    previous = entries[-1].hash if entries else START
    blank = CustodyEntry(len(entries) + 1, at, by, action, item, path, sha256, size, previous, "")
    return (*entries, _hashed(blank))


def save(path: Path, entries: tuple[CustodyEntry, ...]) -> None:
    """Write the whole ledger so that no reader ever sees half of it."""
    write(path, (rfc8785.dumps(asdict(entry)) + b"\n" for entry in entries))


def digest(entry: CustodyEntry) -> str:
    """The hash that the entry must carry."""
    body = {name: value for name, value in asdict(entry).items() if name != "hash"}
    return hashlib.sha256(rfc8785.dumps(body)).hexdigest()


def _hashed(entry: CustodyEntry) -> CustodyEntry:
    values = asdict(entry)
    return CustodyEntry(**{**values, "hash": digest(entry)})


def _parse(path: Path, number: int, line: bytes) -> CustodyEntry:
    try:
        values = json.loads(line)
        return CustodyEntry(**{name: values[name] for name in _FIELDS})
    except (ValueError, KeyError, TypeError) as error:
        raise IntegrityError(
            f"{path}: line {number} is not a ledger entry; restore the ledger from a copy"
        ) from error
