"""What was said of the traffic: who is far away, who was there when, and who is outside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lab.permits import FILE

from bench.score import cranes
from bench.score.captured import Span
from bench.score.crane import Crane, Verdict

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
    """Whether every visit of somebody far away was told, with its beginning and end.

    Of a visit that begins or ends while no sensor recorded, what was recorded of it.
    """
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
            part = crane.wire.recorded((first, last or crane.wire.last), device["macs"])
            if part:
                right = _alike(part, [one for one in seen if part[0] <= sum(one) / 2 <= part[1]])
                yield crane.verdict(
                    "session", who, (f"{len(seen)} told", _span(crane, part), right)
                )


def permits(crane: Crane) -> Iterator[Verdict]:
    """Whether access that a permit speaks of was told as inside it, or as outside.

    A device was outside when one of its recorded visits was. Where no visit was told there is
    nothing to judge: ``sessions`` counts that.
    """
    if not (crane.folder / "case/paperwork" / FILE).exists():
        return
    recorded = cranes.read(crane.folder, "recorded.json")
    began = datetime.fromisoformat(recorded["began"]).timestamp()
    for one in crane.truth["planted"]:
        if "permit" not in one:
            continue
        who = one["expects"]["device"]
        device = next(each for each in crane.truth["devices"] if each["id"] == who)
        first, last = (began + one["permit"][end] for end in ("from", "until"))
        visits = (span for far in device["activity"]["outside"] for span in recorded["visits"][far])
        spans = (crane.wire.recorded((a, b or crane.wire.last), device["macs"]) for a, b in visits)
        outside = [not first <= span[0] < span[1] <= last for span in spans if span]
        told = [each for each in crane.observations if each.property == "visit"]
        if any(crane.owner(each.subject) == who for each in told):
            true = "outside" if any(outside) else "inside"
            said = allowed(crane, crane.pairs.get(who, ""))
            yield crane.verdict("permit", who, (said, true, said == true))


def allowed(crane: Crane, device: str) -> str:
    """What the document says of a device's remote sessions, finding and words together."""
    found = any(
        one["device"] == device and one["rule"] == "remote-session-outside-permit"
        for one in crane.tree["findings"]
    )
    words = crane.said[device]["answers"]["activity"]["value"] if device in crane.said else ""
    if found != ("outside any permit supplied" in words):
        return "finding and answer differ"
    return "outside" if found else "inside" if "inside a permit" in words else "not told"


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
