"""What a sensor saw of all that was recorded."""

from __future__ import annotations

import struct

import pytest

from lab import pcapng, views

HEADER = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
INTERFACE = struct.pack("<IIHHII", 1, 20, 1, 0, 65535, 20)
A, B, ALL = (bytes.fromhex(text) for text in ("020000000001", "020000000002", "ff" * 6))
TRAFFIC = [(A, B), (B, A), (A, ALL), (B, ALL)]
"""Sender and receiver of the frames of each second."""


def packet(at, octets):
    high, low = divmod(round(at * 1e9), 1 << 32)
    padded = octets + bytes(-len(octets) % 4)
    length = 32 + len(padded)
    head = struct.pack("<IIIIIII", 6, length, 0, high, low, len(octets), len(octets))
    return head + padded + struct.pack("<I", length)


def recording(seconds=40):
    frames = [
        packet(1e9 + second + place / 10, to + sender + b"\x08\x00" + bytes(186))
        for second in range(seconds)
        for place, (sender, to) in enumerate(TRAFFIC)
    ]
    return HEADER + INTERFACE + b"".join(frames)


def left(view, seed=1):
    whole = views.seen(recording(), view, ["02:00:00:00:00:01"], seed)
    return [
        (pcapng.octets(block), pcapng.nanoseconds(block) / 1e9 - 1e9)
        for kind, block in pcapng.blocks(whole)
        if kind == pcapng.PACKET
    ]


KEPT = [
    ({}, 160),
    ({"only": "broadcast"}, 80),
    ({"port": "pc"}, 160),
    ({"port": "pc", "side": "sent"}, 80),
    ({"port": "pc", "side": "received"}, 80),
    ({"from": 10}, 120),
    ({"until": 10}, 40),
    ({"from": 10, "until": 20}, 40),
    ({"from": 10, "until": 20, "only": "broadcast"}, 20),
    ({"snap": 60}, 160),
    ({"drop": 0.0}, 160),
]


@pytest.mark.parametrize(("view", "count"), KEPT)
def test_a_view_leaves_what_it_says(view, count):
    assert len(left(view)) == count


def test_a_side_is_a_side():
    assert {octets[6:12] for octets, _ in left({"port": "pc", "side": "sent"})} == {A}
    assert {octets[6:12] for octets, _ in left({"port": "pc", "side": "received"})} == {B}


def test_others_who_talk_with_each_other_are_not_on_a_port():
    whole = views.seen(recording(), {"port": "pc"}, ["02:00:00:00:00:09"], 1)
    assert sum(kind == pcapng.PACKET for kind, _ in pcapng.blocks(whole)) == 80


def test_a_snapped_frame_keeps_its_length_and_time():
    whole = views.seen(recording(1), {"snap": 60}, [], 1)
    blocks = [block for kind, block in pcapng.blocks(whole) if kind == pcapng.PACKET]
    assert {len(pcapng.octets(block)) for block in blocks} == {60}
    assert {struct.unpack_from("<I", block, 24)[0] for block in blocks} == {200}


@pytest.mark.parametrize("share", [0.02, 0.2])
def test_losses_come_in_bursts_and_are_as_many_as_asked(share):
    kept = [sum(1 for _ in left({"drop": share}, seed)) for seed in range(60)]
    lost = 1 - sum(kept) / (160 * len(kept))
    assert lost == pytest.approx(share, rel=0.5)
    assert left({"drop": share}, 3) == left({"drop": share}, 3)


PROBLEMS = [
    ({"only": "broadcast"}, ""),
    ({"port": "pc"}, ""),
    ({"port": "nobody"}, "a view is of nobody, which is not a device"),
    ({"blur": 3}, "a view has no blur"),
]


@pytest.mark.parametrize(("view", "words"), PROBLEMS)
def test_a_view_of_nothing_is_named(view, words):
    assert "; ".join(views.problems(view, {"pc"})) == words
