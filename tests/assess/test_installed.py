"""When a device was fitted: every dated fact, its trust, the milestones, contradictions."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sheets import as_csv, read, row

import photos
from overlanded.assess import Context, dated, indexed, installed
from overlanded.data import table
from overlanded.model.citing import Citation, Locator
from overlanded.model.devices import Device, Standing
from overlanded.model.evidence import EvidenceItem, Scope, Side
from overlanded.model.intervals import End, Trust
from overlanded.model.observing import Observation, Subject
from overlanded.model.records import PaperKind, Record, RecordStatus
from overlanded.readers import ocr
from overlanded.readers.evidence import devicetext, photo
from overlanded.readers.labels import eyes, looking
from overlanded.reconcile import cluster

MAC = "00:1e:42:3a:bc:01"
HEARD = Subject("mac", MAC)
MILESTONES = (
    ("factory acceptance", "2019-06-01"),
    ("delivery", "2019-06-20"),
    ("site acceptance", "2019-09-15"),
)


SIM_OF_2017, SIM_OF_2019, SIM_OF_2020 = (
    "89860079091704123450",
    "89860079091904123458",
    "89860079092004123455",
)
LATE = "by 2019-08-30, before site acceptance"


def visit(day, state="opened", cabinet="+K2", name="site", **found):
    return row(visit=name, date=day, cabinet=cabinet, state=state, **found)


def found(day, **more):
    return visit(day, what="4G router", mac=MAC, **more)


def saw(name, value, at=None, subject=HEARD, **detail):
    ns = int(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()) * 10**9 if at else None
    cited = Citation("e-2", "span.pcapng", Locator("frame", "7"))
    return Observation(subject, name, value, cited, ns, ns, detail=tuple(detail.items()))


def sighted(at):
    return saw("address", "10.0.0.9", at)


def printed_on(day):
    """A sighting of which only the day is known."""
    one = sighted(f"{day}T00:00:00")
    return replace(one, last=one.first + 86_400 * 10**9 - 1)


def photographed(value, clock="camera"):
    cited = Citation("e-3", "IMG_1.jpg", Locator("region", "0,0 9x9"))
    return Observation(HEARD, "photographed", value, cited, detail=(("clock", clock),))


def asked(*seen, **more):
    """The answer about the one device of a case."""
    return installed.answer(*a_case(*seen, **more))


def a_case(*seen, rows=(), milestones=MILESTONES, records=()):
    """The one device of a case, and the case."""
    told = [one for one in read(as_csv(*rows)) if isinstance(one, Observation)] if rows else []
    observations = [*told, *seen]
    (mine,) = cluster(observations)
    named = tuple(record.id for record in records)
    device = Device("d-1", 1, "router 1", "router", Standing.UNKNOWN, mine, None, records=named)
    context = Context(
        Scope("sts-07", milestones=milestones),
        {record.id: record for record in records},
        devices=(device,),
        observations=indexed(observations),
    )
    return device, context


def test_every_kind_of_fact_has_an_end_a_trust_and_a_reason():
    timeline = table("timeline")
    for kind, fact in timeline["fact"].items():
        assert End(fact["end"]), kind
        assert Trust(fact["trust"]), kind
        assert fact["source"], kind
        assert fact["caution"], kind
    stated = {fact for facts in timeline["stated"].values() for fact in facts}
    named = {*stated, *timeline["clocks"].values()}
    named |= {row["fact"] for row in table("papers")["kinds"].values() if row["fact"]}
    assert named | {"sighted", "opened-without"} == set(timeline["fact"])
    assert set(timeline["stated"]) <= set(table("properties")["properties"])


@pytest.mark.parametrize(
    ("seen", "rows", "value"),
    [
        ([sighted("2019-08-30T10:00:00")], [], "by 2019-08-30T10:00:00Z, before site acceptance"),
        ([sighted("2020-01-01T10:00:00")], [], "by 2020-01-01T10:00:00Z"),
        ([printed_on("2020-01-01")], [], "by 2020-01-01"),
        ([sighted("1970-01-02T00:00:00")], [], "not determined"),
        ([saw("maker", "x")], [], "not determined"),
        (
            [],
            [visit("2019-06-21"), found("2019-08-30")],
            "between 2019-06-21 and 2019-08-30, after delivery, before site acceptance",
        ),
        (
            [sighted("2019-07-03T10:00:00")],
            [visit("2019-06-21"), found("2019-08-30")],
            "between 2019-06-21 and 2019-07-03, after delivery, before site acceptance",
        ),
        # The cabinet was opened elsewhere, later, or was not opened at all: nothing follows.
        ([], [visit("2019-06-21", cabinet="+K3"), found("2019-08-30")], LATE),
        # It was moved: where it stood first counts.
        (
            [],
            [
                visit("2019-05-01", cabinet="+K3"),
                found("2019-05-20", cabinet="+K3"),
                visit("2019-06-21"),
                found("2019-08-30"),
            ],
            "between 2019-05-01 and 2019-05-20, before factory acceptance",
        ),
        ([], [visit("2019-06-21", "not opened"), found("2019-08-30")], LATE),
        ([], [visit("2019-06-21", "sealed"), found("2019-08-30")], LATE),
        ([], [found("2019-06-10"), visit("2019-08-30")], "by 2019-06-10, before delivery"),
        ([], [visit("2019-08-30"), found("2019-08-30")], LATE),
        ([photographed("2019-06-10T10:00:00")], [], "by 2019-06-10, before delivery"),
        (
            [photographed("2019-06-20T10:00:00Z", "satellites")],
            [],
            "by 2019-06-20T10:00:00Z, before site acceptance",
        ),
        ([saw("date-code", "2019-07")], [], "not before 2019-07, after delivery"),
        (
            [saw("date-code", "2019-07"), sighted("2019-07-20T00:00:00")],
            [],
            "between 2019-07 and 2019-07-20, after delivery, before site acceptance",
        ),
        ([saw("date-code", "1927")], [], "not before 2019-07-01, after delivery"),
        ([saw("date-code", "1960")], [], "not determined"),
        ([saw("date-code", "19-27")], [], "not determined"),
        (
            [saw("date-code", "1927"), sighted("2019-07-20T00:00:00")],
            [],
            "between 2019-07-01 and 2019-07-20, after delivery, before site acceptance",
        ),
        # Week 7 of 2019, but also July 2019, or week 19 of 2007: the earliest one counts.
        ([saw("date-code", "1907")], [], "not before 2007-05-07"),
        ([saw("iccid", SIM_OF_2019)], [], "not determined"),
        ([saw("tls.not-before", "2019-07-01T00:00:00Z")], [], "not determined"),
    ],
)
def test_what_follows_from_what(seen, rows, value):
    assert asked(*seen, rows=rows).value == value


def test_both_bounds_are_cited_and_said_with_what_can_mislead():
    answer = asked(rows=[visit("2019-06-21", name="factory"), found("2019-08-30")])
    assert [one.locator.place for one in answer.citations] == ["2", "3"]
    assert "+K2 was opened on the factory visit and it was not listed there" in answer.words
    assert "an inspection found it at +K2 on the site visit" in answer.words
    assert "overlooked" in answer.because
    assert answer.interval.earliest.kind == "opened-without"


def test_a_contradiction_is_shown_with_both_citations():
    answer = asked(sighted("2019-06-05T10:00:00"), rows=[visit("2019-06-21"), found("2019-08-30")])
    assert answer.value == "contradictory: not before 2019-06-21, yet by 2019-06-05"
    assert [one.path for one in answer.citations] == ["evidence/visit.csv", "span.pcapng"]
    assert "by the strong facts alone it was fitted by 2019-06-05T10:00:00Z" in answer.words
    assert answer.interval.contradictory


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("tls.not-before", "2020-01-01T00:00:00Z", "a certificate is renewed"),
        ("firmware", "RUT9 build 2020-01-01", "firmware is updated"),
        ("iccid", SIM_OF_2020, "a SIM card is changed"),
    ],
)
def test_what_ordinary_work_makes_anew_is_told_and_narrows_nothing(name, value, says):
    answer = asked(sighted("2019-08-30T10:00:00"), saw(name, value))
    assert answer.value == "by 2019-08-30T10:00:00Z, before site acceptance"
    assert says in answer.words
    assert len(answer.counter) == 1
    assert [one.trust for one in answer.interval.facts] == [Trust.STRONG, Trust.WEAK]


def test_weak_facts_are_told_where_nothing_else_is_known():
    answer = asked(saw("iccid", SIM_OF_2019))
    assert answer.value == "not determined"
    assert (
        "Told, and not relied on: 2019 (the number of its SIM card holds that year)" in answer.words
    )
    assert [one.at for one in answer.interval.facts] == ["2019"]
    assert answer.citations == (answer.interval.facts[0].citation,)


@pytest.mark.parametrize(
    ("status", "adds", "dated", "told"),
    [
        (RecordStatus.ORDERED, True, "2019-07-01", True),
        (RecordStatus.CHANGED, False, "2019-07-01", True),
        (RecordStatus.ORDERED, False, "2019-07-01", False),
        (RecordStatus.ORDERED, True, "", False),
    ],
)
def test_a_dated_change_order_is_told(status, adds, dated, told):
    cited = Citation("p-1", "change-order.xlsx", Locator("row", "CO 3 › 7"))
    kind = PaperKind.CHANGE_ORDER
    record = Record("r-1", status, "4G router", 1, cited, adds=adds, dated=dated, paper=kind)
    answer = asked(sighted("2019-06-05T10:00:00"), records=[record])
    assert answer.value == "by 2019-06-05T10:00:00Z, before delivery"
    assert ("a change order adds or changes it" in answer.words) is told
    assert answer.counter == ((cited,) if told else ())


@pytest.mark.parametrize(
    ("kind", "status", "value", "says"),
    [
        (PaperKind.SERVICE_REPORT, RecordStatus.ORDERED, "by 2019-03-14", "a service report says"),
        (PaperKind.WORK_ORDER, RecordStatus.ORDERED, "by 2019-06-05T10", "a work order asks"),
        (PaperKind.DELIVERY_LIST, RecordStatus.ORDERED, "by 2019-06-05T10", "a delivery list"),
        (PaperKind.CUSTOMS_LIST, RecordStatus.ORDERED, "by 2019-06-05T10", "a customs list"),
        (PaperKind.SERVICE_REPORT, RecordStatus.REMOVED, "by 2019-06-05T10", ""),
        (PaperKind.DRAWING_LIST, RecordStatus.ORDERED, "by 2019-06-05T10", ""),
    ],
)
def test_a_dated_paper_bounds_what_its_kind_can(kind, status, value, says):
    cited = Citation("p-1", "paper.xlsx", Locator("row", "7"))
    record = Record("r-1", status, "4G router", 1, cited, dated="2019-03-14", paper=kind)
    answer = asked(sighted("2019-06-05T10:00:00"), records=[record])
    assert answer.value.startswith(value)
    dated = [one.words for one in answer.interval.facts if one.at == "2019-03-14"]
    assert [says in words for words in dated] == ([True] if says else [])


def test_of_many_photos_the_first_one_is_kept():
    photos = [photographed(f"2019-07-{day:02d}T10:00:00") for day in range(1, 29)]
    facts = asked(*photos).interval.facts
    assert [one.at for one in facts] == ["2019-07-01"]


def test_a_milestone_on_the_day_itself_is_neither_before_nor_after():
    answer = asked(rows=[visit("2019-06-20"), found("2019-09-15")])
    assert answer.value == "between 2019-06-20 and 2019-09-15, after factory acceptance"


FIRST, LAST = date(2017, 1, 1), date(2020, 1, 1)
DAYS = st.dates(FIRST, LAST)


@settings(max_examples=60, deadline=None)
@given(
    true=DAYS,
    looks=st.lists(st.tuples(DAYS, st.sampled_from(["+K2", "+K3"])), max_size=8, unique=True),
    heard=st.none() | DAYS,
    made=st.none() | st.integers(0, 2000),
    coded=st.none() | st.integers(0, 2000),
    card=st.none() | st.sampled_from([SIM_OF_2017, SIM_OF_2019, SIM_OF_2020]),
    renewed=st.none() | DAYS,
)
def test_truthful_facts_hold_the_true_day_in_the_narrowest_interval(
    true, looks, heard, made, coded, card, renewed
):
    """A router is fitted in +K2 on one day; visits, a capture and labels tell the truth of it."""
    with_it = [day for day, place in looks if place == "+K2" and day >= true]
    without = [day for day, place in looks if place == "+K2" and day < true]
    rows = [
        found(str(day)) if place == "+K2" and day >= true else visit(str(day), cabinet=place)
        for day, place in looks
    ]
    seen = [saw("maker", "x")]
    after = [*with_it]
    if heard and heard >= true:
        seen.append(sighted(f"{heard}T10:00:00"))
        after.append(heard)
    before = [*without] if with_it else []
    if made is not None:
        before.append(true - timedelta(days=made))
        seen.append(saw("date-code", str(before[-1])))
    if coded is not None:
        week = (true - timedelta(days=coded)).isocalendar()
        code = f"{week.year}W{week.week:02}"
        before.append(date.fromisoformat(dated.earliest(code)))
        seen.append(saw("date-code", code))
    if card:
        seen.append(saw("iccid", card))
    if renewed:
        seen.append(saw("tls.not-before", f"{renewed}T00:00:00Z"))
    answer = asked(*seen, rows=rows)
    interval = answer.interval
    if not before and not after:
        assert answer.value == "not determined"
        return
    assert not interval.contradictory
    earliest = interval.earliest.at if interval.earliest else None
    latest = interval.latest.at[:10] if interval.latest else None
    assert earliest == (str(max(before)) if before else None)
    assert latest == (str(min(after)) if after else None)
    assert (earliest or str(true)) <= str(true) <= (latest or str(true))


TEXT = """\
SW1#show ip arp
Protocol  Address          Age (min)  Hardware Addr   Type   Interface
Internet  10.0.0.9                3   001e.423a.bc01  ARPA   Vlan20
"""
STATUS = "MAC address (management): 00:1E:42:3A:BC:01\nFirmware version: RUT9_R 2019-03-04\n"


def of_text(text, at=""):
    item = EvidenceItem("e-4", "sw1.txt", "0", 1, "devicetext", Side.EVIDENCE, 1, collected_at=at)
    return [one for one in devicetext.read(item, text.encode()) if isinstance(one, Observation)]


def of_photo(monkeypatch, payload="MAC:001E423ABC01", **tags):
    monkeypatch.setattr(ocr, "available", lambda: False)
    monkeypatch.setattr(eyes, "look", looking.look)
    picture = photos.saved(photos.scene((photos.code(payload), (40, 40))), **tags)
    return [one for one in photo.read(photos.item(), picture) if isinstance(one, Observation)]


CODED = "MAC:001E423ABC01;D/C:1705"
WIRED = {
    # fact: (its end, its trust, the date, the file it is cited from)
    "opened-without": (End.EARLIEST, Trust.FAIR, "2019-06-21", "evidence/visit.csv"),
    "inspected": (End.LATEST, Trust.STRONG, "2019-08-30", "evidence/visit.csv"),
    "photographed": (End.LATEST, Trust.FAIR, "2017-08-12", "evidence/IMG_1.jpg"),
    "photographed-by-satellite-time": (
        *(End.LATEST, Trust.STRONG),
        *("2017-08-12T17:22:31Z", "evidence/IMG_1.jpg"),
    ),
    "made": (End.EARLIEST, Trust.FAIR, "2019-03-04", "evidence/IMG_1.jpg"),
    "coded": (End.EARLIEST, Trust.FAIR, "2005-04-23", "evidence/IMG_1.jpg"),
    "coded-by-week": (End.EARLIEST, Trust.WEAK, "2017-01-29", "evidence/IMG_1.jpg"),
    "numbered": (End.EARLIEST, Trust.WEAK, "2017", "evidence/IMG_1.jpg"),
    "firmware": (End.EARLIEST, Trust.WEAK, "2019-03-04", "sw1.txt"),
    "certificate": (End.EARLIEST, Trust.WEAK, "2019-07-01T00:00:00Z", "span.pcapng"),
    "sighted": (End.LATEST, Trust.STRONG, "2019-08-30T10:00:00Z", "sw1.txt"),
}


@pytest.mark.parametrize("kind", WIRED)
def test_every_fact_is_wired_from_what_a_reader_gives(kind, monkeypatch):
    sources = {
        "opened-without": lambda: {"rows": [visit("2019-06-21"), found("2019-08-30")]},
        "inspected": lambda: {"rows": [found("2019-08-30")]},
        "photographed": lambda: {"seen": of_photo(monkeypatch, exif=photos.TAKEN)},
        "photographed-by-satellite-time": lambda: {
            "seen": of_photo(monkeypatch, exif=photos.TAKEN, gps=photos.GPS_TIME)
        },
        "made": lambda: {"seen": of_photo(monkeypatch, "MAC:001E423ABC01;Mfg date:2019-03-04")},
        "coded": lambda: {"seen": of_photo(monkeypatch, CODED)},
        "coded-by-week": lambda: {"seen": of_photo(monkeypatch, CODED)},
        "numbered": lambda: {
            "seen": of_photo(monkeypatch, f"MAC:001E423ABC01;ICCID:{SIM_OF_2017}")
        },
        "firmware": lambda: {"seen": of_text(STATUS)},
        "certificate": lambda: {"seen": [saw("tls.not-before", "2019-07-01T00:00:00Z")]},
        "sighted": lambda: {"seen": of_text(TEXT, "2019-08-30T10:00:00Z")[:1]},
    }
    given = sources[kind]()
    facts = installed.facts(*a_case(*given.pop("seen", ()), **given))
    bounds = [one for one in installed.narrowest(facts) if one.kind == kind]
    assert [(one.end, one.trust, one.at, one.citation.path) for one in bounds] == [WIRED[kind]]


def test_no_fact_is_left_out_of_the_table():
    papers = {row["fact"] for row in table("papers")["kinds"].values() if row["fact"]}
    assert set(WIRED) | papers == set(table("timeline")["fact"])
