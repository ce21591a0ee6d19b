"""The other questions, one or two small worlds each."""

import pytest
from msgspec.structs import replace

from overlanded.assess import (
    activity,
    bridges,
    capability,
    certainty,
    identity,
    inbound,
    installed,
    installer,
    listed,
    place,
    purpose,
    state,
)
from overlanded.model.devices import Standing
from overlanded.model.observing import Subject

FAR = {"from_ms": "70", "until_ms": "95", "distance_ms": "80"}


def test_identity_with_its_evidence(world):
    device = world.device(1, "cellular-gateway")
    answer = identity.answer(device, world.context(device))
    assert answer.words == "It is probably a cellular router, maker Teltonika."
    assert answer.probability == 0.9
    assert answer.citations[0].locator.place == "7"


@pytest.mark.parametrize(
    ("chance", "maker", "words"),
    [
        (0.55, "Intel Corporate", "It may be a PC, network card Intel Corporate."),
        (0.7, "Dell", "It is probably a PC, maker Dell."),
        (0.96, "", "It is a PC."),
    ],
)
def test_a_sentence_is_as_sure_as_its_evidence(world, chance, maker, words):
    device = world.device(1, "pc")
    sure = replace(device, identity=replace(device.identity, maker=maker, probability=chance))
    assert identity.answer(sure, world.context(sure)).words == words


def test_an_unknown_class_is_not_determined(world):
    device = world.device(1, "unknown")
    answer = identity.answer(device, world.context(device))
    assert answer.value == "not determined"
    assert "its maker is Teltonika" in answer.because


def test_what_was_not_seen_is_named_by_its_record(world):
    assert "4G router" in identity.answer(world.missing(), world.context()).words


def test_place_by_network_and_zone(world):
    scope = world.Scope("x", zones=(world.Zone("control", ("10.0.0.0/24", "not a range")),))
    device = world.device(1, "plc", network="vlan 20")
    answer = place.answer(device, world.context(device, scope=scope))
    assert answer.value == "vlan 20"
    assert "zone control" in answer.words
    assert "cabinet is not determined" in answer.words


def test_installed_by_the_first_sighting_before_a_milestone(world):
    scope = world.Scope("x", milestones=(("delivery", "2017-08-15"), ("acceptance", "2024-01-01")))
    device = world.device(1, "plc")
    answer = installed.answer(device, world.context(device, scope=scope))
    assert answer.value == "by 2023-11-14T22:13:20Z, before acceptance"


@pytest.mark.parametrize("at", [0, 5_000_000_000])
def test_a_clock_that_was_never_set_bounds_nothing(world, at):
    device = world.device(1, "plc")
    seen = tuple(replace(one, first=at, last=at) for one in device.cluster.observations)
    device = replace(device, cluster=replace(device.cluster, observations=seen))
    assert installed.answer(device, world.context(device)).value == "not determined"


def test_installer_and_lists_are_not_determined(world):
    device = world.declined()
    context = world.context(device)
    assert installer.answer(device, context).value == "not determined"
    assert listed.answer(device, context).because == "no government list is loaded"


def test_the_purpose_of_a_declined_line_is_not_contracted(world):
    device = world.declined()
    answer = purpose.answer(device, world.context(device))
    assert answer.value == "named in a declined line, not contracted: remote diagnostics"


def test_no_purpose_in_the_records(world):
    device = world.device(1, "pc", standing=Standing.UNDOCUMENTED)
    answer = purpose.answer(device, world.context(device))
    assert answer.value == "none found in the records supplied"


def test_capability_by_kind_and_by_conversations(world):
    out = world.saw(world.mac(1), "contact", "rms.example", to=Subject("ip", "8.8.8.8"))
    device = world.declined(out)
    answer = capability.answer(device, world.context(device))
    assert answer.value == "cellular, this network"
    device = world.device(1, "plc")
    answer = capability.answer(device, world.context(device))
    assert "a modem built into it would not show" in answer.because


@pytest.mark.parametrize(
    ("word", "value", "told"),
    [
        ("sim-card", "Operator X", "cellular"),
        ("iccid", "89441000301000000018", "cellular"),
        ("antenna", "none", "not determined"),
    ],
)
def test_a_sim_card_that_somebody_saw_talks_by_the_cellular_network(world, word, value, told):
    device = world.device(1, "switch", world.saw(world.mac(1), word, value))
    answer = capability.answer(device, world.context(device))
    assert answer.value == told
    assert ("A SIM card was found in it" in answer.words) == (told == "cellular")


def test_activity_counts_contacts_and_delays(world):
    device = world.declined(
        world.saw(world.mac(1), "contact", "rms.example", count=3, to=Subject("ip", "8.8.8.8")),
        world.saw(world.mac(1), "distance", "far", to=world.mac(2), **FAR),
        world.saw(world.mac(1), "visit", "s7comm", to=world.mac(2)),
        world.saw(world.mac(1), "visit", "s7comm", to=world.mac(2), at=world.start + world.hour),
    )
    answer = activity.answer(device, world.context(device))
    assert answer.value == (
        "3 conversations with 1 outside address: rms.example · "
        "2 sessions through it come from 70–95 ms away"
    )
    assert (
        "Connected from 2023-11-14T22:13:20Z to 2023-11-14T23:13:20Z and "
        "2023-11-14T23:13:20Z to 2023-11-15T00:13:20Z."
    ) in answer.words
    assert [(one.name, one.what, one.outside) for one in answer.links] == [
        ("somebody 70–95 ms away", "2 sessions", True),
        ("rms.example", "3 conversations", True),
    ]


CLOCKED = {
    "direction": "outbound", "how": "connections", "score": "8.0", "jitter_s": "2",
    "beats_missed": "3",
}  # fmt: skip


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        ({}, " · contact with rms.example every 60.0 s, jitter 2 s, 3 beats missed"),
        (
            {"how": "retries", "beats_missed": "0"},
            " · attempts without an answer at rms.example every 60.0 s, jitter 2 s",
        ),
        ({"how": "inside"}, " · inside a connection with rms.example a message every 60.0 s"),
        (
            {"habit": "peers ping"},
            " · contact with rms.example every 60.0 s, jitter 2 s, 3 beats missed (peers ping)",
        ),
        ({"direction": "local"}, ""),
    ],
    ids=["connections", "retries", "inside", "habit", "local"],
)
def test_activity_says_what_comes_as_by_a_clock_and_leaves_local_polling_out(world, detail, told):
    far, near = Subject("ip", "8.8.8.8"), world.mac(1)
    device = world.declined(
        world.saw(near, "contact", "rms.example", count=3, to=far),
        world.saw(near, "regular", "every 61.0 s", to=far, **CLOCKED | detail | {"score": "5.0"}),
        world.saw(near, "regular", "every 60.0 s", to=far, **CLOCKED | detail),
    )
    value = activity.answer(device, world.context(device)).value
    assert value == f"3 conversations with 1 outside address: rms.example{told}"


def test_a_local_delay_is_no_activity(world):
    device = world.declined(world.saw(world.mac(1), "distance", "near", to=world.mac(2)))
    answer = activity.answer(device, world.context(device))
    assert answer.value == "not seen"
    assert "Not seen does not mean that there was none." in answer.words
    assert answer.citations[0].path == "span.pcapng"


def test_without_a_sensor_nothing_is_said_of_activity(world):
    device = world.declined()
    assert activity.answer(device, world.context(device, coverage=())).value == "not determined"


def test_inbound_by_services_and_calls(world):
    call = world.saw(
        world.mac(1), "contact", "9.9.9.9", to=Subject("ip", "9.9.9.9"), direction="inbound"
    )
    device = world.declined(world.saw(world.mac(1), "serves", "telnet/tcp/23"), call)
    answer = inbound.answer(device, world.context(device))
    assert answer.value == (
        "answers 1 service here: telnet/tcp/23 · was called from outside, 1 conversation: 9.9.9.9"
    )


def test_bridges_by_role_fronts_and_networks(world):
    device = world.declined(
        world.saw(world.mac(1), "role", "gateway"),
        world.saw(world.mac(1), "role", "ntp-server"),
        world.saw(world.mac(1), "fronts", "10.8.0.2"),
        world.saw(world.mac(1, "vlan 20"), "vlan", "20"),
    )
    answer = bridges.answer(device, world.context(device))
    assert answer.value == (
        "passes traffic between networks · stands in front of 1 address of others · "
        "is on 2 networks (untagged and vlan 20)"
    )


def test_bridges_by_ttl_and_by_delay(world):
    device = world.declined(
        world.saw(world.mac(1), "hops", "1", ttl="63 to 64"),
        world.saw(world.mac(1), "distance", "far", to=world.mac(2), **FAR),
    )
    answer = bridges.answer(device, world.context(device))
    assert answer.value == (
        "sends packets of others under its own address (by their TTL) · "
        "carries control sessions whose client is far away"
    )
    assert len(answer.citations) == 2


@pytest.mark.parametrize("hops", ["9", "0", "odd"])
def test_an_odd_first_ttl_is_no_bridge(world, hops):
    device = world.declined(world.saw(world.mac(1), "hops", hops))
    assert bridges.answer(device, world.context(device)).value == "not seen"


def test_state_from_first_to_last(world):
    device = world.declined()
    answer = state.answer(device, world.context(device))
    assert answer.value == "in service (2023-11-14T22:13:20Z to 2023-11-14T23:13:20Z)"
    assert state.answer(world.missing(), world.context()).value == "not determined"


def test_certainty_with_its_weights(world):
    device = world.declined()
    answer = certainty.answer(device, world.context(device))
    assert answer.value == "very likely (0.90)"
    assert "MAC block +3.0" in answer.because
    assert "class of the record +3.5" in answer.because


def test_of_a_label_that_was_photographed_no_photograph_is_asked(world):
    label = Subject("label", "IMG_1.jpg 1")
    bare, pictured = (
        world.declined(*more) for more in ((), (world.saw(label, "photographed", "2019-08-30"),))
    )
    asked = [certainty.answer(one, world.context(one)).would_change for one in (bare, pictured)]
    assert "photograph" in asked[0]
    assert "photograph" not in asked[1]
    assert "papers" in asked[1]


@pytest.mark.parametrize("standing", [Standing.MISSING, Standing.UNKNOWN])
def test_what_was_not_seen_is_settled_by_looking(world, standing):
    device = world.missing(standing)
    answer = certainty.answer(device, world.context(device))
    assert answer.would_change.startswith("a look at the place that the record names")
