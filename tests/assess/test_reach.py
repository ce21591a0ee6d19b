"""Observed apart from possible, and both from what no way was seen to."""

import pytest

from overlanded.assess import reach
from overlanded.assess.reach import possible
from overlanded.model.observing import Subject


def at(world, device, address, network=""):
    """What shows that an address is a device's own."""
    return (
        world.saw(world.mac(device, network), "address", address),
        world.saw(Subject("ip", address, network), "vlan", network[5:] or "0"),
    )


def chains(paths):
    """End → names of its steps."""
    return {one.name: [hop.name for hop in one.steps] for one in paths}


def test_observed_with_counts_and_possible_apart(world):
    session = world.saw(
        world.mac(1), "session", "s7comm", count=14, to=world.mac(2), functions="read"
    )
    router = world.declined(session)
    plc, hmi = world.device(2, "plc"), world.device(3, "hmi")
    camera = world.device(4, "camera")
    answer = reach.answer(router, world.context(router, plc, hmi, camera))
    assert answer.value == (
        "plc 2: 14 sessions of s7comm, read (observed) · hmi 3 (possible, same network)"
    )
    assert answer.words.startswith("It opened 14 sessions of s7comm to plc 2 and used read.")
    assert [one.to for one in answer.paths.observed] == ["d-2"]
    assert [one.to for one in answer.paths.possible] == ["d-3"]
    assert session.citation in answer.citations


def test_no_end_is_both_observed_and_possible(world):
    router = world.declined(
        *(world.saw(world.mac(1), "session", "cip", to=world.mac(n)) for n in (2, 3))
    )
    plcs = [world.device(n, "plc") for n in range(2, 9)]
    paths = reach.answer(router, world.context(router, *plcs)).paths
    seen, could = ({one.to for one in those} for those in (paths.observed, paths.possible))
    assert seen == {"d-2", "d-3"}
    assert could == {f"d-{n}" for n in range(4, 9)}


def test_every_step_has_its_reason_and_its_proof(world):
    session = world.saw(world.mac(1), "session", "s7comm", to=world.mac(2))
    router = world.declined(session, *at(world, 1, "10.0.0.1"))
    wall = world.device(5, "firewall", world.saw(world.mac(5), "fronts", "10.9.0.7"))
    paths = reach.answer(router, world.context(router, world.device(2, "plc"), wall)).paths
    steps = [hop for one in (*paths.observed, *paths.possible) for hop in one.steps]
    assert len(steps) == 4
    assert all(hop.reason and hop.citations for hop in steps)


def test_controls_on_another_network_are_apart(world):
    router = world.declined()
    plc = world.device(2, "plc", network="vlan 20")
    answer = reach.answer(router, world.context(router, plc))
    assert answer.value == "none seen"
    assert "No way from it was seen to plc 2 (vlan 20)." in answer.words
    assert [one.to for one in answer.paths.apart] == ["d-2"]
    assert not answer.paths.possible


def test_through_a_firewall_whose_rules_nobody_read(world):
    router = world.declined(*at(world, 1, "10.0.0.1"))
    wall = world.device(5, "firewall", world.saw(world.mac(5), "fronts", "10.9.0.7"))
    answer = reach.answer(router, world.context(router, wall))
    assert answer.value == (
        "firewall 5 (possible, same network) · "
        "addresses of 10.9.0.0/24 (possible, through firewall 5)"
    )
    assert "seen passing on packets of 10.9.0.7; its rules were not read" in answer.words
    assert chains(answer.paths.possible) == {
        "firewall 5": ["the untagged network"],
        "addresses of 10.9.0.0/24": ["the untagged network", "firewall 5"],
    }


JOINERS = {
    "router": ("router", "a router, on both networks"),
    "two-homed PC": ("pc", "on both networks, if it forwards"),
}


@pytest.mark.parametrize(("device_class", "reason"), JOINERS.values(), ids=JOINERS)
def test_through_what_is_on_two_networks(world, device_class, reason):
    modem = world.declined(*at(world, 1, "10.0.0.1"))
    second = world.saw(world.mac(5, "vlan 20"), "address", "10.0.20.5")
    joiner = world.device(5, device_class, *at(world, 5, "10.0.0.5"), second)
    plc = world.device(2, "plc", *at(world, 2, "10.0.20.2", "vlan 20"), network="vlan 20")
    answer = reach.answer(modem, world.context(modem, joiner, plc))
    assert f"Through {joiner.name} ({reason}), so possible, not seen: plc 2." in answer.words
    (path,) = answer.paths.possible
    assert [hop.to for hop in path.steps] == ["", "d-5"]


def test_a_switch_on_two_networks_keeps_them_apart(world):
    modem = world.declined()
    second = world.saw(world.mac(5, "vlan 20"), "vlan", "20")
    switch = world.device(5, "switch", second)
    plc = world.device(2, "plc", network="vlan 20")
    answer = reach.answer(modem, world.context(modem, switch, plc))
    assert not answer.paths.possible
    assert [one.name for one in answer.paths.apart] == ["plc 2"]


def test_two_address_plans_on_one_wire(world):
    modem = world.declined(*at(world, 1, "192.168.8.1"))
    plc = world.device(2, "plc", *at(world, 2, "10.0.20.2"))
    answer = reach.answer(modem, world.context(modem, plc))
    assert answer.value == "plc 2 (possible, same wire, other address plan)"
    (path,) = answer.paths.possible
    assert [(hop.name, hop.reason) for hop in path.steps[1:]] == [
        ("same wire, other address plan", "10.0.20.0/24")
    ]


def test_zones_that_only_addresses_keep_apart(world):
    zones = (
        world.Zone("services", ("10.0.0.0/28",), ""),
        world.Zone("control", ("10.0.0.64/26",), ""),
    )
    modem = world.declined(*at(world, 1, "10.0.0.1"))
    plc = world.device(2, "plc", *at(world, 2, "10.0.0.65"))
    context = world.context(modem, plc, scope=world.Scope("sts-07", zones=zones))
    answer = reach.answer(modem, context)
    assert [one.zone for one in answer.paths.possible] == ["control"]
    assert answer.words.endswith(
        "By address it is in zone services, and 1 of these is in zone control: one network, "
        "and nothing was seen on it that keeps the zones apart."
    )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("STS-08 control", "plc 2 of STS-08"),
        ("sts 8", "plc 2 of sts 8"),
        ("STS-07 control", "plc 2"),
        ("RTG-08", "plc 2"),
    ],
)
def test_other_cranes_are_named(world, name, told):
    zones = (world.Zone(name, ("10.0.0.0/24",), ""),)
    modem = world.declined(*at(world, 1, "10.0.0.1"))
    plc = world.device(2, "plc", *at(world, 2, "10.0.0.65"))
    context = world.context(modem, plc, scope=world.Scope("STS-07", zones=zones))
    assert [one.name for one in reach.answer(modem, context).paths.possible] == [told]


def test_sessions_of_those_it_fronts_count_as_through_it(world):
    far = Subject("ip", "10.8.0.2")
    session = world.saw(far, "session", "modbus", count=3, to=world.mac(2))
    router = world.declined(world.saw(world.mac(1), "fronts", "10.8.0.2"))
    plc = world.device(2, "plc")
    answer = reach.answer(router, world.context(router, plc, observations=[session]))
    assert answer.value.startswith("plc 2: 3 sessions of modbus (observed)")
    assert [one.to for one in answer.paths.observed] == ["d-2"]


def test_sessions_that_it_passed_on_for_others_name_the_opener(world):
    session = world.saw(Subject("ip", "10.0.0.3"), "session", "s7comm", to=world.mac(2))
    pc = world.device(3, "pc", session, *at(world, 3, "10.0.0.3"))
    router = world.declined(world.saw(world.mac(1), "fronts", "10.0.0.3"))
    answer = reach.answer(
        router, world.context(router, world.device(2, "plc"), pc, observations=[session])
    )
    assert "It passed on 1 session of s7comm that pc 3 opened to plc 2." in answer.words


def test_a_session_to_nobody_here_is_still_told(world):
    far = Subject("ip", "10.9.0.2")
    device = world.declined(world.saw(world.mac(1), "session", "s7comm", count=2, to=far))
    answer = reach.answer(device, world.context(device))
    assert answer.value == "10.9.0.2, no device seen here: 2 sessions of s7comm (observed)"
    assert [(one.to, one.kind) for one in answer.paths.observed] == [("", "")]


def test_who_passed_an_observed_session_on_is_a_step_of_it(world):
    far = Subject("ip", "10.9.0.2")
    modem = world.declined(world.saw(world.mac(1), "session", "s7comm", to=far))
    passing = world.saw(world.mac(5), "fronts", "10.9.0.2")
    wall = world.device(5, "firewall", passing)
    (path,) = reach.answer(modem, world.context(modem, wall)).paths.observed
    assert [hop.name for hop in path.steps] == ["the untagged network", "firewall 5"]
    assert path.steps[1].citations == (passing.citation,)


def test_controls_behind_it_are_possible(world):
    router = world.declined(world.saw(world.mac(1), "fronts", "10.0.0.2"))
    inner = world.saw(Subject("ip", "10.0.0.2", "vlan 20"), "vlan", "20")
    plc = world.device(2, "plc", inner, network="vlan 20")
    assert reach.answer(router, world.context(router, plc)).value == "plc 2 (possible, behind it)"


def test_many_controls_are_named_as_far_as_a_report_goes_and_all_counted(world):
    router = world.declined()
    plcs = [world.device(2 + n, "plc") for n in range(250)]
    answer = reach.answer(router, world.context(router, *plcs))
    assert sum(one.number for one in answer.paths.possible) == 250
    assert answer.paths.possible[-1].name == "210 more PLCs"
    assert possible(router, world.context(router, *plcs)) == {"plc"}


def test_documented_controllers_have_the_nearest_named_and_all_counted(world):
    plcs = [world.device(n, "plc") for n in range(2, 22)]
    context = world.context(*plcs)
    named = [one for one in reach.answer(plcs[0], context).paths.possible if one.to]
    every = reach.answer(plcs[0], context).paths.possible
    assert len(named) == 6
    assert sum(one.number for one in every) == 19
    talks = world.device(1, "plc", world.saw(world.mac(1), "contact", "tls", to=world.mac(30)))
    paths = reach.answer(talks, world.context(talks, *plcs)).paths
    assert len([one for one in paths.possible if one.to]) == 20


def test_what_nobody_looked_at_is_not_determined(world):
    router = world.declined()
    answer = reach.answer(router, world.context(router, world.device(2, "plc"), coverage=()))
    assert answer.value == "not determined"
    assert not answer.paths.possible
    assert reach.answer(world.missing(), world.context()).paths is None


def line(world, device, word, value, **detail):
    """What a line of a device's own configuration tells."""
    return world.saw(world.mac(device), word, value, **detail)


FORWARD = "ip nat inside source static tcp 10.0.20.2 102 interface Cellular0 102"
SET_UP = {
    "interface": (
        ("address", "10.0.20.1", {"how": "configured", "interface": "Vlan20"}),
        "possible by configuration: it is set up with 10.0.20.1 on Vlan20; its rules were not read",
    ),
    "route": (
        ("route", "10.0.20.0 255.255.255.0 10.0.0.9", {}),
        "possible by configuration: it has a route to 10.0.20.0/24; its rules were not read",
    ),
    "forward": (
        ("nat", FORWARD, {}),
        f"possible by configuration: {FORWARD}; its rules were not read",
    ),
}


@pytest.mark.parametrize(("told", "reason"), SET_UP.values(), ids=SET_UP)
def test_through_what_is_only_set_up_to_join(world, told, reason):
    word, value, detail = told
    modem = world.declined(*at(world, 1, "10.0.0.1"))
    wall = world.device(
        5, "firewall", *at(world, 5, "10.0.0.5"), line(world, 5, word, value, **detail)
    )
    plc = world.device(2, "plc", *at(world, 2, "10.0.20.2", "vlan 20"), network="vlan 20")
    paths = reach.answer(modem, world.context(modem, wall, plc)).paths
    assert not paths.observed
    (path,) = [one for one in paths.possible if one.to == "d-2"]
    assert [(hop.to, hop.reason) for hop in path.steps[1:]] == [("d-5", reason)]
    assert line(world, 5, word, value).citation in path.steps[1].citations


@pytest.mark.parametrize(
    ("device_class", "told"),
    [
        ("firewall", ("route", "0.0.0.0 0.0.0.0 10.0.0.9", {})),
        ("firewall", ("nat", "ip nat inside source list 1 interface Cellular0", {})),
        ("firewall", ("address", "10.0.20.1", {"how": "arp"})),
        ("switch", ("address", "10.0.20.1", {"how": "configured"})),
    ],
)
def test_settings_that_join_nothing(world, device_class, told):
    word, value, detail = told
    modem = world.declined(*at(world, 1, "10.0.0.1"))
    seen = (*at(world, 5, "10.0.0.5"), line(world, 5, word, value, **detail))
    other = world.device(5, device_class, *seen)
    plc = world.device(2, "plc", *at(world, 2, "10.0.20.2", "vlan 20"), network="vlan 20")
    paths = reach.answer(modem, world.context(modem, other, plc)).paths
    assert "d-2" not in [one.to for one in paths.possible]


def test_a_route_to_where_nobody_was_seen_is_named_by_its_network(world):
    modem = world.declined(*at(world, 1, "10.0.0.1"))
    set_up = line(world, 5, "route", "172.20.0.0/16 next-hop 10.0.0.9")
    router = world.device(5, "router", *at(world, 5, "10.0.0.5"), set_up)
    paths = reach.answer(modem, world.context(modem, router)).paths
    assert "addresses of 172.20.0.0/16" in [one.name for one in paths.possible]
