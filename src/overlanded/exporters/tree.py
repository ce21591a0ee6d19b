"""The case document as plain values: dicts, lists, text and numbers, as every report reads it.

Shape: ``schemas/case-document-1.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from types import NoneType
from typing import Any

from msgspec import Struct

from overlanded.model.citing import Citation
from overlanded.model.devices import Answer, Device, Identity, Question
from overlanded.model.document import CaseDocument
from overlanded.model.evidence import EvidenceItem, Scope
from overlanded.model.findings import Finding
from overlanded.model.intervals import Interval
from overlanded.model.observing import Coverage, Observation, Step
from overlanded.model.permits import Permit, Session
from overlanded.model.records import Record
from overlanded.model.visits import Visit

Tree = dict[str, Any]
Plain = Any
"""Anything JSON can hold."""
PLACES = 6
"""Decimal places of every number that is not whole: far below what any weight can mean."""


def tree(document: CaseDocument | Tree) -> Tree:
    """The document as plain dicts, lists, text and numbers, as it is written."""
    if isinstance(document, dict):
        return document
    return {
        "schema": document.schema,
        "produced": plain(document.produced),
        "crane": plain(document.crane),
        "ledger": plain(document.ledger),
        "evidence": plain(document.evidence),
        "records": plain(document.records),
        "devices": plain(document.devices),
        "findings": plain(document.findings),
        "searches": plain(document.searches),
        "coverage": plain(document.coverage),
        "gaps": plain(document.gaps),
        "plan": plain(document.plan),
        "statements": plain(document.statements),
        "visits": plain(document.visits),
        "permits": plain(document.permits),
    }


def plain(value: object) -> Plain:
    """One value as JSON knows it."""
    kind = type(value)
    # mypy takes a class for something that may have no hash.
    return value if kind in AS_THEY_ARE else _shape(kind)(value)  # type: ignore[arg-type]


AS_THEY_ARE = frozenset((str, int, bool, NoneType))


@cache
def _shape(kind: type) -> Callable[[Any], Plain]:
    """How values of a class become plain."""
    if kind is tuple:
        return _list
    if issubclass(kind, float):
        return _number
    if issubclass(kind, str):
        return str
    if issubclass(kind, Struct):
        return SHAPES.get(kind, _fields)
    raise TypeError(f"{kind.__name__} has no form in JSON")


def _number(value: float) -> float:
    return round(value, PLACES) + 0.0  # + 0.0 turns -0.0 into 0.0


def _list(values: tuple[Plain, ...]) -> list[Plain]:
    # Most is text: a test here saves a call, and there are a hundred thousand on a usual crane.
    return [one if type(one) is str else plain(one) for one in values]


def _fields(value: Plain) -> Tree:
    return {
        name: part if type(part := getattr(value, name)) is str else plain(part)
        for name in value.__struct_fields__
    }


def rfc3339(ns: int | None) -> str | None:
    """Nanoseconds since 1970 as RFC 3339 UTC with microseconds."""
    if ns is None:
        return None
    try:
        moment = datetime.fromtimestamp(ns // 10**9, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return f"{moment.isoformat()[:19]}.{ns // 1000 % 10**6:06d}Z"


def _pairs(pairs: Iterable[tuple[str, object]], second: str = "value") -> list[Tree]:
    return [{"name": name, second: value} for name, value in pairs]


def _citation(cited: Citation) -> Tree:
    return {
        "item": cited.item,
        "path": cited.path,
        "locator": {"kind": cited.locator.kind, "place": cited.locator.place},
        "excerpt": cited.excerpt,
        "role": str(cited.role),
    }


def _renamed(value: Plain, old: str, new: str) -> Tree:
    return {new if name == old else name: part for name, part in _fields(value).items()}


def _scope(scope: Scope) -> Tree:
    return _renamed(scope, "crane", "name") | {"milestones": _pairs(scope.milestones, "date")}


def _item(item: EvidenceItem) -> Tree:
    return {
        "id": item.id,
        "exhibit": item.exhibit,
        "path": item.path,
        "sha256": item.sha256,
        "size": item.size,
        "kind": item.kind,
        "side": str(item.side),
        "collected": {
            "by": item.collected_by,
            "at": item.collected_at,
            "where": item.collected_where,
        },
        "holder": item.holder,
        "note": item.note,
        "visit": item.visit,
    }


def _record(record: Record) -> Tree:
    return _renamed(record, "device_class", "class")


def _identity(identity: Identity) -> Tree:
    return _renamed(identity, "device_class", "class") | {
        "may_be": _pairs(identity.may_be, "chance")
    }


def _observation(seen: Observation) -> Tree:
    return {
        "subject": plain(seen.subject),
        "property": seen.property,
        "value": seen.value,
        "object": plain(seen.object),
        "first": rfc3339(seen.first),
        "last": rfc3339(seen.last),
        "count": seen.count,
        "detail": _pairs(seen.detail),
        "citation": _citation(seen.citation),
    }


def _coverage(coverage: Coverage) -> Tree:
    return _fields(coverage) | {
        "first": rfc3339(coverage.first),
        "last": rfc3339(coverage.last),
        "detail": _pairs(coverage.detail),
    }


def _interval(interval: Interval) -> Tree:
    return {**_fields(interval), "contradictory": interval.contradictory}


def _visit(visit: Visit) -> Tree:
    return {
        "name": visit.name,
        "kind": visit.kind,
        "first": rfc3339(visit.first),
        "last": rfc3339(visit.last),
        "items": list(visit.items),
        "changes": plain(visit.changes),
    }


def _timed(value: Permit | Session) -> Tree:
    return _fields(value) | {"first": rfc3339(value.first), "last": rfc3339(value.last)}


def _step(step: Step) -> Tree:
    return _fields(step) | {"parts": _pairs(step.parts, "settles")}


def _finding(finding: Finding) -> Tree:
    return {
        "id": finding.id,
        **_fields(finding.advisory),
        "device": finding.device,
        "confidence": plain(finding.confidence),
        "status": finding.status,
        "citations": plain(finding.citations),
        "proof": plain(finding.proof),
    }


def _answers(answers: tuple[Answer, ...]) -> Tree:
    order = {question: place for place, question in enumerate(Question)}
    shapes: Tree = {}
    for answer in sorted(answers, key=lambda answer: order[answer.question]):
        shape = _fields(answer)
        shapes[shape.pop("question")] = shape
    return shapes


def _device(device: Device) -> Tree:
    cluster = device.cluster
    return {
        "id": device.id,
        "number": device.number,
        "name": device.name,
        "class": device.device_class,
        "standing": str(device.standing),
        "probability": plain(device.probability),
        "identifiers": plain(cluster.identifiers) if cluster else [],
        "subjects": plain(cluster.subjects) if cluster else [],
        "identity": plain(device.identity),
        "answers": _answers(device.answers),
        "records": plain(device.records),
        "matches": plain(device.matches),
        "searches": plain(device.searches),
        "observations": plain(cluster.observations) if cluster else [],
    }


SHAPES: dict[type, Callable[[Any], Tree]] = {
    Citation: _citation,
    Scope: _scope,
    EvidenceItem: _item,
    Identity: _identity,
    Record: _record,
    Observation: _observation,
    Coverage: _coverage,
    Finding: _finding,
    Interval: _interval,
    Permit: _timed,
    Session: _timed,
    Step: _step,
    Visit: _visit,
    Device: _device,
}
"""The nouns whose form differs from their fields; all others are written field by field."""
