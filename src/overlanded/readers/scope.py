"""``crane.toml``: what the case is about, and notes on its files. Every key is optional."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from overlanded.errors import UsageError
from overlanded.model.evidence import EvidenceItem, Scope, Zone
from overlanded.readers.paperwork.concealed import mask

NAME = "crane.toml"
MAX_BYTES = 1 << 20
_TEXTS = ("port", "terminal", "maker", "serial", "contract")
_NOTES = {
    "by": "collected_by",
    "at": "collected_at",
    "where": "collected_where",
    "holder": "holder",
    "note": "note",
    "visit": "visit",
}
"""Key of a ``[[files]]`` entry → field of an evidence item."""


class CraneFile(Struct, frozen=True):
    """The scope, and per file (path → key → text) who collected it, when and where."""

    scope: Scope
    notes: Mapping[str, Mapping[str, str]]


def unsaid(name: str) -> CraneFile:
    """What is known of a crane without ``crane.toml``: the name of its folder or capture."""
    return CraneFile(Scope(name), {})


def read(data: bytes, name: str) -> CraneFile:
    """Read ``crane.toml``; ``name`` is the crane's name when the file gives none.

    Raises ``UsageError`` naming the place when it is not TOML or a key has the wrong type.
    """
    import tomllib  # Some milliseconds of every start, and seldom needed.

    try:
        keys = tomllib.loads(data[:MAX_BYTES].decode("utf-8-sig"))
        scope = Scope(
            str(keys.get("crane", name)),
            milestones=tuple(
                (str(key), str(value)) for key, value in keys.get("milestones", {}).items()
            ),
            zones=tuple(_zone(zone) for zone in keys.get("zones", ())),
            **_texts(keys),
        )
        notes = {str(entry["path"]): _note(entry) for entry in keys.get("files", ())}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(
            f"{NAME}: not TOML ({error}); compare it with `overlanded init`"
        ) from error
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise UsageError(
            f"{NAME}: a key has the wrong shape ({error}); compare it with `overlanded init`"
        ) from error
    return CraneFile(scope, notes)


def noted(item: EvidenceItem, crane: CraneFile) -> EvidenceItem:
    """The item with what ``crane.toml`` says of it."""
    note = crane.notes.get(item.path, {})
    changes: dict[str, Any] = {_NOTES[key]: value for key, value in note.items()}
    return replace(item, **changes)


def _texts(keys: Mapping[str, Any]) -> dict[str, Any]:
    return {key: str(keys.get(key, "")) for key in _TEXTS}


def _zone(keys: Mapping[str, Any]) -> Zone:
    networks = tuple(map(str, keys.get("networks", ())))
    for network in networks:
        ip_network(network, strict=False)
    return Zone(str(keys["name"]), networks, str(keys.get("purpose", "")))


def _note(entry: Mapping[str, Any]) -> dict[str, str]:
    return {key: mask(str(entry[key])) for key in _NOTES if key in entry}
