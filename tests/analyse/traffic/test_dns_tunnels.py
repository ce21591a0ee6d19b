import random
import struct
from collections import Counter

import pytest
from msgspec.structs import replace
from traffic import sample, sighting, world

from overlanded.analyse.traffic.dns_tunnels import carries, entropy, observe, split
from overlanded.analyse.traffic.parties import CLAIMED
from overlanded.analyse.traffic.seen import Read
from overlanded.model.observing import Subject
from overlanded.wire.dissect import recognise

HMI, SERVER = "00:1b:1b:00:00:01", "00:1b:1b:00:00:09"
HMI_IP, SERVER_IP = "192.168.10.1", "192.168.10.9"
HELD = [sighting(HMI, HMI_IP, CLAIMED), sighting(SERVER, SERVER_IP, CLAIMED)]
A, NULL, TXT = 1, 10, 16
BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


def asked(name, kind):
    labels = b"".join(bytes((len(part),)) + part.encode() for part in name.split("."))
    message = (
        struct.pack("!6H", 7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", kind, 1)
    )
    one = sample(HMI_IP, SERVER_IP, src_mac=HMI, dst_mac=SERVER, layer="udp", dst_port=53)
    one = replace(one, payload=message)
    return Read(0, one, recognise(one))


def noise(count, size, letters=BASE32, below="t.example.com"):
    chance = random.Random(7)
    return [
        "".join(chance.choice(letters) for _ in range(size)) + "." + below for _ in range(count)
    ]


def found(names, kind=A):
    return [*observe(world([], HELD, [asked(name, kind) for name in names]))]


def test_data_in_names_is_told_of_the_asker_with_what_shows_it():
    (one,) = found(noise(40, 50))
    assert (one.subject, one.value, one.count) == (Subject("mac", HMI), "dns-tunnel", 40)
    detail = dict(one.detail)
    assert detail["domain"] == "example.com"
    assert (detail["where"], detail["by"], detail["names"]) == ("onward", "statistics", "40")
    assert one.object == Subject("ip", SERVER_IP)


ORDINARY = {
    "few names": (noise(20, 50), A),
    "short names": (noise(60, 8), A),
    "the same names again": (noise(10, 50) * 6, A),
    "names of hosts": ([f"crane-{n:03}-hmi-of-the-north-quay.port.example" for n in range(60)], A),
    "digests of files": (noise(60, 40, below="x.avqs.mcafee.com"), TXT),
    "addresses backwards": ([f"{n}.10.168.192.in-addr.arpa" for n in range(60)], TXT),
    "names without a head": ([f"port-{n:03}.example" for n in range(60)], TXT),
}


@pytest.mark.parametrize("case", ORDINARY)
def test_ordinary_questions(case):
    names, kind = ORDINARY[case]
    assert found(names, kind) == []


@pytest.mark.parametrize("kind", [NULL, TXT])
def test_records_that_carry_much_need_less_of_the_names(kind):
    assert [one.value for one in found(noise(40, 12, "0123456789abcdef"), kind)] == ["dns-tunnel"]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a.b.example.com", ("ab", "example.com")),
        ("x.example.co.uk", ("x", "example.co.uk")),
        ("example.com", ("", "example.com")),
        ("plc", ("", "plc")),
    ],
)
def test_the_domain_and_what_stands_before_it(name, parts):
    assert split(name) == parts


def test_bits_a_character():
    assert entropy("aaaa") == 0
    assert entropy("abcd" * 5) == 2
    assert not carries(("a",), Counter(), 1)
