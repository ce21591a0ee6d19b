"""Who stands in the Internet: hosts that answer for addresses of their own, behind a way out."""

from __future__ import annotations

import pytest

NETWORKS = {"lan": {"captured": True}, "port": {"captured": True}}
CLOUD = "52.94.233.10"
LINE = {"shape": "constant", "ms": 10}


@pytest.fixture(params=[None, LINE], ids=["near", "far"])
def outside(wire, request):
    """A crane's host, its firewall, the way out with every address, and a cloud behind it."""
    legs = [
        {"network": "lan", "address": "10.0.0.254/24"},
        {"network": "port", "address": "10.200.20.71/24"},
    ]
    own = {"network": "port", "address": "10.200.20.100/24"}
    own |= {"line": request.param} if request.param else {}
    way_out = {"nics": [{"network": "port", "address": "10.200.20.1/24"}]}
    wire.up(
        {
            "pc": {"address": "10.0.0.2/24", "gateway": "10.0.0.254"},
            "fw": {"nics": legs, "masquerade": ["port"], "gateway": "10.200.20.1"},
            "inet": way_out | {"accepts": ["0.0.0.0/0"], "routes": {CLOUD: "10.200.20.100"}},
            "cloud": {"nics": [own], "accepts": [CLOUD], "gateway": "10.200.20.71"},
        },
        NETWORKS,
    )
    return wire


def test_an_address_in_the_internet_is_answered_for(outside):
    outside.run("cloud", "web.server", title="Cloud", server="S")
    outside.run("pc", "web.client", urls=[f"http://{CLOUD}/"], agent="A", every=0.5)
    answers = outside.seen("http.response", "ip.src", "ip.dst", count=2)
    assert set(answers) == {(CLOUD, "10.0.0.2")}
    asked = outside.seen("http.request", "ip.src", "ip.dst", network="port")
    assert asked[0] == ("10.200.20.71", CLOUD)


def test_datagrams_come_back_from_the_address_that_was_asked(outside):
    outside.run("pc", "sntp.client", name=CLOUD, every=0.5)
    outside.run("cloud", "ntp.server", stratum=2)
    answers = outside.seen("ntp.flags.mode == 4", "ip.src", "ip.dst")
    assert answers[0] == (CLOUD, "10.0.0.2")


def test_the_way_out_takes_what_nobody_else_has(outside):
    outside.run("inet", "web.server", title="Somebody", server="S")
    outside.run("pc", "web.client", urls=["http://34.117.59.81/"], agent="A", every=0.5)
    assert outside.seen("http.response", "ip.src")[0] == ("34.117.59.81",)


def test_who_answers_for_an_address_also_asks_in_its_name(outside):
    outside.run("pc", "web.server", title="PC", server="S")
    outside.run("cloud", "web.client", to=["pc"], urls=["http://{to}/"], agent="A", every=0.5)
    assert outside.seen("http.request", "ip.src", "ip.dst")[0] == (CLOUD, "10.0.0.2")
