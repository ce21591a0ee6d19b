"""The CaseDocument: the frozen, versioned result from which every report and page is made."""

from __future__ import annotations

from dataclasses import dataclass

from overlanded.model.citing import Search
from overlanded.model.devices import Device
from overlanded.model.evidence import EvidenceItem, Scope
from overlanded.model.findings import Finding
from overlanded.model.observing import Coverage, Gap
from overlanded.model.records import Record

SCHEMA = "overlanded.case-document/1"


@dataclass(frozen=True, slots=True)
class Ledger:
    """Head and length of the custody ledger that the document rests on."""

    head: str
    entries: int


@dataclass(frozen=True, slots=True)
class Produced:
    """By which version of program and rules, and as of which time (RFC 3339, UTC)."""

    version: str
    rules_version: str
    at: str


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """One crane, audited."""

    crane: Scope
    evidence: tuple[EvidenceItem, ...]
    records: tuple[Record, ...]
    devices: tuple[Device, ...]
    findings: tuple[Finding, ...]
    searches: tuple[Search, ...]
    coverage: tuple[Coverage, ...]
    gaps: tuple[Gap, ...]
    ledger: Ledger
    produced: Produced
    schema: str = SCHEMA
