"""NetBox: exports of devices (CSV, REST JSON, database dump) and types of its library (YAML)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from overlanded.model.evidence import EvidenceItem
from overlanded.model.observing import Gap
from overlanded.model.records import PaperKind, Record
from overlanded.model.words import fold
from overlanded.readers.paperwork import csv, table
from overlanded.readers.paperwork.notes import Notes, unread
from overlanded.readers.paperwork.sheets import Sheet
from overlanded.readers.paperwork.table import Entry
from overlanded.readers.paperwork.words import vocabulary

Node = Mapping[str, Any]
TYPE = (b"\nmanufacturer:", b"\nmodel:")
"""How a type of the device-type library reads: two keys at the left edge."""
KINDS = {"device_type": "device", "module_type": "module", "part_id": "inventory item"}
"""Key that only this kind of object has → the kind."""
MODELS = {"dcim.device": "device", "dcim.module": "module", "dcim.inventoryitem": "inventory item"}
FOREIGN = {
    "device_type": "dcim.devicetype",
    "module_type": "dcim.moduletype",
    "manufacturer": "dcim.manufacturer",
    "role": "dcim.devicerole",
    "device_role": "dcim.devicerole",
    "site": "dcim.site",
    "location": "dcim.location",
    "rack": "dcim.rack",
    "device": "dcim.device",
    "primary_ip4": "ipam.ipaddress",
}
"""Field of an object in a database dump → the model that its number means."""
NAMES = ("name", "model", "address", "value", "label", "display")
"""Keys of a nested object, the first of which says what it stands for."""


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001
    """Whether the first bytes begin something that NetBox or its library writes."""
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin[:1] in (b"[", b"{"):
        page = b'"count"' in head and b'"results"' in head
        rest = any(f'"{key}"'.encode() in head for key in KINDS) and (b'"url"' in head or page)
        dump = b'"model"' in head and b'"fields"' in head
        return rest or dump
    return bool(_is_type(begin) or _is_export(begin))


def _is_type(begin: bytes) -> bool:
    return all(key in b"\n" + begin for key in TYPE)


def _is_export(begin: bytes) -> bool:
    first = begin.partition(b"\n")[0].decode("utf-8", "replace").split(",")
    heads = {fold(text.strip('"\r ')) for text in first}
    return {"site", "status"} <= heads and bool(
        {"type", "device type"} & heads and {"role", "device role"} & heads
    )


def read(item: EvidenceItem, data: bytes) -> Iterator[Record | Gap]:
    """The records and gaps of one file."""
    limits = vocabulary()["limits"]
    begin = data[:65536].removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin[:1] in (b"[", b"{"):
        yield from _json(item, data, limits["json_bytes"])
    elif _is_type(begin):
        yield from _type(item, data, limits["yaml_bytes"])
    else:
        sheet = csv.sheet_of(data, csv.encoding_of(data), ",")
        yield from table.entries(item, list(_exported(sheet)), "row", PaperKind.INVENTORY)


def _exported(sheet: Sheet) -> Iterator[Entry]:
    """The entries of a CSV export."""
    known: Mapping[str, str] = vocabulary()["netbox"]["columns"]
    heads, *rows = sheet.rows
    fields = {column: known.get(fold(text), "") for column, text in heads.cells.items()}
    for row in rows:
        told = [(fields.get(column, ""), text) for column, text in row.cells.items()]
        yield Entry(_fields(told), str(row.number))


def _fields(told: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Field → text; the place is the narrowest that is given, the status one of ours."""
    fields = {name: text for name, text in told if name and text}
    words: Mapping[str, str] = vocabulary()["netbox"]["status"]
    status = fields.get("status", "")
    return {"quantity": "1"} | fields | {"status": words.get(status.casefold(), status)}


# ---- JSON ---------------------------------------------------------------------------------------


def _json(item: EvidenceItem, data: bytes, most: int) -> Iterator[Record | Gap]:
    if len(data) > most:
        yield unread(item, f"it has more than {most} bytes", "Split it.")
        return
    try:
        told = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        yield unread(item, f"the file is damaged ({error})", "Supply the file again.")
        return
    found = list(_objects(told))
    listed = [Entry(_object(node), place) for kind, node, place in found if kind in KINDS.values()]
    yield from table.entries(item, listed, "pointer", PaperKind.INVENTORY)
    others = Counter(kind for kind, _, _ in found if kind not in KINDS.values())
    notes = Notes(item, Sheet("", ()))
    if not listed:
        notes.detail("kinds", *(f"{count} {kind}" for kind, count in sorted(others.items())))
    yield from notes.gaps()


def _objects(told: object) -> Iterator[tuple[str, Node, str]]:
    """(kind, object, JSON pointer) of everything in an answer of the API or in a dump."""
    root = ""
    if isinstance(told, dict):
        root, told = ("/results", told["results"]) if "results" in told else ("", [told])
    if not isinstance(told, list):
        return
    nodes = [node for node in told if isinstance(node, dict)]
    stored = {(node.get("model"), node.get("pk")): node.get("fields") for node in nodes}
    for number, node in enumerate(told):
        place = f"{root}/{number}"
        if not isinstance(node, dict):
            continue
        if isinstance(node.get("fields"), dict):
            kind = str(node.get("model"))
            yield MODELS.get(kind, kind), _resolved(node["fields"], stored), place
        else:
            named = next((kind for key, kind in KINDS.items() if key in node), "other object")
            yield named, node, place


def _resolved(fields: Node, stored: Mapping[tuple[Any, Any], Any], depth: int = 2) -> Node:
    """An object of a dump with the objects that its numbers mean in their place."""
    found = dict(fields)
    for key, model in FOREIGN.items():
        meant = stored.get((model, fields[key])) if isinstance(fields.get(key), int) else None
        if isinstance(meant, dict):
            found[key] = _resolved(meant, stored, depth - 1) if depth else meant
    return found


def _object(node: Node) -> dict[str, str]:
    """Field → text of a device, module or inventory item."""
    known: Mapping[str, str] = vocabulary()["netbox"]["columns"]
    kind = next((node[key] for key in ("device_type", "module_type") if key in node), None)
    parent = node.get("device")
    told = [(known.get(fold(key), ""), _name(value)) for key, value in _ordered(parent)]
    told = [(field, text) for field, text in told if field == "place"]
    told += [(known.get(fold(key), ""), _name(value)) for key, value in _ordered(node)]
    if isinstance(kind, dict):
        told += [
            (field, _name(kind.get(key)))
            for key, field in (
                ("manufacturer", "maker"),
                ("model", "model"),
                ("part_number", "part-number"),
            )
        ]
    if parent is not None:
        told = [(field, text) for field, text in told if field != "hostname"]
        told.append(("remark", f"in {_name(parent)}"))
    return _fields(told)


def _ordered(node: object) -> list[tuple[str, Any]]:
    """Key and value in the order of our table of columns: wider places first."""
    order = list(vocabulary()["netbox"]["columns"])
    pairs = node.items() if isinstance(node, dict) else ()
    keyed = [pair for pair in pairs if pair[0][:1] != "_" and fold(pair[0]) in order]
    return sorted(keyed, key=lambda pair: order.index(fold(pair[0])))


def _name(value: object) -> str:
    """The text of a value: its own, or what a nested object stands for."""
    if isinstance(value, dict):
        return next((text for key in NAMES if (text := _name(value.get(key)))), "")
    longest = int(vocabulary()["limits"]["cell_characters"])
    return "" if value is None or isinstance(value, bool | list) else str(value)[:longest].strip()


# ---- types --------------------------------------------------------------------------------------


def _type(item: EvidenceItem, data: bytes, most: int) -> Iterator[Record | Gap]:
    """The one line of a type: what it is and which radios it has, without pieces."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if len(data) > most:
        yield unread(item, f"it has more than {most} bytes", "Supply one type a file.")
        return
    try:
        told = next(iter(yaml.load_all(data, loader)))
    except (yaml.YAMLError, ValueError, RecursionError, StopIteration) as error:
        why = " ".join(str(error).split())[:120]
        yield unread(item, f"the file is damaged ({why})", "Supply the file again.")
        return
    if not isinstance(told, dict):
        yield unread(item, "it describes no type of equipment", "Supply the file again.")
        return
    fields = {
        "description": _described(told),
        "quantity": "0",
        "maker": _name(told.get("manufacturer")),
        "model": _name(told.get("model")),
        "part-number": _name(told.get("part_number")),
    }
    yield from table.entries(item, [Entry(fields, "")], "item", PaperKind.TYPE_DESCRIPTION)
    notes = Notes(item, Sheet("", ()))
    notes.detail("types")
    yield from notes.gaps()


def _described(told: Node) -> str:
    named = " ".join(filter(None, (_name(told.get("manufacturer")), _name(told.get("model")))))
    listed = told.get("interfaces")
    listed = listed if isinstance(listed, list) else []
    kinds = (_name(one.get("type")) for one in listed if isinstance(one, dict))
    radios = dict.fromkeys(filter(None, map(_radio, kinds)))
    return f"{named}, with {', '.join(radios)}" if radios else named


def _radio(kind: str) -> str:
    """The word for the radio behind a type of interface; empty for cables."""
    words = vocabulary()["netbox"]
    if kind.startswith(tuple(words["cable"])):
        return ""
    return next((word for begin, word in words["radios"].items() if kind.startswith(begin)), "")
