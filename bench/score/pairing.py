"""Which device of a case document is which device of the truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Thing = Mapping[str, Any]


def paired(truth: Sequence[Thing], tree: Thing) -> dict[str, str]:
    """Id in the truth → id in the document: by MAC, else by address, else by line of the papers.

    Each is used once. Several boxes with one MAC are one device to everybody who sees the wire.
    """
    pairs: dict[str, str] = {}
    for kind in ("mac", "ip"):
        owners = _owners(tree, kind)
        for device in truth:
            values = device["macs"] if kind == "mac" else device["addresses"]
            found = [owners[value] for value in values if value in owners]
            if (
                found
                and device["id"] not in pairs
                and (kind == "mac" or found[0] not in pairs.values())
            ):
                pairs[device["id"]] = found[0]
    _by_line(truth, tree, pairs)
    return pairs


def _owners(tree: Thing, kind: str) -> dict[str, str]:
    return {
        identifier["value"]: device["id"]
        for device in tree["devices"]
        for identifier in device["identifiers"]
        if identifier["kind"] == kind
    }


def _by_line(truth: Sequence[Thing], tree: Thing, pairs: dict[str, str]) -> None:
    """What sent nothing is known by its line alone; pieces of one line are alike."""
    taken = set(pairs.values())
    for device in truth:
        if device["id"] in pairs:
            continue
        for line in device["records"]:
            free = [one for one in of_line(line, tree) if one["id"] not in taken]
            free = [one for one in free if not one["identifiers"]]
            if free:
                pairs[device["id"]] = free[0]["id"]
                taken.add(free[0]["id"])
                break


def of_line(line: Thing, tree: Thing) -> list[Thing]:
    """The devices that a document ties to a line of the papers."""
    records = set(_records(line, tree))
    return [one for one in tree["devices"] if records & set(one["records"])]


def _records(line: Thing, tree: Thing) -> Iterator[str]:
    for record in tree["records"]:
        place = record["citation"]["locator"]["place"]
        right_file = record["citation"]["path"].endswith("/" + line["file"])
        if right_file and place.startswith(line["sheet"]) and record["line"] == line["line"]:
            yield record["id"]
