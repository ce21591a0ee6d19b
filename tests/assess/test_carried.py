"""Tunnels and remote control in the answers and in the fact words."""

import pytest

from overlanded.assess import activity, capability, carried, facts, inbound
from overlanded.model.observing import Subject

FAR, PEER = Subject("ip", "5.6.7.8"), Subject("mac", "00:1e:42:00:00:02")
OUT = {"direction": "outbound", "where": "outside", "by": "content", "answered": "yes"}
NAMES = {
    "direction": "outbound", "where": "onward", "by": "statistics", "answered": "yes",
    "domain": "t.example", "names": "222", "mean-length": "28",
}  # fmt: skip


def held(world, word, kind, to=FAR, **detail):
    one = world.saw(world.mac(1), word, kind, to=to, **(OUT | detail))
    return world.device(1, "pc", one)


TOLD = {
    "a tunnel": (("tunnel", "wireguard", {}), "Tunnel (WireGuard) with 5.6.7.8."),
    "on a port of others": (
        ("tunnel", "wireguard", {"port": "443"}),
        "Tunnel (WireGuard) with 5.6.7.8, on port 443.",
    ),
    "nobody answered": (
        ("tunnel", "openvpn", {"answered": "no"}),
        "Tunnel (OpenVPN) with 5.6.7.8, no answer seen.",
    ),
    "somebody comes in": (
        ("remote-control", "vnc", {"direction": "inbound"}),
        "Remote control (VNC) from 5.6.7.8.",
    ),
    "a name": (
        ("remote-control", "splashtop", {"by": "name"}),
        "Contact with the service of Splashtop at 5.6.7.8.",
    ),
    "names that carry data": (
        ("tunnel", "dns-tunnel", NAMES),
        (
            "DNS tunnel: 222 names of 28 characters below t.example asked of 5.6.7.8; "
            "where it ends is not seen."
        ),
    ),
}


@pytest.mark.parametrize("case", TOLD)
def test_activity_tells_what_leaves_the_crane(world, case):
    (word, kind, detail), words = TOLD[case]
    device = held(world, word, kind, **detail)
    answer = activity.answer(device, world.context(device))
    assert answer.words.startswith(words)
    assert answer.citations


def test_what_is_between_two_here_is_told_as_local(world):
    device = held(world, "remote-control", "rdp", PEER, where="here")
    answer = activity.answer(device, world.context(device))
    assert answer.value == "not seen"
    assert "Between addresses here: remote control (Remote Desktop) with" in answer.words
    assert not {"tunnel-outside", "remote-control-outside"} & set(
        facts(device, world.context(device)).known
    )


@pytest.mark.parametrize(
    ("word", "kind", "detail", "way_in"),
    [
        ("tunnel", "wireguard", {}, True),
        ("tunnel", "wireguard", {"answered": "no"}, False),
        ("tunnel", "psiphon", {"by": "name"}, False),
        ("tunnel", "gre", {"where": "here"}, False),
        ("remote-control", "teamviewer", {}, True),
        ("remote-control", "ssh", {}, False),
    ],
)
def test_what_a_device_opened_itself_may_be_a_way_in(world, word, kind, detail, way_in):
    device = held(world, word, kind, **detail)
    answer = inbound.answer(device, world.context(device))
    assert ("can be reached by way of what it opened itself" in answer.words) is way_in
    assert bool(carried.ways_in(device)) is way_in


def test_a_tunnel_without_ports_is_no_contact_and_still_has_a_far_end(world):
    device = held(world, "tunnel", "gre")
    (link,) = activity.answer(device, world.context(device)).links
    assert (link.name, link.what, link.outside) == ("5.6.7.8", "tunnel (GRE)", True)


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ({}, "It was seen to talk outside across this network."),
        (NAMES, "Names that it asked for carry data to wherever a resolver passes them on."),
    ],
)
def test_capability_says_no_more_than_was_seen(world, detail, words):
    device = held(world, "tunnel", "dns-tunnel", **detail)
    assert capability.answer(device, world.context(device)).words == words


@pytest.mark.parametrize(
    ("word", "kind", "detail", "known"),
    [
        ("tunnel", "wireguard", {}, {"tunnel-outside": ["wireguard"]}),
        ("tunnel", "dns-tunnel", NAMES, {"tunnel-outside": ["dns-tunnel"]}),
        ("remote-control", "rdp", {}, {"remote-control-outside": ["rdp"]}),
        ("remote-control", "splashtop", {"by": "name"}, {}),
    ],
)
def test_fact_words(world, word, kind, detail, known):
    device = held(world, word, kind, **detail)
    found = facts(device, world.context(device)).known
    ours = {name: list(values) for name, values in found.items() if name.endswith("-outside")}
    assert ours == known
