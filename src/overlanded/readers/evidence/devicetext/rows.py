"""Rows of tables become what they tell of the devices in them and of the unit itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from overlanded.data import table
from overlanded.model.observing import Subject
from overlanded.readers.evidence.devicetext.choosing import Table, cell, ip, mac
from overlanded.readers.evidence.devicetext.templates import Row
from overlanded.readers.evidence.devicetext.text import Line
from overlanded.readers.evidence.devicetext.told import Told

UNIT = "{unit}"
"""Stands in a value where the name of the unit belongs, until that is known."""
Detail = tuple[tuple[str, str], ...]


class Places(Struct):
    """Finds the line of each row: lines are in the order of the rows, so the search moves on."""

    lines: Sequence[Line]
    at: int = 0

    def of(self, *marks: str) -> Line:
        """The next line that holds the first of these marks that any does; else the last found."""
        for mark in marks:
            for index in range(self.at, len(self.lines)) if mark else ():
                if mark in self.lines[index].text:
                    self.at = index
                    return self.lines[index]
        return self.lines[self.at]


def told(read: Table, lines: Sequence[Line]) -> Iterator[Told]:
    """What the rows of a table tell, each with its line."""
    places = Places(lines)
    yield from READ[read.template.kind](read.rows, places)


def _macs(rows: Sequence[Row], places: Places) -> Iterator[Told]:
    own = table("devicetext")["self"]
    for row in rows:
        subject, port, entry = _mac(row), cell(row, "port"), cell(row, "entry")
        if subject is None or re.search(own["ports"], port) or re.search(own["entries"], entry):
            continue
        line = places.of(cell(row, "mac"))
        yield Told("port-mac", f"{UNIT} {port}", line.number, _short(line), subject, _vlan(row))


def _addresses(rows: Sequence[Row], places: Places, how: str = "arp-table") -> Iterator[Told]:
    for row in rows:
        subject, address = _mac(row), ip(cell(row, "ip"))
        if subject is None or not address.checked:
            continue
        line = places.of(cell(row, "ip"), cell(row, "mac"))
        detail = (("how", how), *_vlan(row))
        yield Told("address", address.value, line.number, _short(line), subject, detail)
        for name in ("hostname", "class"):
            if value := cell(row, name):
                word = "hostname" if name == "hostname" else "dhcp.vendor-class"
                yield Told(word, value, line.number, _short(line), subject)


def _leases(rows: Sequence[Row], places: Places) -> Iterator[Told]:
    yield from _addresses(rows, places, "lease-table")


NEIGHBOUR = {
    "neighbour": "lldp.system-name",
    "description": "lldp.system-description",
    "platform": "cdp.platform",
    "management": "lldp.management",
    "abilities": "lldp.capabilities",
    "remote": "lldp.port",
}
"""Column → property of the neighbour."""


def _neighbours(rows: Sequence[Row], places: Places) -> Iterator[Told]:
    for row in rows:
        name, chassis = cell(row, "neighbour"), mac(cell(row, "chassis"))
        local = cell(row, "local")
        telling = (
            name and not mac(name).checked and name.lower() not in ("none", "-", "not advertised")
        )
        if chassis.checked:
            subject = Subject("mac", chassis.value)
        elif telling:
            subject = Subject("hostname", name.lower())
        else:
            continue
        line = places.of(name, cell(row, "chassis"), local)
        excerpt = _short(line)
        yield Told("neighbour", f"{UNIT} {local}".rstrip(), line.number, excerpt, subject)
        for column, word in NEIGHBOUR.items():
            value = cell(row, column)
            if value and (column != "neighbour" or telling) and value != "-":
                yield Told(word, value[:400], line.number, excerpt, subject)


def _inventory(rows: Sequence[Row], places: Places) -> Iterator[Told]:
    for number, row in enumerate(rows):
        model, serial = cell(row, "model"), cell(row, "serial")
        line = places.of(serial, model, cell(row, "version"))
        excerpt = _short(line)
        if number and (model or serial):
            what = " ".join(filter(None, (cell(row, "what"), model)))
            yield Told("module", what, line.number, excerpt, None, _named(serial=serial))
            continue
        for column, word in UNIT_COLUMNS.items():
            if value := cell(row, column):
                yield Told(word, value, line.number, excerpt)
        if (own := mac(cell(row, "own-mac"))).checked:
            yield Told("mac", own.value, line.number, excerpt)


UNIT_COLUMNS = {"model": "model", "serial": "serial", "version": "firmware", "hostname": "hostname"}
"""Column → property of the unit itself."""


def _interfaces(rows: Sequence[Row], places: Places) -> Iterator[Told]:
    for row in rows:
        name = cell(row, "interface")
        line = places.of(name)
        excerpt = _short(line)
        if (address := ip(cell(row, "ip"))).checked:
            detail = _named(how="configured", interface=name)
            yield Told("address", address.value, line.number, excerpt, None, detail)
        if (own := mac(cell(row, "own-mac"))).checked:
            yield Told("mac", own.value, line.number, excerpt, None, _named(interface=name))


CELLULAR = {
    "imei": "imei",
    "imsi": "imsi",
    "card_id": "iccid",
    "iccid": "iccid",
    "apn": "apn",
    "operator": "operator",
    "network": "operator",
    "phone_number": "phone-number",
}
"""Column of cellular tables → property of the unit."""


def _cellular(rows: Sequence[Row], places: Places) -> Iterator[Told]:
    for row in rows:
        module = " ".join(str(row[name]) for name in ("manufacturer", "equipment") if row.get(name))
        if module:
            line = places.of(str(row.get("equipment") or row.get("manufacturer")))
            revision = str(row.get("boot_revision") or row.get("revision") or "")
            yield Told("module", module, line.number, _short(line), None, _named(firmware=revision))
        for column, word in CELLULAR.items():
            value = row.get(column) or ""
            if isinstance(value, str) and value:
                line = places.of(value)
                yield Told(word, value, line.number, _short(line))


PEERS = (
    "peer",
    "peer_ip",
    "current_peer",
    "remote_ip",
    "endpoint_address",
    "current_endpoint_address",
)
"""Columns that hold the other end of a tunnel."""


def _tunnels(rows: Sequence[Row], places: Places) -> Iterator[Told]:
    for row in rows:
        for column in PEERS:
            if isinstance(value := row.get(column), str) and value:
                line = places.of(value)
                yield Told("vpn-peer", value, line.number, _short(line))


def _translations(rows: Sequence[Row], places: Places) -> Iterator[Told]:
    for row in rows:
        text = " ".join(value for value in row.values() if isinstance(value, str) and value)
        first = next(
            (value for value in row.values() if isinstance(value, str) and len(value) > 6), ""
        )
        line = places.of(first)
        yield Told("nat", text[:200], line.number, _short(line))


READ: Mapping[str, Callable[[Sequence[Row], Places], Iterator[Told]]] = {
    "mac": _macs,
    "arp": _addresses,
    "neighbours": _neighbours,
    "leases": _leases,
    "cellular": _cellular,
    "inventory": _inventory,
    "interfaces": _interfaces,
    "tunnels": _tunnels,
    "nat": _translations,
}
"""Kind of table → what its rows tell."""


def _mac(row: Row) -> Subject | None:
    found = mac(cell(row, "mac"))
    return Subject("mac", found.value) if found.checked else None


def _vlan(row: Row) -> Detail:
    found = re.search(r"\d+", cell(row, "vlan"))
    return _named(vlan=found[0] if found else "")


def _named(**parts: str) -> Detail:
    return tuple((name, value) for name, value in parts.items() if value)


def _short(line: Line) -> str:
    return " ".join(line.text.split())[:200]
