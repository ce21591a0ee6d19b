"""Observed apart from possible."""

from overlanded.assess import reach
from overlanded.assess.reach import SCANNED, possible
from overlanded.model.observing import Subject


def test_observed_with_counts_and_possible_apart(world):
    session = world.saw(
        world.mac(1), "session", "s7comm", count=14, to=world.mac(2), functions="read"
    )
    router = world.declined(session)
    plc, hmi = world.device(2, "plc"), world.device(3, "hmi")
    camera = world.device(4, "camera")
    answer = reach.answer(router, world.context(router, plc, hmi, camera))
    assert answer.value == "plc 2: 14 sessions of s7comm, read (observed) · hmi 3 (possible)"
    assert answer.words.startswith("It opened 14 sessions of s7comm to plc 2 and used read.")
    assert [(one.to, one.how) for one in answer.links] == [("d-2", "observed"), ("d-3", "possible")]
    assert answer.citations == (session.citation,)


def test_controls_on_another_network_are_out_of_reach(world):
    router = world.declined()
    plc = world.device(2, "plc", network="vlan 20")
    assert reach.answer(router, world.context(router, plc)).value == "none seen"


def test_sessions_of_those_it_fronts_count_as_through_it(world):
    far = Subject("ip", "10.8.0.2")
    session = world.saw(far, "session", "modbus", count=3, to=world.mac(2))
    router = world.declined(world.saw(world.mac(1), "fronts", "10.8.0.2"))
    plc = world.device(2, "plc")
    answer = reach.answer(router, world.context(router, plc, observations=[session]))
    assert answer.value == "plc 2: 3 sessions of modbus (observed)"


def test_a_session_to_nobody_here_is_still_told(world):
    far = Subject("ip", "10.9.0.2")
    device = world.declined(world.saw(world.mac(1), "session", "s7comm", count=2, to=far))
    answer = reach.answer(device, world.context(device))
    assert answer.value == "10.9.0.2, no device seen here: 2 sessions of s7comm (observed)"
    assert [(one.to, one.how, one.outside) for one in answer.links] == [("", "observed", True)]


def test_controls_behind_it_are_possible(world):
    router = world.declined(world.saw(world.mac(1), "fronts", "10.0.0.2"))
    inner = world.saw(Subject("ip", "10.0.0.2", "vlan 20"), "vlan", "20")
    plc = world.device(2, "plc", inner, network="vlan 20")
    assert reach.answer(router, world.context(router, plc)).value == "plc 2 (possible)"


def test_many_controls_cost_a_bounded_look_and_are_all_counted(world):
    router = world.declined()
    plcs = [world.device(2 + n, "plc") for n in range(SCANNED + 50)]
    could = possible(router, world.context(router, *plcs))
    assert len(could.devices) == SCANNED
    assert could.total == SCANNED + 50
    assert str(could).endswith(f"and {SCANNED + 44} more")
