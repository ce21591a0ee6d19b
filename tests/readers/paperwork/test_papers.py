"""What kind of paper a list is, and what follows from it."""

import pytest
from lists import ITEM, read_grid

from overlanded.data import table
from overlanded.model.records import PaperKind
from overlanded.readers.paperwork import papers

TITLES = [
    ("Option list, crane STS-07", "option-list"),
    ("选配清单", "option-list"),
    ("Contract No. 4711", "contract"),
    ("采购合同", "contract"),
    ("Technical specification", "specification"),
    ("Variation Order 3 to the option list", "change-order"),
    ("设计变更", "change-order"),
    ("Works order 2019-114", "work-order"),
    ("派工单", "work-order"),
    ("Field service report", "service-report"),
    ("维修记录", "service-report"),
    ("LIST OF DRAWINGS", "drawing-list"),
    ("图纸目录", "drawing-list"),
    ("Approved hardware list (33 CFR 101.615)", "approved-list"),
    ("批准清单", "approved-list"),
    ("Packing list 2 of 3", "delivery-list"),
    ("装箱单", "delivery-list"),
    ("Customs declaration", "customs-list"),
    ("报关单", "customs-list"),
    ("Inventory of computer based systems", "inventory"),
    ("设备台账", "inventory"),
    ("IP address list", "network-plan"),
    ("Recommended spare parts", "spare-list"),
    ("备件清单", "spare-list"),
    ("BOM incl. options", "equipment-list"),
    ("设备清单", "equipment-list"),
    ("Ship-to-shore crane 7", None),
    ("", None),
]


@pytest.mark.parametrize(("title", "kind"), TITLES)
def test_a_title_tells_the_kind(title, kind):
    assert papers.titled([title]) == kind


def test_every_kind_has_a_row_and_two_languages():
    kinds = table("papers")["kinds"]
    assert set(kinds) == set(PaperKind)
    for name, row in kinds.items():
        assert row["source"], name
        assert not row["fact"] or row["fact"] in table("timeline")["fact"], name
        languages = {title.isascii() for title in row["titles"]}
        assert languages in ({True, False}, set()), name


def test_a_title_of_several_kinds_is_of_the_more_telling_one():
    assert papers.titled(["Contract 4711", "Packing list"]) == "delivery-list"


@pytest.mark.parametrize(
    ("titles", "headings", "whole", "path", "kind"),
    [
        (["Packing list"], ["HS code", "Country of origin"], [], "a.csv", "delivery-list"),
        ([], ["HS code", "Country of origin 原产国"], ["Contract"], "a.csv", "customs-list"),
        ([], ["Description", "Approved by"], [], "a.csv", "unstated"),
        ([], ["Description", "Qty"], ["Technical specification"], "a.csv", "specification"),
        ([], ["Description", "Qty"], [], "paperwork/packing_list-2.csv", "delivery-list"),
        ([], ["Description", "Qty"], [], "paperwork/sts.csv", "unstated"),
    ],
    ids=["title", "columns", "one column", "whole paper", "file name", "nothing"],
)
def test_the_nearest_words_decide(titles, headings, whole, path, kind):
    assert papers.kind_of(titles, headings, whole, path) == kind


LISTS = {
    "drawing-list": """
Drawing No. | Title | Rev. | Sheets
E-101 | General arrangement | B | 1
E-210 | Arrangement of 4G router | A | 2
""",
    "approved-list": """
Approved hardware | Manufacturer | Model | Approval date
4G router | Teltonika | RUT955 | 2024-01-05
""",
    "customs-list": """
HS code | Description of goods | Qty | Country of origin | Net weight
8517.62 | 4G router | 1 | LT | 2 kg
""",
    "delivery-list": """
装箱单
序号 | 货物描述 | 件数 | 数量 | 毛重
1 | 4G路由器 | 3 | 1 | 2 kg
""",
    "inventory": """
硬件名称 | 厂家 | 型号 | 数量 | 软件版本 | 接口
4G路由器 | Teltonika | RUT955 | 1 | 7.1 | 以太网
""",
}


@pytest.mark.parametrize("kind", LISTS)
def test_lists_of_each_kind_are_read_as_what_they_are(kind):
    records, gaps = read_grid(LISTS[kind], name="")
    router = records[-1]
    assert {one.paper for one in records} == {kind}
    assert router.device_class == "cellular-gateway"
    assert [gap.what for gap in gaps] == []
    uncounted = kind in ("drawing-list", "approved-list")
    told = (0, "optional") if uncounted else (1, "ordered")
    assert (router.quantity, router.status.value) == told


def test_a_drawing_list_numbers_its_lines_by_the_drawing():
    records, _ = read_grid(LISTS["drawing-list"], name="")
    assert [one.line for one in records] == ["E-101", "E-210"]


def test_tables_of_two_kinds_in_one_sheet_are_told_apart():
    records, _ = read_grid(
        """
Equipment list
Item | Description | Qty
1 | PLC | 1

Packing list
Item | Description | Qty
1 | 4G router | 1
"""
    )
    assert [one.paper.value for one in records] == ["equipment-list", "delivery-list"]


@pytest.mark.parametrize(
    ("title", "dated"),
    [
        ("Change order 3 of 2017-08-15", "2017-08-15"),
        ("Work order, 2019-03-14", "2019-03-14"),
        ("Customs declaration 2017-08-01", "2017-08-01"),
        ("Option list of 2016-01-01", ""),
    ],
)
def test_a_paper_whose_date_bounds_something_is_dated(title, dated):
    records, _ = read_grid(f"{title}\nItem | Description | Qty\n1 | 4G router | 1", name="")
    assert [one.dated for one in records] == [dated]


def test_words_for_people():
    assert [kind.words for kind in (PaperKind.HBOM, PaperKind.OPTION_LIST, PaperKind.UNSTATED)] == [
        "HBOM",
        "option list",
        "",
    ]
    assert ITEM.path
