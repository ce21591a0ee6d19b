"""Contract lists for tests: grids as text, workbooks in memory, and packs with known truth."""

from __future__ import annotations

import io
import random

import xlsxwriter
from msgspec import Struct, field

from overlanded.model.evidence import EvidenceItem, Side
from overlanded.model.observing import Gap
from overlanded.model.records import Record
from overlanded.readers.paperwork import table
from overlanded.readers.paperwork.sheets import Row, Sheet

ITEM = EvidenceItem("item-1", "paperwork/list.xlsx", "00", 1, "xlsx", Side.PAPERWORK, 1)


def grid(text: str, name: str = "List", struck: tuple[int, ...] = (), **more) -> Sheet:
    """A sheet from lines of cells cut by ``|``; ``struck``: rows with a line through them."""
    rows = []
    for number, line in enumerate(text.strip("\n").split("\n"), 1):
        cells = {c: part.strip() for c, part in enumerate(line.split("|")) if part.strip()}
        if cells:
            rows.append(Row(number, cells, struck=frozenset(cells if number in struck else ())))
    return Sheet(name, tuple(rows), **more)


def split(found) -> tuple[list[Record], list[Gap]]:
    found = list(found)
    return (
        [one for one in found if isinstance(one, Record)],
        [one for one in found if isinstance(one, Gap)],
    )


def read_grid(text: str, **more) -> tuple[list[Record], list[Gap]]:
    return split(table.records(ITEM, grid(text, **more)))


def workbook(sheets: dict[str, list[list]], change=None) -> bytes:
    """An XLSX file; ``change(book, pages)`` adds formats, merges and the like."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    pages = {name: book.add_worksheet(name) for name in sheets}
    for name, rows in sheets.items():
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value not in ("", None):
                    pages[name].write(number, column, value)
    if change:
        change(book, pages)
    book.close()
    return out.getvalue()


# ---- packs with known truth ---------------------------------------------------------------------

THINGS = [
    # English, Chinese, class, maker, type
    ("PLC CPU", "可编程控制器", "plc", "Siemens", "6ES7 515-2AM01-0AB0"),
    ("Safety PLC", "安全PLC", "safety-plc", "Pilz", "PSS 4000"),
    ("Frequency converter", "变频器", "drive", "ABB", "ACS880-01-105A-3"),
    ("Touch panel", "触摸屏", "hmi", "Siemens", "6AV2124-0MC01"),
    ("Managed Ethernet switch", "工业交换机", "switch", "Hirschmann", "RS20-0800T1T1SDAE"),
    ("Industrial firewall", "防火墙", "firewall", "Fortinet", "FG-60E"),
    ("4G router", "4G路由器", "cellular-gateway", "Teltonika", "RUT955"),
    ("Wireless access point", "无线AP", "wifi-ap", "Moxa", "AWK-3131A"),
    ("IP camera", "网络摄像机", "camera", "Hikvision", "DS-2CD2043"),
    ("Network video recorder", "硬盘录像机", "nvr", "Dahua", "NVR4216"),
    ("Media converter", "光电转换器", "media-converter", "Moxa", "IMC-21A"),
    ("Distributed I/O station", "分布式IO", "remote-io", "Siemens", "ET200SP"),
    ("Absolute encoder", "编码器", "sensor", "Kübler", "F5868"),
    ("Energy meter", "电能表", "meter", "Janitza", "UMG 96"),
    ("Industrial PC", "工控机", "pc", "Advantech", "ARK-3520"),
    ("Intercom station", "对讲系统", "intercom", "Zenitel", "TCIS-3"),
    ("Boom hoist rope", "俯仰钢丝绳", "", "Bridon", "D32"),
    ("Spreader cable reel", "吊具电缆卷盘", "", "Cavotec", "CR-9"),
]
HEADS = {
    "line": ["Item", "No.", "Pos.", "Item No", "序号", "Line"],
    "what": [
        "Description",
        "Equipment",
        "Designation",
        "名称",
        "Item Description",
        "设备名称",
        "Description 名称",
    ],
    "qty": ["Qty", "Quantity", "Q'ty", "数量", "Qty.\n(pcs)", "QTY PER CRANE", "数量 Qty"],
    "unit": ["Unit", "UoM", "单位"],
    "maker": ["Manufacturer", "Maker", "Brand", "制造商", "品牌", "Make"],
    "type": ["Type", "Model", "Model No.", "型号", "规格型号", "Part No."],
    "place": ["Location", "安装位置", "Installed in", "Place"],
    "remark": ["Remarks", "备注", "Comment"],
    "price": ["Unit price (EUR)", "单价", "Total price", "Amount"],
    "status": ["Status", "Option status", "是否选配", "Customer decision"],
}
STATUS_WORDS = {
    "ordered": ["accepted", "Included", "选用", "✓", "Yes", "taken", "标配"],
    "declined": ["declined", "not included", "不选", "Rejected by Buyer", "客户不选", "not taken"],
    "optional": ["optional", "待定", "TBD", "选配"],
}
PLACES = ["E-house", "Trolley", "司机室", "Machinery house", "电气房", "Boom", "+K2"]


class Pack(Struct, dict=True):
    """A list as rows of cells, with what its lines are: (row, status, quantity, class)."""

    sheets: dict[str, list[list]] = field(default_factory=dict)
    truth: dict[tuple[str, int], tuple[str, int, str]] = field(default_factory=dict)


def pack(seed: int) -> Pack:
    """A contract pack of one to three sheets in some arrangement; the same seed, the same pack."""
    rng = random.Random(seed)
    made = Pack()
    names = ["BOM", "Options", "清单2"][: rng.randint(1, 3)]
    for name in names:
        made.sheets[name] = _sheet(rng, made, name)
    return made


def _sheet(rng: random.Random, made: Pack, name: str) -> list[list]:
    options = name == "Options"
    chinese = name == "清单2" or rng.random() < 0.3
    more = ["unit", "maker", "type", "place", "remark", "price"]
    fields = ["line", "what", "qty", *rng.sample(more, rng.randint(1, 5))]
    if options:
        fields.append("status")
    if rng.random() < 0.4:
        rng.shuffle(fields)
    rows = _preamble(rng)
    heads = [rng.choice(HEADS[field]) for field in fields]
    rows.append(heads)
    if rng.random() < 0.2:
        rows.append([{"qty": "(pcs)", "price": "(EUR)"}.get(field, "") for field in fields])
    if rng.random() < 0.2:
        rows.append([str(number) for number in range(1, len(fields) + 1)])
    number = 0
    for group in range(1, rng.randint(2, 4)):
        numbered = rng.random() < 0.5
        if rng.random() < 0.6:
            rows.append(_heading(fields, rng, str(group) if numbered else ""))
        for position in range(1, rng.randint(3, 8)):
            number += 1
            line = f"{group}.{position}" if numbered else str(number)
            row, truth = _line(rng, fields, line, chinese)
            rows.append(row)
            made.truth[(name, len(rows))] = truth
            rows.extend(_between(rng, fields, heads))
        if rng.random() < 0.4:
            rows.append(_labelled(fields, rng.choice(["Subtotal", "小计", "Sub-total"])))
    if rng.random() < 0.5:
        rows.append(_labelled(fields, rng.choice(["Total", "合计", "Grand total"])))
    if rng.random() < 0.3:
        rows += [[], ["Note: prices exclude VAT"], ["1) Delivery as agreed"]]
    if rng.random() < 0.2:
        rows.append(["Prepared by:", "J. Smith", "Date:", "2016-04-01"])
    return rows


def _preamble(rng: random.Random) -> list[list]:
    rows: list[list] = [[f"Ship-to-shore crane {rng.randint(1, 20)}"]] * rng.randint(0, 2)
    if rng.random() < 0.3:
        rows.append(["Project:", "Terminal 4", "", "Rev.", "B", "Date:", "2016-04-01"])
    if rng.random() < 0.4:
        rows.append([])
    return list(rows)


def _between(rng: random.Random, fields: list[str], heads: list) -> list[list]:
    """What can stand between two lines without being one."""
    chance = rng.random()
    if chance < 0.06:
        return [[]]
    if chance < 0.10:
        return [_labelled(fields, "incl. mounting material", price="")]
    if chance < 0.12:
        return [["Page 2"], heads]
    return []


def _labelled(fields: list[str], text: str, price: object = 100) -> list:
    return [{"what": text, "price": price}.get(field, "") for field in fields]


def _heading(fields: list[str], rng: random.Random, number: str) -> list:
    names = ["E-house", "电气设备", "Machinery house", "Communication equipment", "司机室"]
    text = rng.choice([*names, "Control system", "Main supply"])
    if number or rng.random() < 0.5:
        return [{"what": text, "line": number}.get(field, "") for field in fields]
    return [text]


def _line(rng: random.Random, fields: list[str], number: str, chinese: bool):
    english, other, device, maker, model = rng.choice(THINGS)
    what = other if chinese else english
    if "maker" not in fields and rng.random() < 0.3:
        what = f"{maker} {model}, {what}"
    count = rng.choice([1, 1, 1, 2, 3, 4, 6, 12])
    status = rng.choice(["ordered", "declined", "optional"]) if "status" in fields else "ordered"
    shown = rng.choice(
        [count, str(count), f"{count} pcs", f"{count}x", f"{count} 台", f"{count} sets"]
    )
    values = {
        "line": number,
        "what": what,
        "qty": shown,
        "unit": rng.choice(["pcs", "set", "台", "套"]),
        "maker": maker,
        "type": model,
        "place": rng.choice(PLACES),
        "remark": rng.choice(["", "", "see drawing 12", "as per spec"]),
        "price": rng.choice([1000, "1,200.00", ""]),
        "status": rng.choice(STATUS_WORDS[status]),
    }
    return [values[f] for f in fields], (status, count, device)
