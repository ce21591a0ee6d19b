from hypothesis import given
from hypothesis import strategies as st

from overlanded.model.devices import Cluster
from overlanded.rules import load
from overlanded.rules.conditions import leaves
from overlanded.rules.matching import FOLDED, fired, hits, index, properties
from overlanded.rules.patterns import MAX_TEXT, domain, fits
from overlanded.rules.trials import cluster

SAMPLES = [
    "Siemens, SIMATIC S7, CPU315-2 PN/DP, 6ES7 315-2EH14-0AB0, HW: 3",
    "SCALANCE XC208 and RUTX11 beside ICR-3241",
    "device.vpn3.talk2m.com",
    "MSFT 5.0",
    "AXIS,Network Camera,M3045,9.80",
    "Hikvision-Webs",
    "eWON",
]


def slowly(name, value):
    """Every leaf tried one by one."""
    rules = load()
    found = set()
    text = value.replace(" ", "").replace(".", "") if name in FOLDED else value
    for row in rules.rows:
        for leaf in leaves(row.when):
            if name not in properties(leaf.word):
                continue
            for pattern in leaf.patterns:
                one = (
                    domain(pattern.text, value.casefold().rstrip("."))
                    if pattern.kind == "domain"
                    else fits(pattern, text)
                )
                if one:
                    found.add(index(rules).numbers[id(leaf)])
    return found


@given(
    st.sampled_from(["http.title", "resolved", "order-number", "hostname", "dhcp.vendor-class"]),
    st.one_of(
        st.sampled_from(SAMPLES),
        st.text(max_size=40),
        st.lists(st.sampled_from(SAMPLES), min_size=2, max_size=3).map(" ".join),
    ),
)
def test_the_index_finds_what_trying_every_leaf_finds(name, value):
    assert {leaf for leaf, _ in fired(load(), name, value)} == slowly(name, value)


def test_a_property_that_no_fingerprint_asks_for_fires_nothing():
    assert fired(load(), "ntp.reference", "anything") == ()


def test_the_same_words_from_two_sources_are_two_hits():
    found = hits(cluster({"http.title": "RUTX11", "snmp.description": "RUTX11"}), load())
    assert {"http", "snmp"} in [set(sources) for sources in found.values()]


def test_a_long_hostile_value_is_cut():
    fired(load(), "http.title", "a" * (MAX_TEXT * 50))
    assert fired(load(), "http.title", " " * MAX_TEXT + "RUTX11") == ()


def test_a_cluster_without_anything_fires_nothing():
    empty = cluster({})
    assert hits(Cluster(empty.subjects, (), ()), load()) == {}
