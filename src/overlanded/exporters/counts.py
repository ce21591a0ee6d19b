"""What the first page counts: files, hours, standings, gaps, and which devices stand out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from overlanded.data import table
from overlanded.exporters.text import count, hours, many, safe
from overlanded.exporters.tree import Tree
from overlanded.model.findings import Severity

ATTENTION = ("DECLINED", "UNDOCUMENTED", "MISDESCRIBED", "MISSING")
"""Standings that call for a person, in the order of a report."""
SAID = (
    (
        "DECLINED",
        "1 device is on the crane although its papers say it was declined.",
        "{} devices are on the crane although their papers say they were declined.",
    ),
    (
        "UNDOCUMENTED",
        "1 device was not found in the records supplied.",
        "{} were not found in the records supplied.",
    ),
    (
        "MISDESCRIBED",
        "1 is in the papers, described as something else.",
        "{} are in the papers, described as something else.",
    ),
    ("MISSING", "1 is in the papers but was not seen.", "{} are in the papers but were not seen."),
    ("DOCUMENTED", "1 is documented.", "{} are documented."),
    (
        "UNKNOWN",
        "1 could not be compared with any paper.",
        "{} could not be compared with any paper.",
    ),
)
"""(standing, sentence for one, sentence for more)."""
ALWAYS = ("DECLINED", "UNDOCUMENTED", "DOCUMENTED")
"""Counted on the first page even when there are none."""
VAGUE = ("not seen", "none seen")
"""Answers that need their sentence, which says by whom and for how long nothing was seen."""
KINDS = ("mac", "imei", "eid", "iccid", "imsi", "serial", "fcc-id", "part-number", "ip", "hostname")
NETWORK = ("capture", "zeek")
"""Kinds of coverage that look at the network."""
LIMIT = (
    "A device that was asleep, or spoke only over the air or a serial line, would not be in "
    "this report."
)


def holdings(case: Tree) -> list[str]:
    """What was handed in: ``10 files``, ``2 captures, 9 Zeek logs, 41 h``, ``3 papers``, …."""
    network = [seen for seen in case["coverage"] if seen["what"] in NETWORK]
    visits = [seen for seen in case["coverage"] if seen["what"] == "inspection"]
    papers = sum(item["side"] == "paperwork" for item in case["evidence"])
    parts = [many(len(case["evidence"]), "file")]
    captures = {seen["path"] for seen in network if seen["what"] == "capture"}
    logs = sum(item["kind"] == "zeek" for item in case["evidence"])
    if network:
        counted = ((len(captures), "capture"), (logs, "Zeek log"))
        sensors = [many(number, noun) for number, noun in counted if number]
        parts.append(", ".join((*sensors, hours(seconds(network)))))
    parts.append(many(papers, "paper"))
    if visits:
        parts.append(many(len(visits), "visit"))
    return parts


def seconds(coverage: Iterable[Tree]) -> float:
    """Time that at least one of the sensors watched."""
    spans = sorted((seen["first"], seen["last"]) for seen in coverage if seen["first"])
    total, until = 0.0, 0.0
    for first, last in spans:
        start, end = (datetime.fromisoformat(at).timestamp() for at in (first, last or first))
        total += max(0.0, end - max(start, until))
        until = max(until, end)
    return total


def has_papers(case: Tree) -> bool:
    """Whether any line of paperwork was understood."""
    return bool(case["records"])


def standings(case: Tree) -> list[str]:
    """One sentence for each standing that some device has."""
    tally = Counter(device["standing"] for device in case["devices"])
    if not has_papers(case):
        return _without_papers(case)
    return [
        one if tally[standing] == 1 else more.format(count(tally[standing]))
        for standing, one, more in SAID
        if tally[standing] or standing in ALWAYS
    ]


def _without_papers(case: Tree) -> list[str]:
    number = len(case["devices"])
    seen = f"{many(number, 'device')} {'was' if number == 1 else 'were'} seen."
    if any(item["side"] == "paperwork" for item in case["evidence"]):
        return [seen, "No line of the papers was understood: none could be compared with them."]
    return [
        seen,
        "No papers were handed in: none can be called documented or undocumented.",
    ]


def standing_out(case: Tree) -> list[Tree]:
    """Devices that call for a person; without a verdict only communications equipment does."""
    communications = [device for device in unknown(case) if family(device) == "communications"]
    chosen = [device for device in case["devices"] if device["standing"] in ATTENTION]
    order = {standing: place for place, standing in enumerate(ATTENTION)}
    rank = sorted(chosen, key=lambda device: (order[device["standing"]], device["number"]))
    return rank + communications


def unknown(case: Tree) -> list[Tree]:
    """Devices that were compared with nothing."""
    return [device for device in case["devices"] if device["standing"] == "UNKNOWN"]


def family(device: Tree) -> str:
    """Family of the device's class: communications, control and so on."""
    entry = table("device-classes")["classes"].get(device["class"], {})
    return str(entry.get("family", "unknown"))


def title(device: Tree) -> str:
    """Role first, then maker and model, or the first address when neither is known."""
    identity = device["identity"] or {}
    made = " ".join(safe(identity[key], 60) for key in ("maker", "model") if identity.get(key))
    first = device["subjects"][0] if device["subjects"] else None
    address = f"{safe(first['kind'])} {safe(first['value'], 60)}" if first else ""
    return ", ".join(part for part in (safe(device["name"], 80), made or address) if part)


def names(device: Tree) -> list[str]:
    """Its identifiers, those that stay with the thing before those that are given to it."""
    order = {kind: place for place, kind in enumerate(KINDS)}
    ranked = sorted(device["identifiers"], key=lambda one: order.get(one["kind"], len(KINDS)))
    return [f"{safe(one['kind'])}\u00a0{safe(one['value'], 60)}" for one in ranked]


def short(answer: Tree) -> str:
    """The answer in few words, or its sentence where few words would say too little."""
    vague = answer["value"] in VAGUE or not answer["value"]
    return str(answer["words"] if vague else answer["value"])


def unlooked(case: Tree) -> list[tuple[str, int]]:
    """What nobody looked at, with how often it is said."""
    return _tally(gap for gap in case["gaps"] if not gap["unread"])


def unread(case: Tree) -> list[tuple[str, int]]:
    """What was handed in and could not be read in full."""
    return _tally(gap for gap in case["gaps"] if gap["unread"])


def _tally(gaps: Iterable[Tree]) -> list[tuple[str, int]]:
    # Short ones first: they name a thing or a place, long ones spell out a condition.
    tally = Counter(gap["what"].strip() for gap in gaps)
    return sorted(tally.items(), key=lambda said: len(said[0]))


def findings_by_device(case: Tree) -> dict[str, list[Tree]]:
    """Findings of each device, the most severe first."""
    grouped: dict[str, list[Tree]] = {}
    for finding in ranked(case):
        grouped.setdefault(finding["device"], []).append(finding)
    return grouped


def ranked(case: Tree) -> list[Tree]:
    """Findings, the most severe first, of one severity the surest first."""
    order = {severity: place for place, severity in enumerate(reversed(Severity))}
    return sorted(
        case["findings"], key=lambda one: (order[one["severity"]], -one["confidence"], one["id"])
    )
