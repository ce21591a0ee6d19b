"""Filled inspection sheets: what was found, what was opened, what stayed closed."""

from datetime import UTC, datetime

import lists
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sheets import COLUMNS, as_csv, as_xlsx, read, row

from overlanded.data import table
from overlanded.exporters import inspection_sheet
from overlanded.model.observing import Coverage, Gap, Observation, Subject
from overlanded.readers import HEAD, head_size, sniff
from overlanded.readers.evidence import inspection

SITE = {"visit": "site", "date": "2019-08-30", "inspector": "C. D."}
ROUTER = row(
    **SITE,
    cabinet="+K2",
    state="opened",
    what="4G router",
    maker="Teltonika",
    model="RUT955",
    serial="1105123456",
    imei="352099001761481, 490154203237518",
    mac="00-1E-42-3A-BC-01",
    sim="Operator X, 89441000301000000018",
    antenna="2, to the roof",
    power="lit",
    cables="LAN1 to SW1/7",
    photos="IMG_0042",
    notes="password: hunter2",
)
WRITERS = pytest.mark.parametrize("write", [as_csv, as_xlsx], ids=["csv", "xlsx"])


def of(kind, found):
    return [one for one in found if isinstance(one, kind)]


def told(found):
    return {(one.property, one.value) for one in of(Observation, found)}


@WRITERS
def test_a_sheet_is_known_by_its_headings(write):
    data = write(ROUTER)
    assert sniff(data[: max(HEAD, head_size(data))], "anything").name == "inspection"


def test_the_empty_workbook_is_a_sheet_that_nobody_filled_in():
    data = inspection_sheet.workbook()
    assert sniff(data, "x").name == "inspection"
    (gap,) = read(data)
    assert (gap.why, gap.unread) == ("no row of the inspection sheet is filled in", True)


@pytest.mark.parametrize(
    "headings",
    [
        ("Cabinet", "Device found", "Maker"),
        ("Cabinet was", "Device found"),
        ("Item", "Description", "Quantity"),
    ],
)
def test_other_lists_are_left_to_others(headings):
    data = as_xlsx(("+K2", "4G router", "x"), headings=headings)
    assert sniff(data, "x").name == "xlsx"


def test_a_contract_list_is_no_sheet():
    data = lists.workbook(
        {"Options": [["Item", "Description", "Qty"], ["1", "Cabinet was painted", "2"]]}
    )
    assert sniff(data, "x").name == "xlsx"


@WRITERS
def test_what_a_row_says_of_a_device(write):
    found = read(write(ROUTER))
    assert told(found) == {
        ("inspected", "2019-08-30"),
        ("place", "+K2"),
        ("taken-for", "cellular-gateway"),
        ("maker", "Teltonika"),
        ("model", "RUT955"),
        ("serial", "1105123456"),
        ("imei", "352099001761481"),
        ("imei", "490154203237518"),
        ("mac-address", "00:1e:42:3a:bc:01"),
        ("sim", "Operator X, 89441000301000000018"),
        ("iccid", "89441000301000000018"),
        ("antenna", "2, to the roof"),
        ("power", "lit"),
        ("cables", "LAN1 to SW1/7"),
        ("opened", "2019-08-30"),
    }
    inspected = next(one for one in found if getattr(one, "property", "") == "inspected")
    detail = dict(inspected.detail)
    assert (detail["visit"], detail["place"], detail["photos"]) == ("site", "+K2", "IMG_0042")
    start = int(datetime(2019, 8, 30, tzinfo=UTC).timestamp()) * 10**9
    assert (inspected.first, inspected.last) == (start, start + 86_400 * 10**9 - 1)
    assert inspected.citation.locator.kind == "row"


@WRITERS
def test_no_password_leaves_the_sheet(write):
    assert "hunter2" not in str(read(write(ROUTER)))


def test_visit_day_inspector_and_cabinet_hold_for_the_rows_below():
    found = read(as_csv(ROUTER, row(what="switch", maker="Moxa"), row(cabinet="+K3", what="PLC")))
    places = [(o.subject.value, o.value) for o in of(Observation, found) if o.property == "place"]
    assert places == [
        ("evidence/visit.csv 2", "+K2"),
        ("evidence/visit.csv 3", "+K2"),
        ("evidence/visit.csv 4", "+K3"),
    ]
    days = {one.value for one in of(Observation, found) if one.property == "inspected"}
    assert days == {"2019-08-30"}


def test_closed_cabinets_are_coverage_lost_and_a_gap_that_names_them():
    found = read(
        as_csv(
            row(**SITE, cabinet="+K1", state="opened"),
            row(cabinet="+K3", state="Not opened"),
            row(cabinet="+K4", state="sealed"),
            row(cabinet="+K5", state="not opened"),
        )
    )
    (coverage,) = of(Coverage, found)
    assert (coverage.what, coverage.where, coverage.seen, coverage.lost) == (
        "inspection",
        "+K1",
        1,
        3,
    )
    assert dict(coverage.detail) == {
        "visit": "site",
        "inspector": "C. D.",
        "not opened": "+K3, +K5",
        "sealed": "+K4",
    }
    gaps = {gap.what: gap for gap in of(Gap, found)}
    assert set(gaps) == {"cabinets +K3, +K5", "cabinet +K4"}
    assert gaps["cabinet +K4"].why.startswith("sealed, and not opened on the site visit")
    assert not any(gap.unread for gap in gaps.values())
    assert [o.subject for o in of(Observation, found)] == [Subject("cabinet", "+K1")]


def test_a_cabinet_opened_at_any_time_of_the_visit_was_opened():
    found = read(
        as_csv(
            row(**SITE, cabinet="+K1", state="sealed"), row(cabinet="cabinet +k1", state="opened")
        )
    )
    (coverage,) = of(Coverage, found)
    assert (coverage.seen, coverage.lost) == (1, 0)


def test_each_visit_has_its_own_coverage():
    found = read(
        as_csv(
            row(visit="FAT", date="21.06.2019", cabinet="+K2", state="opened"),
            row(visit="Site acceptance", date="2019/8/30", cabinet="+K2", state="not opened"),
        )
    )
    assert [(dict(c.detail)["visit"], c.seen, c.lost) for c in of(Coverage, found)] == [
        ("factory", 1, 0),
        ("site", 0, 1),
    ]


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ({"visit": "site", "date": "06/07/2019", "cabinet": "+K2", "state": "opened"}, "which day"),
        ({**SITE, "cabinet": "+K2", "state": "perhaps"}, "whether the cabinet was opened"),
        ({**SITE, "what": "modem"}, "which cabinet"),
    ],
)
def test_what_is_not_clear_is_a_gap_naming_the_row(cells, what):
    gaps = [gap for gap in of(Gap, read(as_csv(row(**cells)))) if gap.unread]
    assert len(gaps) == 1
    assert what in gaps[0].what
    assert gaps[0].why.endswith("in 2")


@pytest.mark.parametrize("nothing", ["-", "none", "?", "no label"])
def test_a_label_that_says_nothing_says_nothing(nothing):
    found = read(
        as_csv(row(**SITE, cabinet="+K2", what="router", maker=nothing, mac=nothing, sim="none"))
    )
    properties = {name for name, _ in told(found)}
    assert not properties & {"maker", "mac-address"}
    assert ("sim", "none") in told(found)


def test_headings_in_another_language_below_a_title():
    headings = ("阶段", "日期", "柜号", "柜门状态", "设备", "型号")
    data = as_xlsx(
        ("工厂", "2019年6月21日", "+K2", "打开", "路由器", "RUT955"),
        headings=headings,
        above=(("Crane 7",), ()),
    )
    assert sniff(data, "x").name == "inspection"
    assert ("inspected", "2019-06-21") in told(read(data))
    assert of(Coverage, read(data))[0].seen == 1


@pytest.mark.parametrize("cut", range(30, 400, 37))
def test_a_workbook_cut_short_is_no_sheet_and_no_crash(cut):
    data = as_xlsx(ROUTER)
    card = sniff(data[:-cut], "x")
    assert card is None or card.name != "inspection"


def test_the_same_bytes_give_the_same():
    assert read(as_csv(ROUTER)) == read(as_csv(ROUTER))


CELLS = st.fixed_dictionaries(
    {},
    optional={
        name: st.text(max_size=30) | st.sampled_from(["2019-08-30", "sealed"]) for name in COLUMNS
    },
)


@given(st.lists(CELLS, min_size=1, max_size=5))
def test_whatever_is_written_is_read_without_a_crash(rows):
    data = as_csv(
        *(row(**{name: text.replace('"', "") for name, text in one.items()}) for one in rows)
    )
    found = read(data)
    assert all(isinstance(one, Observation | Coverage | Gap) for one in found)
    properties = set(table("properties")["properties"])
    assert {one.property for one in of(Observation, found)} <= properties


@given(st.data())
def test_a_damaged_workbook_is_no_crash(data):
    whole = bytearray(as_xlsx(ROUTER))
    for _ in range(data.draw(st.integers(1, 6))):
        # A workbook holds the time of its making, and packs to one byte more or less with it.
        place = 4 + data.draw(st.integers(0, 1 << 16)) % (len(whole) - 4)
        whole[place] = data.draw(st.integers(0, 255))
    if inspection.sniff(bytes(whole), "x"):
        assert read(bytes(whole))
