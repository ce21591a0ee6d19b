from traffic import flow, sample, sighting, world

from overlanded.analyse.traffic.parties import CLAIMED
from overlanded.analyse.traffic.seen import Read
from overlanded.analyse.traffic.sessions import observe
from overlanded.model.observing import Subject
from overlanded.wire.facts import Recognised

PLC, HMI, ROUTER = "00:1b:1b:00:00:01", "00:1b:1b:00:00:02", "00:1e:42:00:00:01"
PLC_IP, HMI_IP, ROUTER_IP = "192.168.10.1", "192.168.10.2", "192.168.10.254"
HELD = [
    sighting(PLC, PLC_IP, CLAIMED),
    sighting(HMI, HMI_IP, CLAIMED),
    sighting(ROUTER, ROUTER_IP, CLAIMED),
]
MS = 1_000_000


def s7(src, src_mac, functions=()):
    asked = sample(src, PLC_IP, src_mac=src_mac, dst_mac=PLC)
    return Read(0, asked, Recognised("s7comm", functions=functions))


def only(observations, word):
    return [one for one in observations if one.property == word]


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
