import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overlanded.data import table
from overlanded.model.certainty import probability
from overlanded.model.citing import Citation, Locator
from overlanded.model.devices import Cluster
from overlanded.model.observing import Observation, Subject
from overlanded.rules import identify, load
from overlanded.rules.ruleset import from_data
from overlanded.rules.trials import cluster

PER_CLASS = {
    "cellular-gateway": {"mac": "00:1e:42:00:00:01", "role": ["gateway", "dhcp-server"]},
    "cellular-module": {"mac": "00:9b:08:00:00:01"},
    "wifi-ap": {"lldp.capabilities": "bridge,access-point"},
    "radio-link": {"mac": "00:21:9f:00:00:01"},
    "satellite-terminal": {"mac": "00:26:12:00:00:01"},
    "lora-gateway": {"http.title": "UG65"},
    "serial-gateway": {"mac": "00:90:e8:00:00:01", "http.title": "NPort 5110"},
    "remote-access-router": {"dhcp.vendor-class": "eWON"},
    "firewall": {"mac": "00:09:0f:00:00:01"},
    "router": {"role": ["gateway", "dhcp-server"]},
    "switch": {"stp.bridge": "bridge 1 root 1"},
    "plc": {"serves": "s7comm/tcp/102"},
    "safety-plc": {"order-number": "6ES7 315-2FJ14-0AB0"},
    "drive": {"device-type": "AC Drive"},
    "remote-io": {"order-number": "6ES7 155-6AU00-0BN0"},
    "hmi": {"session": "s7comm", "uses": "s7comm/tcp/102", "functions": ["read", "subscribe"]},
    "cms-server": {"hostname": "qc7-cms"},
    "engineering-station": {"session": "s7comm", "functions": ["read", "download", "stop"]},
    "camera": {"serves": "rtsp/tcp/554"},
    "nvr": {"http.server": "DNVRS-Webs"},
    "ocr-server": {"hostname": "qc7-ocr"},
    "intercom": {"mac": "00:13:cb:00:00:01"},
    "meter": {"mac": "00:0e:6b:00:00:01"},
    "sensor": {"mac": "00:06:77:00:00:01"},
    "positioning": {"http.title": "GNSS receiver"},
    "lift": {"mac": "64:9f:f7:00:00:01"},
    "pc": {"dhcp.vendor-class": "MSFT 5.0"},
    "printer": {"mdns.service": "_ipp._tcp.local"},
    "phone": {"lldp.capabilities": "bridge,telephone"},
    "media-converter": {"snmp.description": "Managed media converter"},
    "unknown": {"address": "192.168.1.7"},
}


@pytest.mark.parametrize("expected", PER_CLASS)
def test_a_device_of_each_class(expected):
    identity = identify(cluster(PER_CLASS[expected]), load())
    assert identity.device_class == expected
    assert (identity.probability >= 0.5) == (expected != "unknown")


def test_the_classes_tested_are_in_the_closed_list():
    assert set(PER_CLASS) <= set(table("device-classes")["classes"])


def test_the_waterfall_adds_up_to_the_probability():
    for seen in PER_CLASS.values():
        identity = identify(cluster(seen), load())
        if identity.device_class != "unknown":
            total = sum(piece.weight for piece in identity.evidence)
            assert probability(total) == pytest.approx(identity.probability, abs=0.002)


def test_each_piece_says_why_and_where():
    identity = identify(cluster({"http.title": "RUTX11"}), load())
    first = identity.evidence[0]
    assert first.reason == "title of an HTML page: RUTX11"
    assert first.source == "http"
    assert first.citations


def test_one_source_counts_once():
    once = identify(cluster({"http.title": "RUTX11"}), load())
    twice = identify(cluster({"http.title": "RUTX11", "http.realm": "Teltonika"}), load())
    other = identify(
        cluster({"http.title": "RUTX11", "snmp.description": "Teltonika RUTX11"}), load()
    )
    assert once.probability == twice.probability
    assert other.probability > once.probability


def test_a_mixed_block_names_the_maker_and_not_the_class():
    identity = identify(cluster({"mac": "00:90:e8:00:00:01"}), load())
    assert (identity.device_class, identity.maker) == ("unknown", "Moxa")
    assert identity.remote == ()


def test_what_is_unknown_has_the_classes_that_it_may_be_likeliest_first():
    guessed = identify(cluster({"mac": "00:a0:45:00:00:01", "serves": "modbus/tcp/502"}), load())
    least = table("weights")["threshold"]["candidate"]["probability"]
    assert guessed.device_class == "unknown"
    assert guessed.may_be[0][0] == "remote-io"
    chances = [chance for _, chance in guessed.may_be]
    assert chances == sorted(chances, reverse=True)
    assert all(least <= chance < 0.5 for chance in chances)
    assert identify(cluster({"serves": "s7comm/tcp/102"}), load()).may_be == ()


def test_a_block_that_no_fingerprint_knows_still_names_its_holder():
    assert identify(cluster({"mac": "00:00:05:00:00:01"}), load()).maker == "Xerox"


def test_a_repeated_factory_mac_names_the_kind_and_is_flagged():
    identity = identify(cluster({"mac": "0c:5b:8f:27:9a:64"}), load())
    assert identity.device_class == "cellular-gateway"
    flag = identity.evidence[-1]
    assert flag.source == "shared-identifier"
    assert flag.weight == 0.0
    assert "does not tell two devices apart" in flag.reason


def test_a_router_is_not_called_an_hmi_for_the_sessions_it_passes_on():
    sessions = {"session": "s7comm", "uses": "s7comm/tcp/102", "functions": ["read"]}
    assert identify(cluster(sessions), load()).device_class == "hmi"
    passed = sessions | {"role": "gateway", "fronts": "10.9.8.7"}
    assert identify(cluster(passed), load()).device_class == "router"
    planted = passed | {"mac": "00:1e:42:00:00:01"}
    assert identify(cluster(planted), load()).device_class == "cellular-gateway"
    assert identify(cluster(sessions | {"hops": "1"}), load()).device_class == "unknown"


def test_the_kind_is_named_beside_its_general_class():
    seen = {"dhcp.vendor-class": "MSFT 5.0", "netbios.name": "ES1<00>"}
    assert identify(cluster(seen), load()).device_class == "pc"
    working = seen | {"session": "s7comm", "functions": ["download"]}
    assert identify(cluster(working), load()).device_class == "engineering-station"


@pytest.mark.parametrize("order", ["6ES7 315-2EH14-0AB0", "6ES7315-2EH14-0AB0", "6es7 315.2EH14"])
def test_order_numbers_are_read_however_they_are_written(order):
    assert identify(cluster({"order-number": order}), load()).device_class == "plc"


def test_the_model_is_what_the_device_states():
    identity = identify(
        cluster({"order-number": "6ES7 315-2EH14-0AB0", "model": "CPU 315"}), load()
    )
    assert identity.model == "CPU 315"
    assert identity.maker == "Siemens"


def test_remote_ways_need_evidence_of_weight():
    panel = {"mac": "00:0c:26:00:00:01"}
    assert identify(cluster(panel), load()).remote == ()
    tunnelled = identify(cluster(panel | {"resolved": "account.ihmi.net"}), load())
    assert tunnelled.remote == ("cloud", "vpn")
    hinted = {"mac": "00:1e:cd:00:00:01", "address": "192.168.8.100"}
    assert identify(cluster(hinted), load()).remote == ()


def test_conditions_of_several_parts():
    rules = from_data(
        {
            "fingerprints": [
                {
                    "rule": "both",
                    "rows": [
                        {
                            "when": {"all": [{"role": "gateway"}, {"not": {"hostname": "x"}}]},
                            "weight": "banner",
                            "identifies": {"class": "router"},
                        }
                    ],
                }
            ]
        }
    )
    assert identify(cluster({"role": "gateway"}), rules).device_class == "router"
    assert identify(cluster({"role": "gateway", "hostname": "x"}), rules).device_class == "unknown"


NAMES = sorted(table("properties")["properties"])


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.text(), max_size=3), max_size=6))
def test_no_observation_makes_it_raise(seen):
    identity = identify(cluster(seen), load())
    assert identity.device_class in table("device-classes")["classes"]


@settings(max_examples=25, deadline=None)
@given(st.permutations(sorted(PER_CLASS["hmi"] | PER_CLASS["router"] | PER_CLASS["printer"])))
def test_the_order_of_observations_does_not_matter(order):
    seen = PER_CLASS["hmi"] | PER_CLASS["router"] | PER_CLASS["printer"]
    shuffled = identify(cluster({word: seen[word] for word in order}), load())
    straight = identify(cluster(seen), load())
    assert (shuffled.device_class, shuffled.probability) == (
        straight.device_class,
        straight.probability,
    )


def test_a_thousand_devices_are_all_identified():
    here = Citation("item", "a.pcap", Locator("frame", "1"))
    clusters = [
        Cluster(
            (subject := Subject("mac", f"00:1b:1b:00:{n >> 8:02x}:{n & 255:02x}"),),
            (),
            tuple(
                Observation(subject, word, value, here)
                for word, value in (
                    ("hostname", f"plc-{n}"),
                    ("serves", "s7comm/tcp/102"),
                    ("snmp.description", f"Siemens, SIMATIC S7, unit {n}"),
                )
            ),
        )
        for n in range(1000)
    ]
    assert {identify(one, load()).device_class for one in clusters} == {"plc"}
