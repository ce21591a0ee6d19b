"""A case opened for reading: every byte goes through here, and is held against the ledger."""

from __future__ import annotations

import hashlib
from pathlib import Path

from msgspec import Struct, field

from overlanded.custody import ledger
from overlanded.custody.inventory import OUTTURN, Found, Inventory, inventory, passed_over
from overlanded.custody.streams import Stream
from overlanded.errors import InputError, IntegrityError
from overlanded.model.evidence import CustodyEntry, EvidenceItem, Side
from overlanded.model.observing import Gap

MAX_BYTES = 64 << 20
"""Largest file that is read whole (papers, texts); captures are streamed."""

EDITABLE = frozenset({"crane.toml", "statements.toml"})
"""Files that the user goes on writing: a change is entered, not refused."""


class Vault(Struct):
    """A case folder: its inventory and its ledger.

    ``at`` and ``by`` date and sign the entries this run adds.
    """

    found: Inventory
    ledger_path: Path
    at: str
    by: str
    entries: tuple[CustodyEntry, ...] = ()
    _sealed: dict[str, CustodyEntry] = field(default_factory=dict)
    _exhibits: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.entries = ledger.load(self.ledger_path)
        self._sealed = {entry.path: entry for entry in self.entries}
        self._exhibits = {file.path: number for number, file in enumerate(self.found.files, 1)}

    def stream(self, found: Found, *, aside: bool = False) -> Stream:
        """Open a file to be read once; hand the closed stream's digest to ``seal``."""
        return Stream(found.file, aside=aside)

    def read_bytes(self, found: Found) -> tuple[bytes, str]:
        """A file's whole content and its SHA-256; raises ``InputError`` over ``MAX_BYTES``."""
        if found.size > MAX_BYTES:
            raise InputError(
                f"{found.path}: {found.size >> 20} MiB, more than the {MAX_BYTES >> 20} MiB "
                "a paper may have; split it"
            )
        with Stream(found.file) as stream:
            data = stream.read(found.size + 1)
        return data, stream.hexdigest()

    def digest(self, found: Found) -> str:
        """SHA-256 of a file's content, read in pieces."""
        with Stream(found.file) as stream:
            stream.drain()
        return stream.hexdigest()

    def seal(self, found: Found, digest: str, kind: str, side: Side) -> EvidenceItem:
        """Enter a file in the ledger, or hold it against its entry.

        Raises ``IntegrityError`` when the file is not the one that was sealed.
        """
        identity = item_id(found.path, digest)
        entry = self._sealed.get(found.path)
        if entry is None:
            self._enter("sealed", found, digest, identity)
        elif entry.sha256 != digest and found.path in EDITABLE:
            self._enter("edited", found, digest, identity)
        elif entry.sha256 != digest:
            raise IntegrityError(
                f"{found.path}: not the file that was sealed at {entry.at}; "
                "put that file back, or hand in the new one under another name"
            )
        return EvidenceItem(
            identity, found.path, digest, found.size, kind, side, self._exhibits[found.path]
        )

    def save(self) -> None:
        """Write the ledger if this run added to it."""
        if not self.ledger_path.exists() or len(self.entries) > len(ledger.load(self.ledger_path)):
            ledger.save(self.ledger_path, self.entries)

    def lost(self) -> tuple[Gap, ...]:
        """A gap for every sealed file that is no longer in the folder."""
        return tuple(
            passed_over(
                path,
                f"sealed at {entry.at} and no longer in the folder",
                "put the sealed file back",
            )
            for path, entry in sorted(self._sealed.items())
            if path not in self._exhibits
        )

    def _enter(self, action: str, found: Found, digest: str, identity: str) -> None:
        self.entries = ledger.append(
            self.entries,
            at=self.at,
            by=self.by,
            action=action,
            item=identity,
            path=found.path,
            sha256=digest,
            size=found.size,
        )
        self._sealed[found.path] = self.entries[-1]


def item_id(path: str, digest: str) -> str:
    """The id of an item: the same content at the same place has the same id everywhere."""
    return "e-" + hashlib.sha256(f"{path}\0{digest}".encode()).hexdigest()[:12]


def open_case(
    folder: Path, *, outturn: Path | None = None, at: str = "", by: str = "not stated"
) -> Vault:
    """Open a case folder (or a single file) under its ledger."""
    found = inventory(folder)
    return Vault(found, (outturn or found.root / OUTTURN) / ledger.NAME, at, by)


def sealed_file(vault: Vault, item: str) -> Found:
    """The file of a sealed item, re-hashed; raises ``IntegrityError`` when it is not the same."""
    entry = next((entry for entry in reversed(vault.entries) if entry.item == item), None)
    found = next((file for file in vault.found.files if entry and file.path == entry.path), None)
    if entry is None or found is None:
        raise IntegrityError(
            f"{item}: not in the ledger or no longer in the folder; audit the case again"
        )
    if vault.digest(found) != entry.sha256:
        raise IntegrityError(
            f"{found.path}: not the file that was sealed at {entry.at}; put that file back"
        )
    return found
