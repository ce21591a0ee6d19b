"""The six standings, and what a result must keep to."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from overlanded.model import identifiers
from overlanded.model.devices import Standing
from overlanded.reconcile import reconcile
from overlanded.reconcile.covering import networks, within


def ids(**known):
    return tuple(identifiers.PARSERS[kind.replace("_", "-")](text) for kind, text in known.items())


def test_documented_and_missing_by_quantity(make):
    line = make.record(1, quantity=4, device_class="camera", maker="Axis Communications AB")
    seen, unseen = make.standings([line], make.devices(*[make.kind("camera", "Axis")] * 3))
    assert set(seen.values()) == {"DOCUMENTED"}
    assert unseen == ["MISSING"]


def test_one_camera_too_many_is_undocumented(make):
    line = make.record(1, quantity=4, device_class="camera")
    seen, unseen = make.standings([line], make.devices(*[make.kind("camera")] * 5))
    assert sorted(seen.values()) == ["DOCUMENTED"] * 4 + ["UNDOCUMENTED"]
    assert unseen == []


def test_a_declined_option_that_was_fitted_is_named(make):
    records = [
        make.record(1, device_class="plc"),
        make.record(
            2,
            "declined",
            description="remote diagnostics, 4G router",
            device_class="cellular-gateway",
        ),
    ]
    identified = make.devices(make.kind("plc"), make.kind("cellular-gateway", "Teltonika"))
    done = reconcile(records, identified, [make.paper], make.power)
    first = done.devices[0]
    assert (first.number, first.standing, first.records) == (1, Standing.DECLINED, ("r002",))
    assert first.name == "cellular router 1"
    assert done.searches[0].documents == ("contract.xlsx",)
    assert first.searches == (done.searches[0].id,)


@pytest.mark.parametrize(
    ("device_class", "maker"),
    [
        ("remote-access-router", ""),
        ("router", ""),
        ("unknown", "Teltonika Networks"),
        ("router", "Robustel"),
    ],
)
def test_near_kinds_of_gateway_fit_the_declined_option(make, device_class, maker):
    option = make.record(
        1, "declined", description="Option: remote diagnostics", device_class="cellular-gateway"
    )
    seen, _ = make.standings([option], make.devices(make.kind(device_class, maker)))
    assert seen == {"01": "DECLINED"}


def test_words_stand_for_a_class_that_the_line_does_not_give(make):
    option = make.record(1, "declined", description="远程诊断 4G")
    seen, _ = make.standings([option], make.devices(make.kind("cellular-gateway")))
    assert seen == {"01": "DECLINED"}


def test_an_ordered_line_that_fits_as_well_wins_over_a_declined_one(make):
    both = [
        make.record(1, device_class="cellular-gateway"),
        make.record(2, "declined", device_class="cellular-gateway"),
    ]
    one = make.kind("cellular-gateway")
    assert make.standings(both, make.devices(one)) == ({"01": "DOCUMENTED"}, [])
    seen, _ = make.standings(both, make.devices(one, one))
    assert sorted(seen.values()) == ["DECLINED", "DOCUMENTED"]


def test_misdescribed_by_a_way_to_talk_outside(make):
    line = make.record(1, device_class="switch", description="unmanaged switch", maker="Moxa")
    seen, _ = make.standings([line], make.devices(make.kind("switch", "Moxa", "", ("cellular",))))
    assert seen == {"01": "MISDESCRIBED"}
    told = replace(line, description="switch with LTE modem")
    seen, _ = make.standings([told], make.devices(make.kind("switch", "Moxa", "", ("cellular",))))
    assert seen == {"01": "DOCUMENTED"}


@pytest.mark.parametrize(
    ("description", "standing"),
    [("Router, DIN rail", "MISDESCRIBED"), ("Industrial 4G router", "DOCUMENTED")],
)
def test_a_plain_router_announces_no_cellular_uplink(make, description, standing):
    line = make.record(1, device_class="router", description=description)
    seen, _ = make.standings(
        [line], make.devices(make.kind("cellular-gateway", remote=("cellular",)))
    )
    assert seen == {"01": standing}


def test_misdescribed_by_class_when_an_identifier_ties(make):
    line = make.record(1, device_class="switch", identifiers=ids(mac="00:1e:42:00:00:01"))
    seen, _ = make.standings([line], make.devices(make.kind("cellular-gateway")))
    assert seen == {"01": "MISDESCRIBED"}


def test_misdescribed_by_a_contradicting_identifier(make):
    line = make.record(
        1, device_class="plc", maker="Siemens", model="S7-300", identifiers=ids(ip="10.0.0.77")
    )
    seen, _ = make.standings([line], make.devices(make.kind("plc", "Siemens", "S7-300")))
    assert seen == {"01": "MISDESCRIBED"}


def test_without_paper_everything_is_unknown(make):
    seen, unseen = make.standings([], make.devices(make.kind("plc"), make.kind()))
    assert set(seen.values()) == {"UNKNOWN"}
    assert unseen == []


def test_without_coverage_nothing_is_missing(make):
    _, unseen = make.standings([make.record(1, device_class="plc")], [], power={})
    assert unseen == ["UNKNOWN"]


@pytest.mark.parametrize(
    "fields",
    [
        {"device_class": "media-converter"},
        {"device_class": "switch", "description": "unmanaged switch"},
        {"device_class": "plc", "description": "spare PLC"},
    ],
)
def test_what_these_sensors_could_not_see_is_unknown(make, fields):
    assert make.standings([make.record(1, **fields)], [])[1] == ["UNKNOWN"]


def test_a_sensor_with_an_address_or_a_network_port_can_be_missing(make):
    with_port = make.record(1, device_class="sensor", description="Anemometer with Ethernet port")
    addressed = make.record(2, device_class="sensor", identifiers=ids(ip="10.0.0.45"))
    serial = make.record(3, device_class="sensor", description="Anemometer, RS-485")
    assert make.standings([with_port, addressed, serial], [])[1] == [
        "MISSING",
        "MISSING",
        "UNKNOWN",
    ]


def test_an_absurd_quantity_does_not_flood_the_report(make):
    line = make.record(1, quantity=10**9, device_class="camera")
    assert len(make.standings([line], make.devices(make.kind("camera")))[1]) == 100


def test_lamps_are_counted_and_never_missing(make):
    done = reconcile(
        [make.record(1, quantity=40, description="LED lamp")], [], [make.paper], make.power
    )
    assert (done.devices, done.uncompared) == ((), 1)


@pytest.mark.parametrize("status", ["optional", "declined", "removed"])
def test_what_was_never_ordered_is_not_missing(make, status):
    assert make.standings([make.record(1, status, device_class="plc")], [])[1] == []


def test_a_change_order_replaces_its_line(make):
    old = make.record(1, line="14", device_class="camera", quantity=2, maker="Axis")
    change = make.record(2, "changed", quantity=1, device_class="camera", supersedes=(old.id,))
    done = reconcile(
        [old, change], make.devices(make.kind("camera", "Axis")), [make.paper], make.power
    )
    assert [(d.standing.value, d.records) for d in done.devices] == [("DOCUMENTED", ("r002",))]


def test_a_removed_line_that_is_there_counts_as_refused(make):
    old = make.record(1, device_class="camera")
    change = make.record(2, "removed", description="delete item", supersedes=(old.id,))
    done = reconcile([old, change], make.devices(make.kind("camera")), [make.paper], make.power)
    assert [(d.standing.value, d.records) for d in done.devices] == [("DECLINED", ("r001", "r002"))]


def test_an_undocumented_device_cites_what_was_searched(make):
    line = make.record(1, device_class="plc", maker="Siemens")
    done = reconcile([line], make.devices(make.kind("router", "Moxa")), [make.paper], make.power)
    search = done.searches[0]
    assert search.lines_compared == 1
    assert search.documents == ("contract.xlsx",)
    assert {"mac 00:1e:42:00:00:01", "class router", "maker moxa"} <= set(search.keys)


def test_the_waterfall_adds_up_to_the_match(make):
    line = make.record(1, device_class="plc", maker="Siemens", identifiers=ids(ip="10.0.0.1"))
    done = reconcile([line], make.devices(make.kind("plc", "Siemens AG")), [make.paper], make.power)
    match = done.devices[0].matches[0]
    assert [one.field for one in match.comparisons] == ["prior", "class", "maker", "ip"]
    assert match.weight == pytest.approx(sum(one.weight for one in match.comparisons))


CLASSES = st.sampled_from(["camera", "plc", "hmi", "cellular-gateway", "switch", "unknown"])
MAKERS = st.sampled_from(["", "Axis", "Siemens"])


@st.composite
def worlds(draw, make):
    kinds = draw(st.lists(st.builds(make.kind, CLASSES, MAKERS), max_size=6))
    lines = [
        make.record(
            number,
            draw(st.sampled_from(["ordered", "ordered", "declined"])),
            draw(st.integers(0, 3)),
            device_class=draw(CLASSES),
            maker=draw(MAKERS),
        )
        for number in range(draw(st.integers(0, 5)))
    ]
    return lines, make.devices(*kinds)


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_laws_of_every_result(make, data):
    records, identified = data.draw(worlds(make))
    papers = [make.paper] if records else []
    done = reconcile(records, identified, papers, make.power)
    seen = [device for device in done.devices if device.cluster]
    assert len(seen) == len(identified)
    assert all(len(device.matches) <= 1 for device in seen)
    for record in records:
        taken = sum(record.id in device.records for device in seen)
        assert taken <= max(1, record.quantity)
    searched = {search.id for search in done.searches}
    for device in seen:
        if device.standing is Standing.UNDOCUMENTED:
            assert set(device.searches) <= searched
            assert device.searches
        if device.standing in (Standing.DOCUMENTED, Standing.DECLINED, Standing.MISDESCRIBED):
            assert device.records
        assert 0 <= device.probability <= 1
    assert [device.number for device in done.devices] == list(range(1, len(done.devices) + 1))
    assert len({device.id for device in done.devices}) == len(done.devices)
    assert len({device.name for device in done.devices}) == len(done.devices)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_order_of_records_does_not_matter(make, data):
    records, identified = data.draw(worlds(make))
    shuffled = data.draw(st.permutations(records))
    papers = [make.paper] if records else []
    assert reconcile(records, identified, papers, make.power) == reconcile(
        shuffled, identified, papers, make.power
    )


def test_two_thousand_devices_all_find_their_line(make):
    """Realistic lists: the work is in kinds of device, not in devices."""
    names = ["camera", "plc", "hmi", "drive", "switch", "sensor"]
    records = [
        make.record(n, quantity=2, device_class=names[n % 6], model=f"M{n % 40}")
        for n in range(960)
    ]
    one = make.devices(make.kind())[0][0]
    identified = [
        (
            replace(one, subjects=(make.mac(n % 256, f"vlan {n}"),)),
            make.kind(names[n % 6], "", f"M{n % 40}"),
        )
        for n in range(1920)
    ]
    done = reconcile(records, identified, [make.paper], make.power)
    standings = [device.standing for device in done.devices]
    assert standings.count(Standing.DOCUMENTED) == 1920


def test_silence_says_nothing_of_a_network_that_nobody_captured(make):
    here = make.record(1, device_class="plc", identifiers=ids(ip="10.0.0.45"))
    elsewhere = make.record(2, device_class="plc", identifiers=ids(ip="10.0.9.45"))
    anywhere = make.record(3, device_class="plc")
    assert [
        within(
            record, networks(one for one, _ in make.devices(make.kind("camera"))) | {"10.0.0.0/24"}
        )
        for record in (here, elsewhere, anywhere)
    ] == [True, False, True]
    assert within(elsewhere, frozenset())


def test_unseen_pieces_beyond_the_most_are_counted(make):
    records = [make.record(n, quantity=90, device_class="camera") for n in range(20)]
    done = reconcile(records, [], [make.paper], make.power)
    assert (len(done.devices), done.unlisted) == (1000, 800)
