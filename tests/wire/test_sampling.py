"""What the walk hands to the dissectors."""

import pytest

from overlanded.wire.sampling import caps, kinds, known_ports, rules

SYN, ACK = 2, 16


def sides(make, sport=40000, dport=9000):
    def client(flags, payload=b"", seq=0):
        return make.ethernet(0x0800, make.ipv4(6, make.tcp(sport, dport, flags, payload, seq)))

    def server(flags, payload=b"", seq=0):
        packet = make.ipv4(6, make.tcp(dport, sport, flags, payload, seq), "10.0.0.2", "10.0.0.1")
        return make.ethernet(0x0800, packet, make.B, make.A)

    return client, server


def taken(make, frames, *names):
    samples = make.walked(make.pcap(frames)).samples
    return [tuple(getattr(sample, name) for name in names) for sample in samples]


def test_first_bytes_come_in_sequence_order(make):
    client, server = sides(make)
    frames = [
        client(SYN, seq=99),
        server(SYN | ACK, seq=0xFFFFFFFE),
        client(ACK, b"cdef", 102),
        client(ACK, b"ab", 100),
        client(ACK, b"abcd", 100),
        server(ACK, b"answer", 0xFFFFFFFF),
    ]
    assert taken(make, frames, "payload", "from_client", "complete", "frame") == [
        (b"abcdef", True, True, 3),
        (b"answer", False, True, 6),
    ]


def test_a_hole_ends_the_first_bytes(make):
    client, _ = sides(make)
    frames = [client(ACK, b"ab", 100), client(ACK, b"ef", 104)]
    assert taken(make, frames, "payload", "complete") == [(b"ab", False)]


@pytest.mark.parametrize(
    ("first", "size"), [(b"q", 2048), (b"\x16\x03\x01", 16384), (b"HTTP/1.1", 16384)]
)
def test_first_bytes_are_bounded_by_what_they_begin_with(make, first, size):
    client, _ = sides(make)
    frames = [
        client(
            ACK,
            (first if place == 0 else b"") + b"." * 1000,
            place * 1000 + bool(place) * len(first),
        )
        for place in range(20)
    ]
    (payload,) = (one for (one,) in taken(make, frames, "payload"))
    assert len(payload) == size


def test_conversations_of_one_client_with_one_service_are_bounded(make):
    frames = [sides(make, sport=40000 + number)[0](ACK, b"GET /", 1) for number in range(50)]
    assert len(taken(make, frames, "payload")) == 4


def test_control_messages_come_once_a_kind(make):
    client, _ = sides(make, dport=502)

    def request(function, transaction, place):
        message = transaction.to_bytes(2, "big") + b"\0\0\0\6\1" + bytes([function]) + b"\0\0\0\1"
        return client(ACK, message, place * 12)

    many = [request(3, number, number) for number in range(400)]
    found = taken(
        make, [*many, request(16, 500, 400), request(3, 501, 401), request(16, 502, 402)], "payload"
    )
    assert [payload[7] for (payload,) in found] == [3, 16]


def test_datagrams_come_once_each_and_names_without_end_of_ids(make):
    def question(ident, name):
        return make.ethernet(
            0x0800, make.ipv4(17, make.udp(40000, 53, ident.to_bytes(2, "big") + name))
        )

    frames = [question(number, b"\1\0same") for number in range(9)] + [question(99, b"\1\0other")]
    assert taken(make, frames, "payload", "layer", "from_client") == [
        (b"\0\0\1\0same", "udp", True),
        (b"\0\x63\1\0other", "udp", True),
    ]
    noise = [
        make.ethernet(0x0800, make.ipv4(17, make.udp(40000, 9000, bytes([number]))))
        for number in range(90)
    ]
    assert len(taken(make, noise, "payload")) == 3


def test_frames_without_ip_come_by_sender_and_kind(make):
    arp = b"\0\1\x08\0\6\4\0\1" + make.A.to_bytes(6, "big") + bytes([10, 0, 0, 9]) + bytes(10)
    cyclic = [make.ethernet(0x8892, b"\xc0\0" + bytes([number])) for number in range(20)]
    named = [make.ethernet(0x8892, b"\xfe\xfe" + bytes([number])) for number in range(20)]
    bpdu = make.ethernet(7, b"\x42\x42\x03" + bytes(20))
    frames = [
        make.ethernet(0x0800, make.ipv4(17, make.udp(1, 2))),
        make.ethernet(0x0806, arp),
        *cyclic,
        *named,
        bpdu,
    ]
    found = make.walked(make.pcap([*frames, *frames])).samples
    assert [(one.layer, one.proto, one.src_ip) for one in found if one.layer == "llc"] == [
        ("llc", 0, (0, 0))
    ]
    assert [len(one.payload) for one in found if one.layer == "llc"] == [7]
    assert sum(one.proto == 0x8892 and one.payload[0] == 0xC0 for one in found) == 1
    assert sum(one.proto == 0x8892 and one.payload[0] == 0xFE for one in found) == 20
    assert sum(one.proto == 0x0806 for one in found) == 1
    assert all(one.src_ip == (0, 0) and one.complete for one in found)


def test_neighbour_messages_and_redirects_are_packets(make):
    redirect = make.ethernet(0x0800, make.ipv4(1, b"\x05\1\0\0" + bytes(30)))
    advert = make.ethernet(0x86DD, make.ipv6(58, b"\x86\0\0\0" + bytes(20), hops=255))
    echo = make.ethernet(0x0800, make.ipv4(1, b"\x08\0" + bytes(30)))
    assert taken(make, [redirect, echo, advert, redirect], "layer", "proto") == [
        ("ip", 1),
        ("ip", 58),
    ]


def test_a_cut_payload_is_not_complete(make):
    whole = make.ethernet(0x0800, make.ipv4(17, make.udp(40000, 53, b"q" * 50)))
    (sample,) = make.walked(make.pcap([whole[:60]], wires=[len(whole)])).samples
    assert (len(sample.payload), sample.complete) == (18, False)


def test_the_table_fits_the_kernel():
    assert len(known_ports()) == 65536
    assert known_ports()[502] & 3 == 3
    assert known_ports()[53] >> 4 == 2
    assert not known_ports()[50001]
    for words in (rules(), kinds(), caps()):
        assert len(words) % 8 == 0
    assert kinds()[-8:] == bytes(8)


def test_long_echoes_are_kept_and_pings_are_not(make):
    def echo(kind, size, number):
        message = bytes((kind, 0, 0, 0, 0, 1, 0, number)) + bytes(size)
        return make.ethernet(0x0800, make.ipv4(1, message, "10.0.0.1", "10.0.0.2"))

    frames = [echo(8, 56, 1), echo(8, 64, 2), *(echo(8, 84, number) for number in range(9))]
    kept = taken(make, [*frames, echo(0, 84, 1)], "proto", "payload")
    assert [(proto, payload[0], len(payload)) for proto, payload in kept] == [
        *[(1, 8, 92)] * 4,
        (1, 0, 92),
    ]
