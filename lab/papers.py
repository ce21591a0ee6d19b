"""The papers of a drawn crane: what a list says of every piece, in many forms and languages.

A list groups pieces of one type into a line. Most papers are right; ``faults`` makes some of them
wrong in the ways that lists are wrong. What a line says decides the truth: see ``lab.truth``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

from msgspec import Struct

from lab.draw import rng
from lab.equipment import Piece

PAPERS = ("listed", "none", "declined", "optional", "removed", "changed", "misdescribed")
"""What the papers may say of a piece: in the list; nowhere; offered and declined; offered and left
open; struck by a change order; added by one; listed as something plainer than it is."""

Line = dict[str, Any]


class Writer(Struct, frozen=True, dict=True):
    """How one crane's papers are written."""

    style: dict[str, Any]
    crane: str
    seed: object

    def draw(self, *what: object) -> Random:
        """A generator of its own for one thing."""
        return rng(self.seed, "papers", *what)

    @property
    def chinese(self) -> bool:
        """Whether descriptions are in Chinese."""
        return bool(self.style.get("language", "en") == "zh")

    def words(self, piece: Piece) -> str:
        """The description of a piece."""
        paper = piece.entry["paper"]
        return str(paper["zh" if self.chinese else "en"])


def papers(
    pieces: Sequence[Piece], style: dict[str, Any], crane: str, seed: object
) -> list[dict[str, Any]]:
    """Every paper of the crane as a scenario has them; none for the form ``none``."""
    writer = Writer(style, crane, seed)
    if style.get("form") == "none":
        return []
    made = [_contract(pieces, writer)]
    changed = [one for one in pieces if one.paper in ("changed", "removed")]
    if changed:
        made.append(_order(changed, writer))
    return made


def _contract(pieces: Sequence[Piece], writer: Writer) -> dict[str, Any]:
    listed = [one for one in pieces if one.paper in ("listed", "misdescribed", "removed")]
    offered = [one for one in pieces if one.paper in ("declined", "optional")]
    lines = list(_lines(listed, writer))
    form = FORMS[writer.style.get("form", "plain")]
    sheets = [form(lines, writer)]
    if offered or writer.style.get("options", True):
        sheets.append(_options(offered, writer))
    if writer.style.get("file", "xlsx") == "csv" and len(sheets) == 1:
        return {"file": "equipment-list.csv", "holder": "port", "sheets": sheets}
    return {"file": "contract-list.xlsx", "holder": "port", "sheets": sheets}


def _lines(pieces: Sequence[Piece], writer: Writer) -> Iterator[Line]:
    """Lines of the list, one for all pieces of a type that the papers say the same of."""
    groups: dict[tuple[str, str], list[Piece]] = {}
    for one in pieces:
        groups.setdefault((one.kind, one.paper), []).append(one)
    for number, same in enumerate(groups.values(), 1):
        yield from _faulty(_line(same, writer, number), same, writer)


def _line(same: Sequence[Piece], writer: Writer, number: int) -> Line:
    first = same[0]
    paper = first.entry["paper"]
    line: Line = {
        "item": f"{1 + number // 7}.{1 + number % 7}",
        "description": writer.words(first),
        "maker": first.entry["maker"],
        "type": paper["type"],
        "part": paper["part"],
        "quantity": len(same),
        "unit": "台" if writer.chinese else "pc" if len(same) == 1 else "pcs",
        "place": first.place if len({one.place for one in same}) == 1 else "",
        "ip": first.ip if len(same) == 1 else "",
        "serial": first.serial if len(same) == 1 else "",
        "mac": first.mac if len(same) == 1 else "",
        "devices": [one.id for one in same],
        "status": "ordered",
    }
    if first.paper == "misdescribed":
        plain = "管理型交换机" if writer.chinese else "Managed Ethernet switch"
        line |= {"description": plain, "type": "", "part": "", "misdescribed": True}
    return line


def _faulty(line: Line, same: Sequence[Piece], writer: Writer) -> Iterator[Line]:
    """The line with what is wrong with it; a line may also be split in two."""
    draw = writer.draw("fault", line["item"])
    faults = [one for one in writer.style.get("faults", ()) if draw.random() < SHARES[one]]
    if "serial" in faults and "serial" not in COLUMNS[writer.style.get("form", "plain")]:
        faults.remove("serial")
    for fault in faults:
        line = FAULTS[fault](line, same, draw)
    yield line


def _renamed(line: Line, _same: Sequence[Piece], draw: Random) -> Line:
    """The maker left out or in capitals, the type with other blanks and dashes."""
    kind = line["type"].replace("-", " ") if draw.random() < 0.5 else line["type"].replace(" ", "")
    maker = draw.choice([line["maker"].upper(), "", f"{line['maker']} or equal"])
    return line | {"type": kind, "maker": maker}


def _other_serial(line: Line, same: Sequence[Piece], draw: Random) -> Line:
    """A serial number that is another piece's: a unit exchanged, or a slip of the pen.

    It shows where the list has serial numbers and the piece tells its own.
    """
    if not line["serial"]:
        return line
    wrong = "".join(str(draw.randint(0, 9)) if one.isdigit() else one for one in line["serial"])
    told = "$serial" in str(same[0].entry.get("runs", ()))
    return line | {"serial": wrong, "misdescribed": told}


def _one_more(line: Line, same: Sequence[Piece], _draw: Random) -> Line:
    """A line that lists one more than there is: one is missing."""
    return line | {"quantity": line["quantity"] + 1} if len(same) > 1 else line


def _untyped(line: Line, _same: Sequence[Piece], _draw: Random) -> Line:
    """A line without type and part number, as early lists have them."""
    return line | {"type": "", "part": ""}


FAULTS: dict[str, Callable[[Line, Sequence[Piece], Random], Line]] = {
    "renamed": _renamed,
    "serial": _other_serial,
    "one-more": _one_more,
    "untyped": _untyped,
}
SHARES = {"renamed": 0.4, "serial": 0.5, "one-more": 0.25, "untyped": 0.15}
"""Share of the lines that a fault is in, when a crane's papers have it."""


HEADS = {
    "en": {
        "item": "Item", "description": "Description", "maker": "Maker", "type": "Type",
        "part": "Part no.", "quantity": "Qty", "unit": "Unit", "place": "Location",
        "ip": "IP address", "serial": "Serial no.", "mac": "MAC address", "decision": "Decision",
    },
    "zh": {
        "item": "序号", "description": "名称", "maker": "厂家", "type": "型号", "part": "订货号",
        "quantity": "数量", "unit": "单位", "place": "安装位置", "ip": "IP地址", "serial": "序列号",
        "mac": "MAC地址", "decision": "选择",
    },
}  # fmt: skip
COLUMNS = {
    "plain": ("item", "description", "maker", "type", "part", "quantity", "unit", "place", "ip"),
    "short": ("item", "description", "quantity", "maker", "type"),
    "asset": ("item", "description", "maker", "type", "serial", "mac", "place", "quantity"),
}


def _table(
    name: str, title: list[str], columns: Sequence[str], rows: list[Line], writer: Writer
) -> Line:
    heads = HEADS["zh" if writer.chinese else "en"]
    return {
        "name": name,
        "title": title,
        "columns": [heads[column] for column in columns],
        "rows": [
            {
                "cells": [row.get(column, "") for column in columns],
                "devices": row["devices"],
                "status": row["status"],
                **({"misdescribed": True} if row.get("misdescribed") else {}),
                **({"surplus": row["surplus"]} if row.get("surplus") else {}),
                "quantity": row["quantity"],
            }
            for row in rows
        ],
    }


def _form(columns: str) -> Callable[[list[Line], Writer], Line]:
    def write(rows: list[Line], writer: Writer) -> Line:
        words = "起重机电气设备清单" if writer.chinese else "Control and communication equipment"
        title = [f"{writer.crane} · {words}"]
        return _table(
            "设备清单" if writer.chinese else "Equipment", title, COLUMNS[columns], rows, writer
        )

    return write


FORMS = {name: _form(name) for name in COLUMNS}


DECISIONS = {
    "declined": {"en": ("Declined", "not accepted", "No"), "zh": ("不选", "拒绝", "否")},
    "optional": {"en": ("Optional", "open", "to be decided"), "zh": ("选配", "可选", "待定")},
}
LANDED = ("listed", "none")


def _options(offered: Sequence[Piece], writer: Writer) -> Line:
    """The option sheet: what was offered, and what the purchaser said."""
    language = "zh" if writer.chinese else "en"
    rows = []
    for number, one in enumerate(offered, 1):
        decision = writer.draw("decision", one.id).choice(DECISIONS[one.paper][language])
        line = _line([one], writer, number) | {"item": f"14.{number}", "decision": decision}
        rows.append(line | {"status": one.paper, "ip": "", "mac": "", "serial": ""})
    rows.append(_never(writer, len(rows) + 1, language))
    title = [f"{writer.crane} · " + ("选配项" if writer.chinese else "Options")]
    columns = ("item", "description", "maker", "type", "quantity", "decision")
    return _table("选配" if writer.chinese else "Options", title, columns, rows, writer)


def _never(writer: Writer, number: int, language: str) -> Line:
    """An option that was declined and is not there."""
    words = {"en": "Truck positioning system, laser scanner", "zh": "集卡定位系统（激光扫描）"}
    decision = writer.draw("decision").choice(DECISIONS["declined"][language])
    line: Line = {"item": f"14.{number}", "description": words[language], "maker": "SICK"}
    line |= {"type": "TPS-2", "quantity": 1, "decision": decision}
    return line | {"devices": [], "status": "declined"}


def _order(pieces: Sequence[Piece], writer: Writer) -> dict[str, Any]:
    """A change order: what was added, and what was taken out again."""
    words = {
        "changed": "新增" if writer.chinese else "Added",
        "removed": "取消" if writer.chinese else "Deleted",
    }
    rows = []
    for number, one in enumerate(pieces, 1):
        line = _line([one], writer, number) | {"item": str(number), "change": words[one.paper]}
        rows.append(line | {"status": "changed" if one.paper == "changed" else "removed"})
    columns = ("item", "change", "description", "maker", "type", "part", "quantity")
    heads = HEADS["zh" if writer.chinese else "en"]
    heads["change"] = "变更" if writer.chinese else "Change"
    name = "变更单" if writer.chinese else "Change order"
    sheet = _table(name, [f"{name} CO-01 · {writer.crane}"], columns, rows, writer)
    return {"file": "change-order-01.xlsx", "holder": "port", "sheets": [sheet]}
