from traffic import HELD, HMI, HMI_IP, MS, PLC, PLC_IP, ROUTER, ROUTER_IP, flow, only, s7, world

from overlanded.analyse.traffic.sessions import observe
from overlanded.model.observing import Subject


def test_a_control_session_names_both_ends_with_counts_functions_and_frame():
    far = [
        flow(
            ROUTER_IP,
            PLC_IP,
            102,
            a_mac=ROUTER,
            b_mac=PLC,
            frame=40 + n,
            ns=100 + n,
            ack_after=delay * MS,
        )
        for n, delay in enumerate((80, 210))
    ]
    near = flow(HMI_IP, PLC_IP, 102, a_mac=HMI, b_mac=PLC, ns=50, ack_after=20_000)
    traffic = world(
        [*far, near], HELD, [s7(ROUTER_IP, ROUTER, ("read",)), s7(HMI_IP, HMI, ("write", "read"))]
    )
    sessions = {one.subject.value: one for one in only(observe(traffic), "session")}
    assert sessions.keys() == {ROUTER, HMI}
    remote = sessions[ROUTER]
    assert (remote.value, remote.object, remote.count) == ("s7comm", Subject("mac", PLC), 2)
    assert dict(remote.detail)["functions"] == "read"
    assert dict(sessions[HMI].detail)["functions"] == "read,write"
    assert str(remote.citation) == "span.pcap › #40"


def test_a_port_alone_makes_no_session():
    traffic = world([flow(HMI_IP, PLC_IP, 102, a_mac=HMI, b_mac=PLC)], HELD)
    assert only(observe(traffic), "session") == []
