"""What was said of the equipment: standing and class of every device, and findings about them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from bench.score import cranes, pairing
from bench.score.crane import Crane, Verdict

CLASSES: Mapping[str, Any] = tomllib.loads(
    (cranes.ROOT / "src/overlanded/data/device-classes.toml").read_text("utf-8")
)["classes"]
UNLISTED = ("UNDOCUMENTED", "DECLINED")
GRAVE = ("medium", "high", "critical")


def expected(crane: Crane, device: Mapping[str, Any]) -> tuple[str, ...]:
    """The standings that are right for a device; none for what nobody could tell of."""
    true, there = device["standing"], crane.emits(device)
    if not crane.truth["papers"]:
        return ("UNKNOWN",) if there else ()
    if there:
        return (true,)
    if true in (*UNLISTED, "ABSENT"):
        return ()
    return (true, "MISSING", "UNKNOWN") if crane.asked(device) else ("MISSING", "UNKNOWN")


def devices(crane: Crane) -> Iterator[Verdict]:
    """Standing and class of everything that is on the crane or in its papers."""
    for device in crane.truth["devices"]:
        said = crane.said.get(crane.pairs.get(device["id"], ""))
        right = expected(crane, device)
        if right:
            standing = said["standing"] if said else "not told of"
            # Of a device without a standing the certainty is that of its kind.
            stood = said is not None and said["standing"] != "UNKNOWN"
            chance = said["answers"]["certainty"]["probability"] if said and stood else None
            yield crane.verdict(
                "standing",
                device["id"],
                (standing, right[0], standing in right),
                chance=chance,
                why=_why(said),
            )
        if crane.emits(device):
            told, true = said["class"] if said else "not told of", device["class"]
            yield crane.verdict("class", device["id"], (told, true, told == true))
            yield from _unlisted(crane, device, said)
    yield from _false_alarms(crane)


def _why(said: Mapping[str, Any] | None) -> str:
    return str(said["answers"]["record"]["words"])[:160] if said else "no device has its addresses"


def _unlisted(
    crane: Crane, device: Mapping[str, Any], said: Mapping[str, Any] | None
) -> Iterator[Verdict]:
    """Whether communications equipment that sends and is in no record was reported as such."""
    if not communicates(device["class"]) or device["standing"] not in UNLISTED:
        return
    if crane.truth["papers"]:
        found = bool(said and (said["standing"] in UNLISTED or _two(crane, said)))
        words = f"{said['standing']} {said['class']}" if said else "not told of"
        yield crane.verdict(
            "recall", device["id"], (words, device["standing"], found), why=_why(said)
        )


def _two(crane: Crane, said: Mapping[str, Any]) -> bool:
    """Whether it was told that what looks like one device may be two."""
    return any(
        finding["device"] == said["id"] and finding["rule"] == "one-mac-with-several-addresses"
        for finding in crane.tree["findings"]
    )


def _false_alarms(crane: Crane) -> Iterator[Verdict]:
    """Whether what is reported as unlisted communications equipment is that."""
    owners = {told: one for one, told in crane.pairs.items()}
    truth = {device["id"]: device for device in crane.truth["devices"]}
    for told in crane.tree["devices"]:
        if told["standing"] not in UNLISTED or not communicates(told["class"]):
            continue
        true = truth.get(owners.get(told["id"], ""))
        right = bool(true and true["standing"] in UNLISTED and communicates(true["class"]))
        words = f"{true['standing']} {true['class']}" if true else "nothing of the kind"
        yield crane.verdict(
            "precision",
            told["name"],
            (f"{told['standing']} {told['class']}", words, right),
            why=_why(told),
        )


def communicates(device_class: str) -> bool:
    """Whether a class is communications equipment."""
    return bool(CLASSES[device_class]["family"] == "communications")


def lacking(crane: Crane) -> Iterator[Verdict]:
    """Lines that list more than there is: so many pieces have to be told as missing."""
    for line in crane.truth["lacking"]:
        told = pairing.of_line(line, crane.tree)
        missing = sum(one["standing"] in ("MISSING", "UNKNOWN") for one in told)
        who = f"{line['file']} line {line['line']}"
        silent = sum(
            not crane.emits(one) for one in crane.truth["devices"] if one["id"] in line["of"]
        )
        true = line["count"] + silent
        yield crane.verdict(
            "standing", who, (f"{missing} missing", f"{true} missing", missing == true)
        )


def findings(crane: Crane) -> Iterator[Verdict]:
    """Grave findings where nothing is to be found."""
    owners = {told: one for one, told in crane.pairs.items()}
    truth = {device["id"]: device for device in crane.truth["devices"]}
    for finding in crane.tree["findings"]:
        if finding["severity"] not in GRAVE:
            continue
        device = truth.get(owners.get(finding["device"], ""))
        faulty = device is not None and device["standing"] not in ("DOCUMENTED", "MISSING")
        where = "clean" if _clean(crane) else "planted"
        yield crane.verdict(
            f"finding on {where}",
            device["id"] if device else finding["device"],
            (finding["rule"], device["standing"] if device else "nothing", faulty),
            chance=finding["confidence"],
        )


def _clean(crane: Crane) -> bool:
    return all(one["quiet"] for one in crane.truth["planted"])
