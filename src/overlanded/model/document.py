"""The CaseDocument: the frozen, versioned result from which every report and page is made."""

from __future__ import annotations

from msgspec import Struct

from overlanded.model.citing import Search
from overlanded.model.devices import Device
from overlanded.model.evidence import EvidenceItem, Scope
from overlanded.model.findings import Finding
from overlanded.model.observing import Coverage, Gap, Step
from overlanded.model.permits import Permit
from overlanded.model.records import Record
from overlanded.model.statements import Statement
from overlanded.model.visits import Visit

SCHEMA = "overlanded.case-document/1"


class Ledger(Struct, frozen=True):
    """Head and length of the custody ledger that the document rests on."""

    head: str
    entries: int


class Produced(Struct, frozen=True):
    """By which version of program and rules, and as of which time (RFC 3339, UTC)."""

    version: str
    rules_version: str
    at: str


class CaseDocument(Struct, frozen=True):
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
    plan: tuple[Step, ...] = ()
    """Ways of collecting more, the most telling one first."""
    statements: tuple[Statement, ...] = ()
    """What parties said, and how each claim stands, in the order of ``statements.toml``."""
    visits: tuple[Visit, ...] = ()
    """In order of time, each with what is different from those before."""
    permits: tuple[Permit, ...] = ()
    """Who was allowed to connect from afar, and when, in the order of their papers."""
    schema: str = SCHEMA
