"""The case document of a folder, and what a person means by a number, a name or a rule in it."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from overlanded.errors import UsageError
from overlanded.exporters.counts import ranked
from overlanded.exporters.json import load
from overlanded.exporters.tree import Tree

NAME = "case-document.json"


class Chosen(Struct, frozen=True):
    """The devices and findings that were asked for, each with what belongs to it."""

    devices: tuple[Tree, ...] = ()
    findings: tuple[Tree, ...] = ()


def case_document(folder: Path, outturn: Path | None = None) -> Tree:
    """The document that the last audit of ``folder`` wrote.

    ``folder`` may also be the outturn itself or the document. Raises ``UsageError`` when there
    is none and ``InputError`` when it cannot be understood.
    """
    base = folder.parent if folder.is_file() else folder
    choices = (
        *((outturn / NAME,) if outturn else ()),
        *((folder,) if folder.name == NAME else ()),
        base / "outturn" / NAME,
        base / NAME,
    )
    path = next((path for path in choices if path.is_file()), None)
    if path is None:
        raise UsageError(f"{folder}: no {NAME} there; run `overlanded audit {folder}` first")
    return load(path.read_bytes())


def choose(case: Tree, wanted: str) -> Chosen:
    """What ``wanted`` names: a device number, id or name, a finding id, or a rule.

    Raises ``UsageError`` when it names nothing.
    """
    devices = [device for device in case["devices"] if _names_device(device, wanted)]
    if devices:
        ids = {device["id"] for device in devices}
        about = [finding for finding in ranked(case) if finding["device"] in ids]
        return Chosen(tuple(devices), tuple(about))
    findings = [finding for finding in case["findings"] if _names_finding(finding, wanted)]
    if findings:
        return Chosen((), tuple(findings))
    known = f"devices are numbered 1 to {len(case['devices'])}" if case["devices"] else "no devices"
    raise UsageError(f"{wanted}: names no device, finding or rule of this case ({known})")


def _names_device(device: Tree, wanted: str) -> bool:
    known = (str(device["number"]), device["id"], device["name"].casefold())
    return wanted in known or wanted.casefold() == known[2]


def _names_finding(finding: Tree, wanted: str) -> bool:
    return wanted in (finding["id"], finding["rule"], finding["rule"].rpartition("/")[2])
