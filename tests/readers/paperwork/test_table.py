"""Lists as people make them, each with what a reader must and must not take from it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lists import ITEM, read_grid

from overlanded.model.observing import Gap
from overlanded.model.records import Record
from overlanded.readers.paperwork import table
from overlanded.readers.paperwork.sheets import Row, Sheet

LISTS = {
    "quantity first, maker and type in one cell": (
        """
Qty | Description | Make/Type | Remarks
4 | IP dome camera | Axis P3245-LVE | boom and trolley
1 lot | Cables | |
2 pcs | Ethernet switch 8 port | Moxa EDS-408A |
""",
        [
            ("2", "ordered", 4, "", "camera", "Axis", "P3245-LVE"),
            ("3", "ordered", 1, "", "", "", ""),
            ("4", "ordered", 2, "", "switch", "Moxa", "EDS-408A"),
        ],
    ),
    "section headings that refuse, then a place": (
        """
Item | Description | Qty | Unit
A | Scope of supply | |
1 | PLC CPU 317 | 1 | set
B | Options – not included | |
2 | 4G router for remote diagnostics | 1 | pc
C | Machinery house | |
3 | Frequency inverter Yaskawa A1000 | 4 | sets
""",
        [
            ("3", "ordered", 1, "1", "plc", "", ""),
            ("5", "declined", 1, "2", "cellular-gateway", "", ""),
            ("7", "ordered", 4, "3", "drive", "Yaskawa", "A1000"),
        ],
    ),
    "decisions in words": (
        """
Option | Title | Customer decision
14.1 | Anti-collision system | accepted 2016-11-02
14.2 | Lashing cabin cameras | rejected
14.3 | Remote diagnostics | declined by customer, see minutes
14.4 | RFID | under discussion
""",
        [
            ("2", "ordered", 1, "14.1", "", "", ""),
            ("3", "declined", 1, "14.2", "camera", "", ""),
            ("4", "declined", 1, "14.3", "remote-access-router", "", ""),
            ("5", "optional", 1, "14.4", "", "", ""),
        ],
    ),
    "one tick column a decision": (
        """
No | Option | Included | Optional | Not included | Remark
1 | 4G remote access router | | | X |
2 | CCTV | X | | |
3 | Wifi access point | | X | | price on request
""",
        [
            ("2", "declined", 1, "1", "cellular-gateway", "", ""),
            ("3", "ordered", 1, "2", "camera", "", ""),
            ("4", "optional", 1, "3", "wifi-ap", "", ""),
        ],
    ),
    "standard and option columns, the remark decides": (
        """
Equipment | Std | Opt | Remarks
Anti-sway system | x | |
Camera on trolley | | x | taken
Remote access router Ewon Cosy | | x | not taken
""",
        [
            ("2", "ordered", 1, "", "", "", ""),
            ("3", "ordered", 1, "", "camera", "", ""),
            ("4", "declined", 1, "", "remote-access-router", "HMS Ewon", "Cosy"),
        ],
    ),
    "yes and no, one left blank": (
        """
Opt. No. | Option | Price EUR | Selected (Y/N)
OPT-1 | Second camera on spreader | 4,000 | Y
OPT-2 | Remote monitoring module (4G) | 3,500 | N
OPT-3 | Elevator CCTV | 2,000 |
""",
        [
            ("2", "ordered", 1, "OPT-1", "camera", "", ""),
            ("3", "declined", 1, "OPT-2", "remote-access-router", "", ""),
            ("4", "optional", 1, "OPT-3", "camera", "", ""),
        ],
    ),
    "a Chinese option list": (
        """
选配清单
选项号|内容|是否选配|备注
1|远程诊断系统（4G路由器）|否|客户不选
2|网络摄像机|是|
3|无线AP|√|
4|激光防撞|待定|
""",
        [
            ("3", "declined", 1, "1", "cellular-gateway", "", ""),
            ("4", "ordered", 1, "2", "camera", "", ""),
            ("5", "ordered", 1, "3", "wifi-ap", "", ""),
            ("6", "optional", 1, "4", "", "", ""),
        ],
    ),
    "two languages in every heading": (
        """
序号 No. | 名称 Description | 型号 Type | 数量 Qty. | 单位 Unit | 生产厂家 Manufacturer | 备注 Remark
1 | 工业路由器 Industrial router | IR915L | 1 | 台 | 映翰通 InHand | 远程诊断用
 | 无线通讯设备 Wireless equipment | | | | |
2 | 无线AP Access point | AWK-3131A | 2 | 台 | MOXA | 选配 Optional
 | 合计 | | 3 | | |
""",
        [
            ("2", "ordered", 1, "1", "cellular-gateway", "InHand Networks", "IR915L"),
            ("4", "optional", 2, "2", "wifi-ap", "Moxa", "AWK-3131A"),
        ],
    ),
    "a German parts list": (
        """
Stückliste E-Anlage
Pos. | Menge | Einheit | Bezeichnung | Hersteller | Bestellnummer
1 | 1 | Stk | CPU 1516F-3 PN/DP | Siemens | 6ES7516-3FN02-0AB0
2 | 1 | Stk | Fernwartungsrouter (entfällt) | INSYS icom | MRX3
Summe | 2
""",
        [
            ("3", "ordered", 1, "1", "plc", "Siemens", "6ES7516-3FN02-0AB0"),
            ("4", "declined", 1, "2", "remote-access-router", "INSYS icom", "MRX3"),
        ],
    ),
    "sums, prices, notes and signatures are no lines": (
        """
No. | Item | Unit | Qty | Unit Price | Amount
I | ELECTRICAL | | | |
1 | PLC system | set | 1 | 100 | 100
 | Sub-total I | | | | 200
2 | Freight | | | | 10
 | GRAND TOTAL | | | | 270
Notes:
1. Prices are exclusive of VAT
Prepared by: | J. Smith | | 2016-01-01
""",
        [("3", "ordered", 1, "1", "plc", "", "")],
    ),
    "a repeated heading and a word that only begins like a total": (
        """
Item | Description | Qty
1 | PLC | 1
Page 2 | |
Item | Description | Qty
2 | HMI | 1
 | Total amount | 2
3 | Total station Leica | 1
""",
        [
            ("2", "ordered", 1, "1", "plc", "", ""),
            ("5", "ordered", 1, "2", "hmi", "", ""),
            ("7", "ordered", 1, "3", "", "", ""),
        ],
    ),
    "two lists side by side": (
        """
Pos | Name | Qty | | Pos | Name | Qty
1 | Camera | 4 | | 10 | Intercom | 6
""",
        [
            ("2", "ordered", 4, "1", "camera", "", ""),
            ("2", "ordered", 6, "10", "intercom", "", ""),
        ],
    ),
    "parts under a line, with bullets": (
        """
Item | Description | Qty
1 | Crane PLC system consisting of: | 1 set
 | - CPU 1515-2 PN |
 | - 4G modem for teleservice |
 | with spare battery |
2 | HMI 12" | 2
""",
        [
            ("2", "ordered", 1, "1", "plc", "", ""),
            ("3", "ordered", 1, "1", "plc", "", ""),
            ("4", "ordered", 1, "1", "cellular-gateway", "", ""),
            ("6", "ordered", 2, "2", "hmi", "", ""),
        ],
    ),
    "the status stands in the quantity": (
        """
Pos. | Equipment | Quantity
1 | 4G modem | not included
2 | Wifi | option
3 | Camera | 0
4 | Sensor | 2+1
""",
        [
            ("2", "declined", 1, "1", "cellular-gateway", "", ""),
            ("3", "optional", 1, "2", "wifi-ap", "", ""),
            ("4", "optional", 0, "3", "camera", "", ""),
            ("5", "ordered", 3, "4", "sensor", "", ""),
        ],
    ),
    "a type column that holds groups, and one that holds types": (
        """
Pos | Type | Description | Make | Qty
1 | Network | Switch 8 port | Moxa | 2
2 | Network | Router LTE | Teltonika | 1
""",
        [
            ("2", "ordered", 2, "1", "switch", "Moxa", ""),
            ("3", "ordered", 1, "2", "cellular-gateway", "Teltonika", ""),
        ],
    ),
    "a choice left open with a dash": (
        """
Option | Description of option | Decision by the Port
14.1 | Second anemometer | Accepted
14.2 | LED lights | -
14.3 | Remote diagnostics incl. 4G modem | Not taken up
""",
        [
            ("2", "ordered", 1, "14.1", "sensor", "", ""),
            ("3", "optional", 1, "14.2", "", "", ""),
            ("4", "declined", 1, "14.3", "remote-access-router", "", ""),
        ],
    ),
    "two tables, the second with a title of its own": (
        """
Table 1: Delivered
Item | Description | Qty
1 | PLC | 1

Table 2: Options declined
Item | Description | Qty
2 | 4G router | 1
""",
        [
            ("3", "ordered", 1, "1", "plc", "", ""),
            ("7", "declined", 1, "2", "cellular-gateway", "", ""),
        ],
    ),
    "an option heading holds over a page break": (
        """
Item | Description | Qty
Options – not included | |
1 | 4G router | 1
Page 2 | |
Item | Description | Qty
2 | Access point | 1
""",
        [
            ("3", "declined", 1, "1", "cellular-gateway", "", ""),
            ("6", "declined", 1, "2", "wifi-ap", "", ""),
        ],
    ),
    "headings with spelling mistakes": (
        """
Item | Discription | Quantiy | Manufacter | Remaks
1 | PLC | 2 | Siemens | declined
""",
        [("2", "declined", 2, "1", "plc", "Siemens", "")],
    ),
    "a lone piece of equipment at the end of a line": (
        """
Pos | Description | Qty
1 | CPU | 1
2 | Communication | 1 lot
 | thereof 4G router |
""",
        [
            ("2", "ordered", 1, "1", "plc", "", ""),
            ("3", "ordered", 1, "2", "", "", ""),
            ("4", "ordered", 1, "", "cellular-gateway", "", ""),
        ],
    ),
    "words in Chinese, groups numbered in Chinese": (
        """
序号|名称|规格|数量|单位|品牌|备注
一|主控系统| | | | |
1|PLC主站|S7-1500 CPU1518|1|套|西门子|
二|网络系统|||||
2|无线通讯模块|4G全网通|1|只| |远程诊断用，业主不要
三|选配项|||||
3|岸桥远程监控系统|含路由器、服务器|1|套||未选
""",
        [
            ("3", "ordered", 1, "1", "plc", "Siemens", "S7-1500"),
            ("5", "declined", 1, "2", "cellular-module", "", ""),
            ("7", "declined", 1, "3", "remote-access-router", "", ""),
        ],
    ),
    "a word in place of a price": (
        """
Item | Description | Qty | Price
1 | Wireless AP | 1 | included
2 | 4G router | 1 | Option
3 | Firewall | 1 | 1,200
4 | ~~ | 1 | 5
""",
        [
            ("2", "ordered", 1, "1", "wifi-ap", "", ""),
            ("3", "optional", 1, "2", "cellular-gateway", "", ""),
            ("4", "ordered", 1, "3", "firewall", "", ""),
        ],
    ),
    "a list of approved equipment": (
        """
Make | Model | Function | Approved
Hirschmann | RS20 | Switch | Yes
Sierra Wireless | RV50 | Cellular gateway | No
""",
        [
            ("2", "ordered", 1, "", "switch", "Hirschmann", "RS20"),
            ("3", "declined", 1, "", "cellular-gateway", "Sierra Wireless", "RV50"),
        ],
    ),
    "quantities only inside the words": (
        """
Item | Equipment
1 | 4x PTZ camera
2 | Industrial PC
""",
        [
            ("2", "ordered", 4, "1", "camera", "", ""),
            ("3", "ordered", 1, "2", "pc", "", ""),
        ],
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_as_people_make_them(name):
    text, wanted = LISTS[name]
    records, _ = read_grid(text, name="")
    told = [
        (
            r.citation.locator.place,
            r.status.value,
            r.quantity,
            r.line,
            r.device_class,
            r.maker,
            r.model,
        )
        for r in records
    ]
    assert told == wanted


def test_a_list_of_addresses_gives_identifiers():
    records, gaps = read_grid(
        """
Device | IP Address | MAC Address | Serial No. | Location | Foo
Gateway | 192.168.1.1/24 | 00-1E-42-11-22-33 | 11098 76543 | +K2 | y
"""
    )
    assert [str(one) for one in records[0].identifiers] == [
        "mac 00:1e:42:11:22:33",
        "ip 192.168.1.1",
        "serial 1109876543",
    ]
    assert records[0].place == "+K2"
    assert [gap.what for gap in gaps] == [
        "columns not understood in paperwork/list.xlsx › List: Foo (F)"
    ]


def test_places_come_from_headings_and_columns():
    records, _ = read_grid(
        """
Item | Description | Qty | Location
1 | E-house | |
1.1 | PLC | 1 |
1.2 | Camera | 1 | Boom tip
2 | Trolley | |
2.1 | Encoder | 2 |
"""
    )
    assert [(r.line, r.place) for r in records] == [
        ("1.1", "E-house"),
        ("1.2", "Boom tip"),
        ("2.1", "Trolley"),
    ]


def test_an_option_sheet_makes_its_lines_optional():
    records, _ = read_grid("No | Description | Qty\n1 | 4G router | 1", name="Options")
    assert records[0].status.value == "optional"


def test_a_heading_after_an_option_heading_leaves_a_gap():
    _, gaps = read_grid(
        """
Description | Qty
Options |
4G router | 1
E-house |
PLC | 1
"""
    )
    assert [gap.what for gap in gaps] == [
        "lines under a new heading after an option heading in paperwork/list.xlsx › List: rows 5"
    ]


CHANGES = {
    "in words": """
Change order No. 1
No. | Change | Qty
1 | Replace item 1.2 by EDS-408A managed switch | 4
2 | Delete items 2.1 and 2.3 (IP camera) | 4
3 | Add 2 pcs wireless access point | 2
4 | Delete the spare encoder | 1
""",
    "with an action column": """
CO No. | Contract item | Action | Description | Q'ty
1 | 1.2 | Replace | EDS-408A managed switch | 4
2 | 2.1, 2.3 | Delete | IP camera | 4
3 | | Add | Wireless access point | 2
4 | | Delete | Spare encoder | 1
""",
    "in Chinese": """
变更单 2017-03
序号 | 变更内容 | 数量
1 | 将第1.2项交换机更换为 EDS-408A 网管交换机 | 4台
2 | 取消 第2.1项、第2.3项 摄像机 | 4
3 | 增加 无线AP | 2
4 | 取消 编码器 | 1
""",
}


@pytest.mark.parametrize("name", CHANGES)
def test_change_orders(name):
    records, gaps = read_grid(CHANGES[name], name="CO 1")
    assert [(r.status.value, r.device_class, r.quantity, r.supersedes) for r in records] == [
        ("changed", "switch", 4, ("1.2",)),
        ("removed", "camera", 4, ("2.1", "2.3")),
        ("ordered", "wifi-ap", 2, ()),
        ("removed", "sensor", 1, ()),
    ]
    assert any("name no contract line" in gap.what for gap in gaps)


@pytest.mark.parametrize(
    ("title", "dated"),
    [
        ("Change order CO-3 of 2018-04-05", "2018-04-05"),
        ("Change order CO-3", ""),
        ("Contract list of 2018-04-05", ""),
    ],
)
def test_the_day_of_a_change_order_is_in_its_title(title, dated):
    records, _ = read_grid(f"{title}\nitem | description | qty\n1 | Add 4G router | 1")
    assert [record.dated for record in records] == [dated]


def test_the_day_may_stand_in_a_line_just_above_the_headings():
    rows = (
        "Change order 7 |\nDate | 3 February 2020\nAction | Description | Qty\nadd | 4G router | 1"
    )
    records, _ = read_grid(rows)
    assert [record.dated for record in records] == ["2020-02-03"]


def test_a_change_given_as_was_and_is():
    records, _ = read_grid(
        """
CHANGE ORDER 4
Pos. | Description (old) | Qty old | Description (new) | Qty new | Reason
3.2 | Unmanaged switch | 2 | Managed switch EDS-408A | 2 | cyber
5.1 | 4G router | 1 | deleted | 0 | not wanted
"""
    )
    assert [(r.status.value, r.device_class, r.supersedes) for r in records] == [
        ("changed", "switch", ("3.2",)),
        ("removed", "cellular-gateway", ("5.1",)),
    ]


def test_a_list_without_headings_is_a_gap_and_no_guess():
    records, gaps = read_grid("1 | 4G router | Teltonika | 1\n2 | Switch | Moxa | 3")
    assert records == []
    assert gaps[0].unread
    assert "2 lines that look like equipment" in gaps[0].what


def test_a_sheet_without_equipment_is_no_gap():
    cover = "Contract 2016-114\nSeller: ZPMC | Buyer: Port\nList of PLC and network equipment"
    assert read_grid(cover) == ([], [])


def test_struck_lines_are_removed_and_noted():
    text = "Item | Description | Qty\n1 | 4G router | 1\n2 | PLC | 1"
    records, gaps = read_grid(text, struck=(2,))
    assert [r.status.value for r in records] == ["removed", "ordered"]
    assert [gap.what for gap in gaps] == [
        "struck-through lines in paperwork/list.xlsx › List: rows 2"
    ]


def test_lines_supplied_by_others_are_noted():
    text = "Item | Description | Qty | Remark\n1 | 4G router | 1 | by others"
    records, gaps = read_grid(text)
    assert records[0].status.value == "optional"
    assert "supplied by others" in gaps[0].what


def test_quantities_not_stated_or_not_understood_are_told_apart():
    text = (
        "Item | Description | Qty\n1 | PLC | 1\n2 | HMI | as required\n3 | PC | some\n4 | NVR | 2"
    )
    records, gaps = read_grid(text)
    assert [r.quantity for r in records] == [1, 1, 1, 2]
    assert [gap.what.partition(" in ")[0] for gap in gaps] == [
        "no quantity stated",
        "quantities not understood",
    ]


def test_ids_are_stable_and_all_different():
    text = "Pos | Name | Qty | | Pos | Name | Qty\n1 | Camera | 4 | | 1 | Camera | 4"
    first, second = read_grid(text)[0], read_grid(text)[0]
    assert [r.id for r in first] == [r.id for r in second]
    assert len({r.id for r in first}) == len(first)


def test_a_record_cites_its_row_and_shows_it():
    record = read_grid("Item | Description | Qty\n1 | PLC | 1", name="BOM")[0][0]
    assert str(record.citation) == "paperwork/list.xlsx › BOM › 2"
    assert record.citation.excerpt == "1 | PLC | 1"


cells = st.one_of(
    st.sampled_from(
        [
            "Item",
            "Description",
            "Qty",
            "Options",
            "✓",
            "x",
            "1",
            "3.2",
            "delete item 3",
            "路由器",
            "数量",
            "名称",
            "Total",
            "- 4G modem",
            "declined",
            "4 pcs",
            "Siemens 6ES7 315",
            "变更单",
            "E-house",
        ]
    ),
    st.text(max_size=12),
)
rows = st.lists(st.dictionaries(st.integers(0, 6), cells, max_size=7), max_size=10)


@settings(max_examples=150, deadline=None)
@given(rows, st.text(max_size=8))
def test_no_grid_raises(found, name):
    kept = [
        Row(n, {c: t for c, t in sorted(row.items()) if t.strip()})
        for n, row in enumerate(found, 1)
    ]
    sheet = Sheet(name, tuple(row for row in kept if row.cells))
    for one in table.records(ITEM, sheet):
        assert isinstance(one, Record | Gap)
        assert one.citation.item == ITEM.id


def test_an_added_line_takes_nobodys_place():
    records, _ = read_grid(
        """
CHANGE ORDER 3
Pos | Refers to item | Change | Description | Qty
1 | 3.2 | Replaced | Managed switch EDS-510E | 1
2 | 4.1 | Added | PTZ camera at boom tip | 1
"""
    )
    assert [(r.status.value, r.device_class, r.supersedes) for r in records] == [
        ("changed", "switch", ("3.2",)),
        ("ordered", "camera", ()),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Approved hardware|Manufacturer|Model|Approval date\n4G router|Teltonika|RUT955|2024-01-05",
        "HS code|Description of goods|Qty|Net weight|Packages\n8517.62|4G router|1|2 kg|1",
        "Hardware|Maker|Model|Software version|Physical interface\n4G router|Teltonika|RUT955|7.1|RJ",
        "硬件名称|厂家|型号|软件版本|接口\n4G路由器|Teltonika|RUT955|7.1|以太网",
    ],
    ids=["approved", "customs", "inventory", "inventory-zh"],
)
def test_kinds_of_paper_are_known_by_their_headings(text):
    (record,), gaps = read_grid(text)
    assert record.device_class == "cellular-gateway"
    assert [gap for gap in gaps if "columns" in gap.what] == []
