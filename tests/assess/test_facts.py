"""Fact words and who looked for them."""

from msgspec.structs import replace

from overlanded.assess import facts
from overlanded.model.citing import Citation, Locator
from overlanded.model.devices import Standing
from overlanded.model.visits import Change, Visit


def values(known):
    return {word: sorted(found) for word, found in known.known.items()}


def test_words_of_a_declined_router(world):
    one = world.mac(1)
    router = world.declined(
        world.saw(one, "session", "s7comm", count=14, to=world.mac(2), functions="read,write"),
        world.saw(one, "distance", "far", to=world.mac(2), distance_ms="80"),
        world.saw(one, "serves", "telnet/tcp/23"),
        world.saw(one, "snmp.version", "2c"),
        world.saw(one, "fronts", "10.8.0.2"),
        world.saw(one, "fronts", "10.8.0.3"),
    )
    plc, drive = world.device(2, "plc"), world.device(3, "drive")
    assert values(facts(router, world.context(router, plc, drive))) == {
        "class": ["cellular-gateway"],
        "cleartext": ["snmp 2c", "telnet"],
        "controls-observed": ["plc"],
        "controls-possible": ["drive"],
        "distance-ms": ["80"],
        "family": ["communications"],
        "fronts": ["2"],
        "functions": ["read", "write"],
        "maker": ["teltonika"],
        "permitted": ["unsupplied"],
        "record-family": ["communications"],
        "record-status": ["declined"],
        "remote": ["cellular"],
        "serves": ["telnet"],
        "standing": ["DECLINED"],
    }


def test_what_appeared_since_a_visit_is_a_fact(world):
    device = world.declined()
    cited = (Citation("e1", "span.pcapng", Locator("frame", "7")),)
    change = Change("d-1", "appeared", "factory visit", "", "site visit", "It was new.", cited)
    other = replace(change, device="d-2", since="delivery visit")
    visits = tuple(
        Visit(f"{kind} visit", kind, None, None, (), changes)
        for kind, changes in (("factory", ()), ("delivery", ()), ("site", (change, other)))
    )
    known = facts(device, replace(world.context(device), visits=visits)).known
    assert known["appeared-after"] == {"factory": cited}
    assert "appeared-after" not in facts(device, world.context(device)).known


def test_without_a_sensor_nobody_looked_at_the_network(world):
    device = world.declined()
    looked = facts(device, world.context(device, coverage=())).looked
    assert "standing" in looked
    assert not looked & {"serves", "role", "controls-observed", "outside-contact"}


def test_without_paper_nobody_looked_at_the_records(world):
    device = world.device(1, "pc", standing=Standing.UNKNOWN)
    looked = facts(device, world.context(device, records=())).looked
    assert not looked & {"standing", "record-status"}
    assert "serves" in looked
