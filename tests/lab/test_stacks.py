from __future__ import annotations

import struct
from pathlib import Path

import pytest
from lab.programs import Host, Program, visits
from lab.scenario import Run
from lab.stacks import dnsmasq, rtsp, s7, web

from lab import stacks

FOLDER = Path(stacks.__file__).parent


@pytest.mark.parametrize("path", sorted(FOLDER.glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_every_stack_says_what_it_needs_and_does(path):
    module = stacks.module(path.stem)
    assert isinstance(module.PROGRAMS, tuple)
    assert isinstance(module.MODULES, tuple)
    public = {name: one for name, one in vars(module).items() if not name.startswith("_")}
    roles = [one for one in public.values() if is_role(one, module)]
    assert roles
    assert all(role.__doc__ for role in roles)
    assert len(path.read_text("utf-8").splitlines()) <= 300


def is_role(one, module):
    """Whether it is a function of the module's own that says how to run a host's part."""
    made_here = callable(one) and getattr(one, "__module__", "") == module.__name__
    return made_here and getattr(one, "__annotations__", {}).get("return") == "Program"


def test_every_run_of_the_example_gives_a_program(sts07, tmp_path):
    from lab.build import _programs

    hosts = {}
    for device in sts07.devices:
        (tmp_path / device.id).mkdir()
        hosts[device.id] = Host(device.id, "ns", tmp_path / device.id)
    made = list(_programs(sts07, hosts, 7))
    assert len(made) == sum(len(d.runs) for d in sts07.devices if d.present)
    assert all(isinstance(program, Program) and program.argv for _, _, program in made)


def test_identity_of_a_plc_is_laid_out_as_the_status_list_says():
    identity = {
        "name": "MAIN",
        "module": "CPU X",
        "order": "6ES7 315-2EH14-0AB0",
        "serial": "S1",
        "firmware": [3, 2, 14],
    }
    component = s7.component_identity(identity)
    assert struct.unpack_from(">HH", component) == (34, 7)
    assert len(component) == 4 + 7 * 34
    assert component[4:10] == b"\x00\x01MAIN"
    module = s7.module_identity(identity)
    assert struct.unpack_from(">HH", module) == (28, 3)
    assert module[6:26] == b"6ES7 315-2EH14-0AB0 "
    assert module[-4:] == b"V\x03\x02\x0e"


def test_leases_are_written_for_dnsmasq(tmp_path):
    host = Host("fw", "ns", tmp_path)
    dhcp = {
        "first": "10.0.0.10",
        "last": "10.0.0.20",
        "mask": "255.255.255.0",
        "lease": "2m",
        "router": "10.0.0.1",
        "dns": "10.0.0.1",
        "ntp": "10.0.0.1",
        "domain": "x.example",
        "hosts": [["00:11:22:33:44:55", "10.0.0.11", "cam"]],
    }
    dnsmasq.server(host, {"interface": "lan", "names": {"a.example": "10.1.1.1"}, "dhcp": dhcp})
    text = (tmp_path / "dnsmasq-lan.conf").read_text()
    assert "dhcp-host=00:11:22:33:44:55,10.0.0.11,cam" in text
    assert "host-record=a.example,10.1.1.1" in text


@pytest.mark.parametrize(
    ("request_line", "has"),
    [
        ("OPTIONS rtsp://c/ RTSP/1.0\r\nCSeq: 1\r\n\r\n", "Public: OPTIONS"),
        ("DESCRIBE rtsp://c/ RTSP/1.0\r\nCSeq: 2\r\n\r\n", "s=Cam"),
        ("PLAY rtsp://c/ RTSP/1.0\r\nCSeq: 3\r\n\r\n", "Range:"),
        ("GET_PARAMETER rtsp://c/ RTSP/1.0\r\nCSeq: 4\r\n\r\n", "CSeq: 4"),
    ],
)
def test_a_camera_answers(request_line, has):
    stream = rtsp.Stream(("10.0.0.2", 0))
    reply = rtsp.answer(request_line, stream, {"server": "S", "title": "Cam"}, "10.0.0.1")
    assert reply.startswith("RTSP/1.0 200 OK\r\n")
    assert has in reply
    assert stream.playing is request_line.startswith("PLAY")


def test_setup_says_where_packets_go():
    stream = rtsp.Stream(("10.0.0.2", 0))
    setup = "SETUP rtsp://c/ RTSP/1.0\r\nCSeq: 3\r\nTransport: RTP/AVP;client_port=40000-40001\r\n"
    assert "Session:" in rtsp.answer(setup, stream, {"server": "S", "title": "C"}, "10.0.0.1")
    assert stream.client == ("10.0.0.2", 40000)


def test_picture_is_a_jpeg_with_one_comment():
    assert web.picture(b"ab") == b"\xff\xd8\xff\xfe\x00\x04ab\xff\xd9"


def test_visits_keep_to_their_plan():
    plan = [{"at": 0, "requests": 3}, {"at": 0.01, "requests": 5}]
    assert list(visits({"plan": plan})) == [3, 5]
    assert next(visits({})) > 10**9


def test_a_second_dhcp_server_offers_only_what_it_is_told_to(tmp_path):
    dhcp = {
        "first": "10.0.0.50",
        "last": "10.0.0.60",
        "mask": "255.255.255.0",
        "router": "10.0.0.9",
    }
    options = {
        "interface": "lan",
        "silent": True,
        "forward": {"t.example": "10.0.0.3"},
        "dhcp": dhcp,
    }
    dnsmasq.server(Host("box", "ns", tmp_path), options)
    lines = (tmp_path / "dnsmasq-lan.conf").read_text().splitlines()
    assert "dhcp-option=option:router,10.0.0.9" in lines
    assert "dhcp-option=option:dns-server" in lines
    assert "port=0" in lines
    assert "server=/t.example/10.0.0.3" in lines
    assert not any(line.startswith("domain=") for line in lines)


def test_a_rogue_offers_itself_as_the_way_out(wire):
    wire.up({"box": "10.0.0.9/24", "pc": {"address": "10.0.0.50/24", "leased": True}})
    dhcp = {
        "first": "10.0.0.50",
        "last": "10.0.0.60",
        "mask": "255.255.255.0",
        "router": "10.0.0.9",
    }
    wire.run(
        "box", "dnsmasq.server", interface="lan", dhcp=dhcp | {"dns": "10.0.0.9", "domain": "lan"}
    )
    wire.run("pc", "dhcp.client", interface="lan", hostname="pc", vendor="MSFT 5.0")
    offer = "dhcp.option.dhcp == 2"
    row = wire.seen(offer, "ip.src", "dhcp.option.router", "dhcp.option.domain_name_server")[0]
    assert row == ("10.0.0.9",) * 3
    assert wire.until(lambda: "via 10.0.0.9" in wire.inside("pc", "ip", "route"))


def test_run_is_plain_data():
    assert Run("s7.server").options == {}
