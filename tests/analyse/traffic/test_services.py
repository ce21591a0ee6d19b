from traffic import HELD, HMI, HMI_IP, PLC, PLC_IP, ROUTER, flow, only, s7, sample, sighting, world

from overlanded.analyse.traffic.seen import Read
from overlanded.analyse.traffic.services import observe
from overlanded.model.observing import Subject
from overlanded.wire.facts import Recognised


def test_a_port_alone_says_that_something_answers():
    traffic = world([flow(HMI_IP, PLC_IP, 102, a_mac=HMI, b_mac=PLC)], HELD)
    assert [one.value for one in only(observe(traffic), "serves")] == ["unknown/tcp/102"]


def test_nobody_serves_who_did_not_answer():
    silent = flow(HMI_IP, PLC_IP, 102, a_mac=HMI, b_mac=PLC) | {"packets_ba": 0, "payload_ba": 0}
    refused = silent | {"payload_ab": 0}
    assert list(observe(world([refused], HELD, [s7(HMI_IP, HMI)]))) == []
    assert list(observe(world([silent], HELD))) == []


def test_one_direction_of_a_mirror_port_is_enough_where_the_words_make_sense():
    one_way = flow(HMI_IP, PLC_IP, 102, a_mac=HMI, b_mac=PLC) | {"packets_ba": 0, "payload_ba": 0}
    rows = {one.property: one for one in observe(world([one_way], HELD, [s7(HMI_IP, HMI)]))}
    assert rows.keys() == {"serves", "uses"}
    assert rows["serves"].subject == Subject("mac", PLC)


def test_a_control_protocol_called_out_to_everybody_is_used_and_served():
    def called(src, mac, opener, port):
        ends = {"src_mac": mac, "dst_mac": "ff:ff:ff:ff:ff:ff", "layer": "udp"}
        said = sample(src, "255.255.255.255", **(ends | port))
        return Read(0, said, Recognised("melsoft", opener=opener, functions=("identify",)))

    reads = [
        called(HMI_IP, HMI, "src", {"dst_port": 5560}),
        called(PLC_IP, PLC, "dst", {"src_port": 5560}),
        called("5.6.7.8", ROUTER, "src", {"dst_port": 5560}),
    ]
    passed = sighting(ROUTER, "5.6.7.8", ttl=50)
    rows = list(observe(world([], [*HELD, passed], reads)))
    assert {(one.subject.value, one.property, one.value) for one in rows} == {
        (HMI, "uses", "melsoft/udp/5560"),
        (PLC, "serves", "melsoft/udp/5560"),
    }
    assert [dict(one.detail) for one in only(rows, "uses")] == [{"functions": "identify"}]


def test_who_talks_to_itself_is_a_server_and_no_client():
    own = flow(PLC_IP, PLC_IP, 102, a_mac=PLC, b_mac=PLC)
    said = Read(0, sample(PLC_IP, PLC_IP, src_mac=PLC, dst_mac=PLC), Recognised("s7comm"))
    assert [one.property for one in observe(world([own], HELD, [said]))] == ["serves"]
