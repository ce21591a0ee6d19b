"""What was said of the traffic: who is far away, who was there when, and who is outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.score import cranes
from bench.score.crane import Crane, Verdict

TOGETHER = 3.0
"""Seconds between two visits that are still told as one: a client that calls again at once."""
NEAR = 5.0
"""Seconds by which the beginning and the end of a session may be told wrong."""


def clients(crane: Crane) -> Iterator[Verdict]:
    """Whether each client of sessions was told far or near."""
    weights: dict[str, list[tuple[float, str]]] = {}
    for one in crane.observations:
        if one.property == "distance":
            detail = dict(one.detail)
            own = weights.setdefault(crane.owner(one.subject), [])
            own.append((float(detail.get("weight", 0.0)), one.value))
    far = crane.far()
    here = {device["id"] for device in crane.truth["devices"]} | far
    for who, told in sorted(weights.items()):
        if who not in here:
            continue
        weight, value = max(told)
        true = "far" if who in far else "near"
        right = (value == "far") == (true == "far")
        yield crane.verdict("client", who, (value, true, right), chance=weight)


def sessions(crane: Crane) -> Iterator[Verdict]:
    """Whether every visit of somebody far away was told, with its beginning and end."""
    recorded = cranes.read(crane.folder, "recorded.json")["visits"]
    told: dict[str, list[tuple[float, float]]] = {}
    for one in crane.observations:
        if one.property == "visit":
            span = (one.first / 1e9, one.last / 1e9)
            told.setdefault(crane.owner(one.subject), []).append(span)
    far = crane.far()
    for device in (*crane.truth["devices"], *crane.truth["elsewhere"]):
        who = device["id"]
        if who not in far or not (_both_ways(crane) and crane.emits_to_one(device)):
            continue
        clients = device["activity"]["outside"] if "activity" in device else [who]
        spans = [span for one in clients for span in recorded.get(one, ())]
        true = _joined((first, last or crane.wire.last) for first, last in spans)
        seen = _joined(told.get(who, ()))
        for span in true:
            if crane.wire.first <= span[0] and span[1] <= crane.wire.last:
                right = any(_alike(span, one) for one in seen)
                yield crane.verdict(
                    "session", who, (f"{len(seen)} told", _span(crane, span), right)
                )


def _both_ways(crane: Crane) -> bool:
    """Whether a sensor saw both sides of conversations: without, no handshake can be timed."""
    views = [sensor["view"] for sensor in crane.truth["sensors"]]
    return any(not view.get("side") and view.get("only") != "broadcast" for view in views)


def _joined(spans: Any) -> list[tuple[float, float]]:  # noqa: ANN401
    """Visits with those put together that follow each other at once."""
    joined: list[tuple[float, float]] = []
    for first, last in sorted(spans):
        if joined and first - joined[-1][1] < TOGETHER:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _alike(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) <= NEAR and abs(one[1] - other[1]) <= NEAR


def _span(crane: Crane, span: tuple[float, float]) -> str:
    return f"from {span[0] - crane.wire.first:.1f} s to {span[1] - crane.wire.first:.1f} s"


def contacts(crane: Crane) -> Iterator[Verdict]:
    """Whether every address in the Internet that passed a sensor was told, and no other."""
    told: dict[str, set[str]] = {}
    for one in crane.observations:
        if one.property == "contact" and one.object is not None:
            told.setdefault(crane.owner(one.subject), set()).add(one.object.value)
    for device in crane.truth["devices"]:
        true = set(device["activity"]["contacts"]) & crane.wire.addresses
        for address in sorted(true):
            right = address in told.get(device["id"], set())
            yield crane.verdict(
                "contact", device["id"], ("told" if right else "not told", address, right)
            )
