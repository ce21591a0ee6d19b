"""The weight of every field."""

import pytest
from msgspec.structs import replace

from overlanded.data import table
from overlanded.model import identifiers
from overlanded.reconcile.comparing import compare, near_classes
from overlanded.reconcile.lines import lines
from overlanded.reconcile.profiles import maker_name, profile

WEIGHTS = table("matching")


def waterfall(make, identity, *said, **fields):
    from overlanded.reconcile import cluster

    seen = [make.saw(make.mac(1), "address", "10.0.0.1", how="arp")]
    seen += [make.saw(make.mac(1), *one) for one in said]
    (line,), _ = lines([make.record(1, **{"device_class": "plc", **fields})])
    found = compare(profile(cluster(seen)[0], identity), line)
    return {one.field: one.weight for one in found}


@pytest.mark.parametrize(
    ("device_class", "weight"),
    [
        ("plc", WEIGHTS["class"]["equal"]),
        ("safety-plc", WEIGHTS["class"]["near"]),
        ("camera", WEIGHTS["class"]["differs"]),
    ],
)
def test_class(make, device_class, weight):
    sure = replace(make.kind(device_class), probability=0.999)
    assert waterfall(make, sure)["class"] == weight


@pytest.mark.parametrize(
    ("chance", "weight"), [(0.999, -4.0), (0.9, -2.116), (0.6, -0.73), (0.17, 0.0), (0.05, 0.0)]
)
def test_a_doubtful_class_says_little_against_a_line(make, chance, weight):
    found = waterfall(make, replace(make.kind("camera"), probability=chance))
    assert found["class"] == pytest.approx(weight, abs=0.001)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("HP", "Hewlett Packard"), ("西门子", "Siemens AG"), ("SAILOR", "Thrane & Thrane")],
)
def test_a_maker_is_known_by_either_name(make, theirs, ours):
    found = waterfall(make, make.kind("plc", ours), maker=theirs)
    assert found["maker"] == WEIGHTS["maker"]["equal"]


def test_an_order_number_is_no_other_model(make):
    named = make.kind("remote-io", "Phoenix Contact", "2688459")
    says = {"device_class": "remote-io", "model": "AXL F BK ETH"}
    assert "model" not in waterfall(make, named, ("order-number", "2688459"), **says)
    assert waterfall(make, named, **says)["model"] == WEIGHTS["model"]["differs"]


def test_an_unknown_class_says_nothing(make):
    assert "class" not in waterfall(make, make.kind())


def test_a_role_hints_at_a_class(make):
    found = waterfall(make, make.kind(), ("role", "gateway"), device_class="router")
    assert found["class"] == pytest.approx(WEIGHTS["class"]["equal"] * WEIGHTS["class"]["hinted"])


@pytest.mark.parametrize(
    ("maker", "listed", "hinted"),
    [
        ("2N TELEKOMUNIKACE a.s", "cellular-gateway", True),
        ("2N TELEKOMUNIKACE a.s", "intercom", True),
        ("Xiamen Four-Faith Communication", "cellular-gateway", True),
        ("Digital Equipment Corporation", "cellular-gateway", False),
    ],
)
def test_what_a_maker_makes_hints_at_a_class(make, maker, listed, hinted):
    found = waterfall(make, make.kind(maker=maker), device_class=listed)
    full = WEIGHTS["class"]["equal"] * WEIGHTS["class"]["hinted"]
    assert found.get("class") == (pytest.approx(full) if hinted else None)


@pytest.mark.parametrize(
    ("chance", "listed", "weight"),
    [(0.36, "remote-io", 2.478), (0.15, "remote-io", 1.603), (0.36, "camera", -0.26)],
)
def test_a_class_that_it_may_be_counts_by_its_chance(make, chance, listed, weight):
    guessed = replace(make.kind(), may_be=(("remote-io", chance),))
    found = waterfall(make, guessed, device_class=listed)
    assert found["class"] == pytest.approx(weight, abs=0.1)


def test_a_class_that_is_known_outweighs_what_its_maker_makes(make):
    found = waterfall(make, make.kind("camera", "2N"), device_class="cellular-gateway")
    assert found["class"] < 0


@pytest.mark.parametrize(
    ("maker", "fields", "weight"),
    [
        ("Siemens", {"maker": "SIEMENS AG"}, "equal"),
        ("Siemens", {"description": "PLC Siemens S7"}, "equal"),
        ("Siemens", {"maker": "ABB"}, "differs"),
    ],
)
def test_maker(make, maker, fields, weight):
    assert waterfall(make, make.kind("plc", maker), **fields)["maker"] == WEIGHTS["maker"][weight]


def test_a_network_cards_maker_is_not_the_computers(make):
    found = waterfall(make, make.kind("pc", "HP"), device_class="pc", maker="Dell")
    assert found["maker"] == WEIGHTS["maker"]["card-differs"]
    found = waterfall(make, make.kind("pc", "Intel Corporate"), device_class="pc", maker="Dell")
    assert "maker" not in found


@pytest.mark.parametrize(
    ("model", "recorded", "weight"),
    [
        ("S7-1516", "S7 1516", "equal"),
        ("CPU 315-2 DP", "CPU 315-2DP", "equal"),
        ("RUT955", "RUT950", "near"),
        ("RUT955", "AC800M", "differs"),
    ],
)
def test_model(make, model, recorded, weight):
    found = waterfall(make, make.kind("plc", "", model), model=recorded)
    assert found["model"] == WEIGHTS["model"][weight]


@pytest.mark.parametrize(
    ("seen", "listed", "field"),
    [
        ("+K1", "E-house +K1", "equal"),
        ("cabinet +k2", "E-house +K2", "equal"),
        ("+K3", "E-house +K3, +K4", "equal"),
        ("operator's cab", "Operator's cab", "equal"),
        ("+K1", "E-house +K11", "differs"),
        ("+K2", "E-house +K1", "differs"),
    ],
)
def test_place(make, seen, listed, field):
    found = waterfall(make, make.kind("plc"), ("place", seen), place=listed)
    assert found["place"] == WEIGHTS["place"][field]


def test_a_unit_of_measure_is_no_place(make):
    assert "place" not in waterfall(make, make.kind("plc"), ("place", "+K1"), unit="set")


def test_a_name_in_the_words_of_the_line(make):
    found = waterfall(make, make.kind(), ("hostname", "hoist-plc"), description="PLC for hoist")
    assert found["name"] == WEIGHTS["name"]["equal"]


@pytest.mark.parametrize(("address", "index"), [("10.0.0.1", 0), ("10.0.0.2", 1)])
def test_identifiers(make, address, index):
    found = waterfall(make, make.kind(), identifiers=(identifiers.ip(address),))
    assert found["ip"] == WEIGHTS["identifiers"]["ip"][index]


def test_fewer_addresses_than_pieces_contradict_nobody(make):
    found = waterfall(make, make.kind(), quantity=4, identifiers=(identifiers.ip("10.0.0.2"),))
    assert "ip" not in found


def test_unchecked_and_generic_identifiers_say_nothing(make):
    known = (identifiers.mac("00:00:00:00:00:00"), identifiers.serial("123456789"))
    assert set(waterfall(make, make.kind(), identifiers=known)) == {"prior"}


def test_near_is_mutual():
    classes = table("device-classes")["classes"]
    for one in classes:
        for other in near_classes(one):
            assert other in classes
            assert one in near_classes(other)


def test_every_listed_class_is_in_the_closed_list():
    classes = set(table("device-classes")["classes"])
    assert set(WEIGHTS["expected"]) <= classes
    ways = {way for expected in WEIGHTS["expected"].values() for way in expected}
    assert ways - {"bluetooth", "lora"} <= set(WEIGHTS["announces"])
    hints = WEIGHTS["hints"]
    assert {*hints["roles"].values(), *hints["makes"], hints["gateway-class"]} <= classes
    makers = [maker for makers in hints["makes"].values() for maker in makers]
    assert makers == [maker_name(maker) for maker in makers]
