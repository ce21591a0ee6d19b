"""What was said of the traffic: who is far away, who was there when, and who is outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from bench.score import cranes
from bench.score.crane import Crane, Verdict

Span: TypeAlias = "tuple[float, float]"
"""Beginning and end, seconds since 1970."""
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
    told: dict[str, list[Span]] = {}
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
        seen = told.get(who, [])
        for first, last in (span for one in clients for span in recorded.get(one, ())):
            span = (first, last or crane.wire.last)
            if crane.wire.first <= span[0] < span[1] <= crane.wire.last:
                right = _alike(span, [one for one in seen if span[0] <= sum(one) / 2 <= span[1]])
                yield crane.verdict(
                    "session", who, (f"{len(seen)} told", _span(crane, span), right)
                )


def _both_ways(crane: Crane) -> bool:
    """Whether a sensor saw both sides of conversations: without, no handshake can be timed."""
    views = [sensor["view"] for sensor in crane.truth["sensors"]]
    return any(not view.get("side") and view.get("only") != "broadcast" for view in views)


def _alike(span: Span, told: list[Span]) -> bool:
    """Whether what was told within a visit begins and ends with it."""
    if not told:
        return False
    begun, ended = min(first for first, _ in told), max(last for _, last in told)
    return abs(span[0] - begun) <= NEAR and abs(span[1] - ended) <= NEAR


def _span(crane: Crane, span: Span) -> str:
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
