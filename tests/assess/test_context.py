"""The case around a device."""

from overlanded.assess.context import family, indexed, shared
from overlanded.model.observing import Subject


def test_owner_by_subject_then_by_the_only_home(world):
    plc = world.device(2, "plc", network="vlan 20")
    context = world.context(plc)
    assert context.owner(world.mac(2, "vlan 20")) is plc
    assert context.owner(world.mac(2, "vlan 10")) is plc
    assert context.owner(Subject("ip", "8.8.8.8")) is None
    assert context.owner(None) is None


def test_an_address_that_two_devices_have_is_nobodys(world):
    one, two = (
        world.device(n, "plc", world.saw(Subject("ip", "10.0.0.99", f"vlan {n}"), "vlan", "1"))
        for n in (1, 2)
    )
    assert world.context(one, two).owner(Subject("ip", "10.0.0.99", "vlan 3")) is None


def test_documents_are_cited_once_in_order(world):
    cited = world.context().documents(["contract.xlsx", "nobody.xlsx", "contract.xlsx"])
    assert [one.item for one in cited] == ["p1"]


def test_small_helpers(world):
    assert family("plc") == "control"
    assert family("no such class") == "unknown"
    assert shared("0c:5b:8f:27:9a:64")
    assert not shared("00:1e:42:00:00:01")
    seen = [world.saw(world.mac(1), "vlan", "1"), world.saw(world.mac(1), "vlan", "2")]
    assert indexed(seen) == {world.mac(1): tuple(seen)}
