"""Paths that a configuration refuses: told as such, and never left out."""

import pytest
from msgspec.structs import replace

from overlanded.assess import reach, reach_paths, reach_words
from overlanded.assess.joining import sign
from overlanded.assess.paths import Bundle, Left, Step, Target
from overlanded.assess.places import Segment
from overlanded.assess.reach import possible
from overlanded.assess.ruled import Ruling
from overlanded.assess.vlans import short
from overlanded.model.observing import Subject

DAY = "2023-11-14"
"""That of the fixture's observations."""


def at(world, device, address, network=""):
    return (
        world.saw(world.mac(device, network), "address", address),
        world.saw(Subject("ip", address, network), "vlan", network[5:] or "0"),
    )


def set_up(world, device, address, interface):
    detail = {"how": "configured", "interface": interface}
    return world.saw(world.mac(device), "address", address, **detail)


def rule(world, order, text, **detail):
    """A rule of list L: ``permit all any any``."""
    action, share, source, target = text.split()
    parts = {"action": action, "share": share, "source": source, "target": target}
    detail = {"list": "L", "order": f"{order:05}", **parts, **detail}
    return world.saw(world.mac(5), "filter", text, **detail)


def applied(world, way="in", interface="Gi0/0", name="L"):
    return world.saw(world.mac(5), "filter-at", name, way=way, interface=interface)


def crossing(world, *told, own=(), modem=()):
    """Reach from a modem through a firewall that is set up on its network and on a PLC's."""
    router = world.declined(*at(world, 1, "10.0.0.1"), *modem)
    wall = world.device(
        5,
        "firewall",
        *at(world, 5, "10.0.0.5"),
        set_up(world, 5, "10.0.0.5", "Gi0/0"),
        set_up(world, 5, "10.0.20.1", "Vlan20"),
        *told,
    )
    plc = world.device(2, "plc", *at(world, 2, "10.0.20.2", "vlan 20"), network="vlan 20")
    return router, world.context(router, wall, plc, *own)


END = "deny all any any"
RULED = {
    # rules of list L, where it applies → what the path says
    "all refused": (["deny all any any"], {}, "refused"),
    "its network refused": (["deny all 10.0.0.0/24 any"], {}, "refused"),
    "the end refused": (["deny all any 10.0.20.2/32", "permit all any any"], {}, "refused"),
    "at the far side": ([END], {"way": "out", "interface": "Vlan20"}, "refused"),
    "for all that passes": ([END], {"way": "through", "interface": ""}, "refused"),
    "nothing permits it": (["permit all 10.0.0.7/32 any", END], {}, "refused"),
    "permitted first": (["permit all any any", END], {}, "passes"),
    "one port permitted": (["permit some any any", END], {}, "passes"),
    "one port refused": (["deny some any any"], {}, "passes"),
    "another end refused": (["deny all any 10.0.20.9/32"], {}, "passes"),
    "a part of its network": (["deny all 10.0.0.128/25 any"], {}, "passes"),
    "not understood before": (["permit unread any any", END], {}, "unread"),
    "not understood behind": ([END, "permit unread any any"], {}, "refused"),
    "refusal not understood": (["deny unread any any", "permit all any any"], {}, "passes"),
    "IPv6 only": (["permit all 2001:db8::/32 any", END], {}, "refused"),
    "at another interface": ([END], {"interface": "Gi0/9"}, "passes"),
    "a list that is not there": ([END], {"name": "M"}, "passes"),
}
WORDS = {
    "refused": f"refused by configuration as of {DAY}: ",
    "passes": f"its rules as of {DAY} do not refuse it",
    "unread": "its rules are not all understood",
}


@pytest.mark.parametrize(("texts", "where", "wanted"), RULED.values(), ids=RULED)
def test_what_the_rules_say_of_a_path(world, texts, where, wanted):
    rules = [rule(world, order, text) for order, text in enumerate(texts)]
    router, context = crossing(world, applied(world, **where), *rules)
    answer = reach.answer(router, context)
    (path,) = [one for one in answer.paths.possible if one.to == "d-2"]
    assert WORDS[wanted] in path.what
    assert ("plc 2 (refused by configuration, " in answer.value) == (wanted == "refused")
    assert "its rules were not read" not in path.what
    assert rules[0].citation.item in {cited.item for cited in path.citations}
    assert "plc" in possible(router, context)


def test_a_refused_path_is_told_after_all_others_and_in_its_own_words(world):
    hmi = world.device(3, "hmi", *at(world, 3, "10.0.0.3"))
    router, context = crossing(world, applied(world), rule(world, 0, END), own=[hmi])
    answer = reach.answer(router, context)
    others = [one for one in answer.value.split(" · ") if "plc" in one or "hmi" in one]
    assert others == [
        "hmi 3 and firewall 5 (possible, same network)",
        "plc 2 (refused by configuration, through firewall 5)",
    ]
    assert "so refused by configuration, and not seen: plc 2." in answer.words


def left(number, *, refused):
    """One end on a network of its own, refused or not."""
    step = Step(
        None,
        sign("wire", (), plan="10.0.0.0/24"),
        (),
        Segment("", ""),
        ruling=Ruling(refused, "as said"),
    )
    key = f"d-{number}"
    target = Target(key, key, f"plc {number}", "plc", "", number)
    return Left(Bundle(f"vlan {number}", (target,), lambda _: (step,)), frozenset(), {"plc": 1})


def test_what_is_refused_is_never_counted_among_the_possible(world):
    ends = [left(n, refused=n > 8) for n in range(1, 12)]
    value = reach_words.value(world.declined(), (), ends)
    assert value.endswith(
        " · 2 more by other ways (possible) · 3 more by other ways (refused by configuration)"
    )
    words = reach_words.sentences(world.declined(), "", (), ends, ())
    assert "Possible by 2 other ways: 2 more." in words
    assert "Refused by configuration by 3 other ways: 3 more." in words


@pytest.mark.parametrize(("made", "named"), [("drive", 6), ("cellular-gateway", 40)])
def test_ways_beyond_those_told_of_are_counted_together(world, made, named):
    device = world.device(9, made)
    ends = [left(n, refused=n > 45) for n in range(1, 51)]
    survey = world.context(device).reaching.survey
    shown = reach_paths.paths(device, (), ends, ends, survey)
    assert [one.to for one in shown.possible[:named]] == [f"d-{n}" for n in range(1, named + 1)]
    assert [(one.name, one.what, one.number) for one in shown.possible[named:]] == [
        (f"{45 - named} more PLCs", f"by {45 - named} other ways", 45 - named),
        ("5 more PLCs", "by 5 other ways, refused by configuration", 5),
    ]
    (rest,) = shown.apart[named:]
    assert rest.number == 50 - named
    assert rest.what == f"on {50 - named} other networks; nothing seen joins them to its own"


@pytest.mark.parametrize(
    ("text", "wanted"), [("deny all 10.0.0.0/24 any", False), ("deny all any any", True)]
)
def test_one_that_passes_on_for_others_may_send_from_any_address(world, text, wanted):
    fronting = (world.saw(world.mac(1), "fronts", "172.16.5.5"),)
    router, context = crossing(world, applied(world), rule(world, 0, text), modem=fronting)
    assert ("plc 2 (refused" in reach.answer(router, context).value) == wanted


def test_rules_between_interfaces(world):
    between = rule(world, 0, "permit all any any", into="Gi0/0", out="Gi0/9")
    told = applied(world, "through", ""), between, rule(world, 1, END, into="Gi0/0", out="Vlan20")
    router, context = crossing(world, *told)
    assert "plc 2 (refused" in reach.answer(router, context).value


def test_the_newest_configuration_counts(world):
    newer = set_up(world, 5, "10.0.20.1", "Vlan20")
    citation = replace(newer.citation, item="e2")
    newer = replace(newer, citation=citation, first=newer.first + world.hour)
    router, context = crossing(world, applied(world), rule(world, 0, END), newer)
    answer = reach.answer(router, context)
    assert "plc 2 (possible, through firewall 5)" in answer.value
    assert "its rules were not read" in answer.words


def test_an_undated_configuration_says_so(world):
    told = [replace(one, first=None) for one in (applied(world), rule(world, 0, END))]
    router, context = crossing(world, *told)
    assert "as of an unknown date" in reach.answer(router, context).words


# ── VLANs on one wire without tags ──────────────────────────────────────────────────────────────


def behind(world, device, port, vlan=""):
    return world.saw(
        world.mac(device), "port-mac", f"sw1 {port}", **({"vlan": vlan} if vlan else {})
    )


def port_vlan(world, port, vlan):
    subject = Subject("hostname", "sw1")
    return world.saw(subject, "port-vlan", vlan, interface=port, mode="access")


def wired(world, mine, theirs, *others):
    modem = world.declined(*at(world, 1, "10.0.0.1"), *mine)
    plc = world.device(2, "plc", *at(world, 2, "10.0.0.2"), *theirs)
    return reach.answer(modem, world.context(modem, plc, *others))


def test_two_vlans_of_one_switch_keep_apart_what_one_capture_holds(world):
    mine, theirs = behind(world, 1, "Gi0/5", "10"), behind(world, 2, "Gi0/7", "20")
    answer = wired(world, [mine], [theirs])
    assert answer.value == "plc 2 (refused by configuration, between two VLANs)"
    (path,) = answer.paths.possible
    assert path.steps[-1].reason == (
        "sw1 has port Gi0/5 in VLAN 10 and port Gi0/7 in VLAN 20; "
        f"refused by configuration as of {DAY}: nothing read or seen routes between the two"
    )
    assert {mine.citation, theirs.citation} <= set(path.citations)


def test_the_vlan_of_a_port_by_its_settings(world):
    switch = world.device(
        6, "switch", port_vlan(world, "GigabitEthernet0/5", "10"), port_vlan(world, "Gi0/7", "20")
    )
    mine, theirs = behind(world, 1, "Gi0/5"), behind(world, 2, "GigabitEthernet0/7")
    assert "refused by configuration" in wired(world, [mine], [theirs], switch).value


@pytest.mark.parametrize("name", ["one vlan", "a vlan unknown", "both vlans", "other switches"])
def test_what_does_not_keep_apart(world, name):
    mine, theirs = {
        "one vlan": ([behind(world, 1, "Gi0/5", "10")], [behind(world, 2, "Gi0/7", "10")]),
        "a vlan unknown": ([behind(world, 1, "Gi0/5", "10")], [behind(world, 2, "Gi0/7")]),
        "both vlans": (
            [behind(world, 1, "Gi0/5", "10"), behind(world, 1, "Gi0/5", "20")],
            [behind(world, 2, "Gi0/7", "20")],
        ),
        "other switches": (
            [behind(world, 1, "Gi0/5", "10")],
            [world.saw(world.mac(2), "port-mac", "sw2 Gi0/7", vlan="20")],
        ),
    }[name]
    assert wired(world, mine, theirs).value == "plc 2 (possible, same network)"


def test_a_router_between_the_vlans_is_the_way_and_its_rules_count(world):
    mine, theirs = [behind(world, 1, "Gi0/5", "10")], [behind(world, 2, "Gi0/7", "20")]
    sides = set_up(world, 5, "10.0.10.1", "Vlan10"), set_up(world, 5, "10.0.20.1", "Vlan20")
    wall = world.device(5, "firewall", *sides)
    assert "plc 2 (possible, through firewall 5)" in wired(world, mine, theirs, wall).value
    wall = world.device(5, "firewall", *sides, applied(world, "in", "Vlan10"), rule(world, 0, END))
    assert "plc 2 (refused by configuration" in wired(world, mine, theirs, wall).value


@pytest.mark.parametrize("sign", ["in both", "passes on"])
def test_somebody_who_joins_the_vlans_leaves_it_open(world, sign):
    mine, theirs = [behind(world, 1, "Gi0/5", "10")], [behind(world, 2, "Gi0/7", "20")]
    seen = {
        "in both": [behind(world, 7, "Gi0/1", "10"), behind(world, 7, "Gi0/1", "20")],
        "passes on": [world.saw(world.mac(7), "fronts", "10.0.0.77")],
    }[sign]
    other = world.device(7, "router", *seen)
    assert "plc 2 (possible, same network)" in wired(world, mine, theirs, other).value


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("GigabitEthernet1/0/5", "gi1/0/5"),
        ("Gi1/0/5", "gi1/0/5"),
        ("FastEthernet 0/7", "fa0/7"),
        ("1/7", "1/7"),
        ("ether2", "et2"),
        ("lan", "lan"),
    ],
)
def test_a_port_has_one_name(name, wanted):
    assert short(name) == wanted
