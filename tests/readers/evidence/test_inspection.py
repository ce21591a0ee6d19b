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
        ("sim-card", "Operator X, 89441000301000000018"),
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


STATES = {
    "opened": ("✓", "Yes - opened", "OK", "opened, locked again", "已打开（无设备）"),
    "not opened": ("not opened (no key)", "could not open", "NO KEY", "打不开", "closed!"),
    "sealed": ("sealed by customs", "铅封，完好"),
    "": ("opened? no", "opened, not the rear door", "partly", "x", "openedish"),
}


@pytest.mark.parametrize(
    ("state", "written"), [(state, one) for state, ones in STATES.items() for one in ones]
)
def test_the_state_of_a_cabinet_is_read_with_a_remark_behind_it(state, written):
    found = read(as_csv(row(**SITE, cabinet="+K2", state=written)))
    opened = ("opened", "2019-08-30") in told(found)
    closed = [name for one in of(Coverage, found) for name, _ in one.detail if "ed" in name]
    assert (["opened"] if opened else closed) == ([state] if state else [])
    assert any(gap.unread for gap in of(Gap, found)) == (not state)


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


@pytest.mark.parametrize("nothing", ["-", "none", "?", "no label", "not seen", "N/A", "不明"])
def test_a_cell_that_says_nothing_says_nothing(nothing):
    cells = dict.fromkeys(("maker", "model", "serial", "mac", "imei", "sim"), nothing)
    found = read(as_csv(row(**SITE, cabinet="+K2", state="opened", what="router", **cells)))
    assert {name for name, _ in told(found)} == {"inspected", "place", "taken-for", "opened"}


@pytest.mark.parametrize(
    ("text", "detail", "properties"),
    [
        ("none", "none", set()),
        ("无", "none", set()),
        ("No SIM.", "none", set()),
        ("slot empty", "none", set()),
        ("n.a.", None, set()),
        ("yes", None, {"sim-card"}),
        ("not seen", None, set()),
        ("-", None, set()),
        ("Operator X", None, {"sim-card"}),
        ("89441000301000000018", None, {"sim-card", "iccid"}),
    ],
)
def test_a_sim_card_is_one_that_somebody_saw(text, detail, properties):
    found = read(as_csv(row(**SITE, cabinet="+K2", what="switch", sim=text)))
    assert {name for name, _ in told(found)} & {"sim-card", "iccid", "sim"} == properties
    (inspected,) = (one for one in of(Observation, found) if one.property == "inspected")
    assert dict(inspected.detail).get("sim") == detail


def test_that_there_is_no_antenna_is_told():
    cells = {"antenna": "none", "power": "not checked", "cables": "-"}
    found = told(read(as_csv(row(**SITE, cabinet="+K2", what="switch", **cells))))
    assert ("antenna", "none") in found
    assert not {name for name, _ in found} & {"power", "cables"}


PIECE = {"what": "4G router", "maker": "Teltonika", "model": "RUT955"}
NOT_SEEN = {
    # rows of a sheet: what the gap is about
    "copied from a list, and nobody went": ([{"cabinet": "+K2", **PIECE}], "whether anybody saw"),
    "the cabinet was not opened": (
        [{**SITE, "cabinet": "+K2", "state": "not opened", **PIECE}],
        "not opened",
    ),
    "the cabinet was sealed": (
        [{**SITE, "cabinet": "+K2", "state": "sealed", **PIECE}],
        "not opened",
    ),
    "not found, in the notes": (
        [{**SITE, "cabinet": "+K2", "state": "opened", **PIECE, "notes": "Not found"}],
        "looked for",
    ),
    "not found, in its place": (
        [{**SITE, "cabinet": "+K2", "state": "opened", **PIECE, "what": "missing"}],
        "looked for",
    ),
    "not found, in Chinese": (
        [{**SITE, "cabinet": "+K2", "state": "打开", **PIECE, "notes": "未找到"}],
        "looked for",
    ),
}


@pytest.mark.parametrize("why", NOT_SEEN)
def test_a_device_that_nobody_saw_is_not_seen(why):
    rows, what = NOT_SEEN[why]
    found = read(as_csv(*(row(**cells) for cells in rows)))
    assert {name for name, _ in told(found)} <= {"opened"}
    assert any(what in gap.what for gap in of(Gap, found))


@pytest.mark.parametrize(
    "more",
    [{"date": "2019-08-30"}, {"inspector": "C. D."}, {"state": "opened"}, {"serial": "1105123456"},
     {"photos": "IMG_0042"}, {"power": "lit"}, {"sim": "none"}],
)  # fmt: skip
def test_what_only_somebody_who_stood_there_writes_makes_it_seen(more):
    found = read(as_csv(row(cabinet="+K2", **PIECE, **more)))
    assert "inspected" in {name for name, _ in told(found)}


@pytest.mark.parametrize("text", ["nothing found", "empty", "none", "-", "没有设备"])
def test_an_opened_cabinet_with_nothing_in_it_is_covered_and_has_no_device(text):
    found = read(as_csv(row(**SITE, cabinet="+K2", state="opened", what=text)))
    assert told(found) == {("opened", "2019-08-30")}
    assert of(Coverage, found)[0].seen == 1
    assert of(Gap, found) == []


@pytest.mark.parametrize("text", ["nothing found", "", "-"])
def test_a_cabinet_of_which_nothing_is_ticked_is_not_covered(text):
    found = read(as_csv(row(**SITE, cabinet="+K2", what=text)))
    assert of(Observation, found) == of(Coverage, found) == []


def test_a_device_below_a_cabinet_that_was_not_opened_does_not_open_it():
    found = read(
        as_csv(row(**SITE, cabinet="+K2", state="sealed"), row(what="antenna box", serial="A12345"))
    )
    (coverage,) = of(Coverage, found)
    assert (coverage.seen, coverage.lost) == (0, 1)
    assert ("place", "+K2") in told(found)
    assert "opened" not in {name for name, _ in told(found)}


BLANK = st.sampled_from(["", "-", "?", "n/a", "not seen", "未见"])


@given(st.fixed_dictionaries({name: BLANK for name in COLUMNS if name != "cabinet"}))
def test_what_is_not_filled_in_is_never_seen(cells):
    found = read(as_csv(row(cabinet="+K2", **cells)))
    assert of(Observation, found) == []
    assert all(one.seen == 0 for one in of(Coverage, found))


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
