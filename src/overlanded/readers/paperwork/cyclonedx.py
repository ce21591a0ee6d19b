"""CycloneDX bills of materials for hardware (ECMA-424; versions 1.2 to 1.7), JSON and XML.

Read leniently: makers' files often break the schema. A thing is a device when its type says so or
when it has a property of devices; the number of a nested one is multiplied by those around it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers import expat

import orjson
from msgspec import Struct, field

from overlanded.model.evidence import EvidenceItem
from overlanded.model.observing import Gap
from overlanded.model.records import PaperKind, Record
from overlanded.model.words import fold
from overlanded.readers.paperwork import ooxml, table
from overlanded.readers.paperwork.notes import Notes, unread
from overlanded.readers.paperwork.ooxml import Attributes, NotAllowedError
from overlanded.readers.paperwork.sheets import Sheet
from overlanded.readers.paperwork.table import Entry
from overlanded.readers.paperwork.words import equipment, place_of, quantity_of, vocabulary

Node = dict[str, Any]
LISTS = {"components": "component", "properties": "property"}
"""Elements of the XML form that hold a list, and the elements in it."""


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001
    """Whether the first bytes begin JSON or XML that calls itself CycloneDX."""
    begins = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return begins in (b"{", b"<") and b"cyclonedx" in head.lower()


def read(item: EvidenceItem, data: bytes) -> Iterator[Record | Gap]:
    """The records and gaps of one bill of materials."""
    limits = vocabulary()["limits"]
    if len(data) > limits["json_bytes"]:
        yield unread(item, f"it has more than {limits['json_bytes']} bytes", "Split it.")
        return
    text = data.removeprefix(b"\xef\xbb\xbf")
    xml = text.lstrip().startswith(b"<")
    try:
        bom = _from_xml(text) if xml else orjson.loads(text)
        found = Found(xml)
        found.take(bom)
    except (orjson.JSONDecodeError, expat.ExpatError, NotAllowedError, RecursionError) as error:
        why = " ".join(str(error).split())[:120]
        yield unread(item, f"the file is damaged ({why})", "Supply the file again.")
        return
    yield from table.entries(item, found.entries, "pointer", PaperKind.HBOM)
    notes = Notes(item, Sheet("", ()))
    if found.software:
        notes.detail("software", f"{found.software} components")
    yield from notes.gaps()


class Found(Struct):
    """The devices of a bill of materials, gathered from the outside in."""

    xml: bool
    entries: list[Entry] = field(default_factory=list)
    software: int = 0

    def take(self, bom: object) -> None:
        """Take in a whole document; its subject counts when its words name equipment."""
        if not isinstance(bom, dict):
            raise NotAllowedError("it is no bill of materials")
        metadata = bom.get("metadata")
        subject = metadata.get("component") if isinstance(metadata, dict) else None
        root = "/bom" if self.xml else ""
        if isinstance(subject, dict):
            named = equipment().device_class_of(_text(subject.get("name")))
            parent = _Above(1, "")
            if named and _is_device(subject):
                parent = self._entry(subject, f"{root}/metadata/component", parent)
            self._inside(subject, f"{root}/metadata/component", _Above(1, parent.place), 1)
        self._inside(bom, root, _Above(1, ""), 0)

    def _inside(self, node: Node, at: str, above: _Above, depth: int) -> None:
        limits = vocabulary()["limits"]
        components = node.get("components")
        if depth > limits["depth"]:
            raise NotAllowedError(f"it is nested more than {limits['depth']} deep")
        for number, one in enumerate(components if isinstance(components, list) else ()):
            if isinstance(one, dict):
                inner = f"component[{number + 1}]" if self.xml else str(number)
                here = f"{at}/components/{inner}"
                holder = self._entry(one, here, above) if _is_device(one) else above
                self.software += not _is_device(one)
                self._inside(one, here, holder, depth + 1)

    def _entry(self, node: Node, at: str, above: _Above) -> _Above:
        fields = _fields(node)
        count = quantity_of(fields.get("quantity", "")).count
        if count is not None:
            fields["quantity"] = str(min(count * above.count, 10**6))
        else:
            fields["quantity"] = fields.get("quantity") or str(above.count)
        fields["place"] = fields.get("place") or place_of(_text(node.get("name"))) or above.place
        self.entries.append(Entry(fields, at))
        if len(self.entries) > vocabulary()["limits"]["components"]:
            raise NotAllowedError("it lists too many components")
        return _Above((1 if count is None else count) * above.count, fields["place"])


class _Above(Struct, frozen=True):
    """What holds for the parts of an assembly: how many there are of it, and where."""

    count: int
    place: str


def _is_device(node: Node) -> bool:
    own = (str(name) for name, _ in _properties(node))
    return node.get("type") == "device" or any(name.startswith("cdx:device:") for name in own)


def _own(node: Node) -> Iterator[tuple[str, str]]:
    """What makers write into a component beside the schema: ``model``, ``quantity``."""
    return ((key, _text(value)) for key, value in node.items() if isinstance(value, str | int))


def _properties(node: Node) -> Iterator[tuple[str, str]]:
    listed = node.get("properties")
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict):
            yield _text(one.get("name")), _text(one.get("value"))


def _fields(node: Node) -> dict[str, str]:
    """Field → text of one component."""
    known: Mapping[str, str] = vocabulary()["cyclonedx"]["properties"]
    scopes: Mapping[str, str] = vocabulary()["cyclonedx"]["scope"]
    name, description = _text(node.get("name")), _text(node.get("description"))
    fields = {
        "description": description or name,
        "quantity": "",
        "maker": _text(node.get("manufacturer")),
        "supplier": _text(node.get("supplier")),
        "status": scopes.get(_text(node.get("scope")).casefold(), ""),
        "place": "",
    }
    for label, value in (*_own(node), *_properties(node)):
        told = known.get(fold(label.rpartition(":")[2]).replace(" ", ""))
        if told and value:
            fields[told] = value
    if description and any(map(str.isdigit, name)):
        fields.setdefault("model", name)
    elif name != fields["description"]:
        fields["description"] = f"{name}, {description}"
    return fields


def _text(value: object) -> str:
    """A text, a number, or the name of what an object stands for."""
    if isinstance(value, dict):
        return _text(value.get("name"))
    if isinstance(value, list):
        return _text(value[0]) if value else ""
    longest = int(vocabulary()["limits"]["cell_characters"])
    return "" if value is None or isinstance(value, bool) else str(value)[:longest].strip()


def _from_xml(text: bytes) -> Node:
    """The XML form as the JSON form has it; only what is read of it."""
    root: Node = {}
    stack: list[tuple[str, Any]] = [("", root)]

    def start(tag: str, attributes: Attributes) -> None:
        if len(stack) > 8 * vocabulary()["limits"]["depth"]:
            raise NotAllowedError("it is nested too deep")
        above, holder = stack[-1]
        made: Any = [] if tag in LISTS else dict(attributes)
        if isinstance(holder, list):
            if LISTS.get(above) == tag:
                holder.append(made)
        else:
            holder.setdefault(tag, made)
        stack.append((tag, made))

    def end(tag: str, text: str) -> None:
        _, made = stack.pop()
        _, holder = stack[-1]
        if isinstance(made, list) or not text.strip():
            return
        if tag == "property":
            made["value"] = text.strip()
        elif isinstance(holder, dict) and holder.get(tag) is made and not made:
            holder[tag] = text.strip()

    ooxml.walk(io.BytesIO(text), start, end, vocabulary()["limits"])
    bom = root.get("bom")
    return bom if isinstance(bom, dict) else {}
