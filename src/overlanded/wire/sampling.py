"""The sampling table in words for the walk, and what the walk hands out as samples."""

from __future__ import annotations

import struct
from array import array
from functools import cache
from typing import Any

from msgspec import Struct, field

from overlanded.data import table
from overlanded.wire.facts import Sample
from overlanded.wire.kernels import layout as at
from overlanded.wire.kernels.layout import Store

_LAYERS = {
    at.EV_ETH: "eth",
    at.EV_LLC: "llc",
    at.EV_IP: "ip",
    at.EV_UDP: "udp",
    at.EV_TCP: "tcp",
    at.EV_STREAM_LAYER: "tcp",
}
_ANY = 256
"""A value that no byte has: the kind needs nothing else."""

_HEAD = struct.Struct(f"={at.EVENT_WORDS}Q")


@cache
def known_ports() -> bytes:
    """A byte for every port: ``layout.PORT_*``, and the rank of its datagrams above them."""
    held = table("sampling")
    known = bytearray(65536)
    for port in held["server"]["ports"]:
        known[port] |= at.PORT_LISTENS
    for entry in held["control"]:
        known[entry["port"]] |= at.PORT_LISTENS | at.PORT_CONTROL
    for entry in held["datagrams"]:
        for port in entry["ports"]:
            known[port] |= entry["rank"] << at.RANK_SHIFT
    for port in range(1, 1024):
        known[port] |= at.PORT_LISTENS
    for port in at.WRAPPERS:
        known[port] |= at.PORT_WRAPS
    return bytes(known)


def rules() -> bytearray:
    """The kinds of frame without IP: ``layout.RULE_*``."""
    held: list[dict[str, Any]] = table("sampling")["frames"]
    words: list[int] = []
    extra: list[int] = []
    for entry in held:
        then = 0
        if "within" in entry:
            then = len(held) * at.RULE_WORDS + len(extra)
            extra += [0, entry["within_cap"], 0, 0, 0, 0]
        words += [entry["kind"], entry["cap"], entry.get("at", 0), entry.get("bytes", 0)]
        words += [entry.get("within", 0), then]
    return _packed(words + extra)


def kinds() -> bytearray:
    """The kinds of control message: ``layout.KIND_*``, in groups that end with a zero.

    The first words say where the group of a port begins, by the port's low byte, so that a packet
    is held against the few entries of its own group.
    """
    groups: dict[int, list[int]] = {}
    for entry in table("sampling")["control"]:
        place, value = entry.get("when", (0, _ANY))
        key = entry["key"]
        words = [entry["port"], place, value, max(key) + 1, *_windows(key)]
        groups.setdefault(entry["port"] % at.KIND_GROUPS, []).extend(words)
    starts = [at.KIND_GROUPS] * at.KIND_GROUPS
    laid = [0]
    for group, words in sorted(groups.items()):
        starts[group] = at.KIND_GROUPS + len(laid)
        laid += [*words, 0]
    return _packed([*starts, *laid])


def _windows(key: list[int]) -> list[int]:
    """Places where eight bytes are taken, then the masks that leave those of the key in them."""
    places: list[int] = []
    masks: list[int] = []
    for byte in sorted(key):
        if not places or byte >= places[-1] + 8:
            places.append(byte)
            masks.append(0)
        masks[-1] |= 0xFF << 8 * (7 - (byte - places[-1]))
    unused = [0] * (at.KIND_WINDOWS - len(places))
    return [*places, *unused, *masks, *unused]


def caps() -> bytearray:
    """The bounds: ``layout.CAP_*``."""
    bounds = table("sampling")["bounds"]
    words = [0] * at.CAP_WORDS
    names = ("packets", "look", "sender_datagrams", "streams", "kinds", "first_bytes", "long_bytes")
    for place, name in enumerate(names):
        words[place] = bounds[name]
    for entry in table("sampling")["datagrams"]:
        words[at.CAP_RANKS + entry["rank"] * 2] = entry["cap"]
        words[at.CAP_RANKS + entry["rank"] * 2 + 1] = entry["skip"]
    return _packed(words)


def _packed(words: list[int]) -> bytearray:
    return bytearray(array("Q", words).tobytes())


class _Stream(Struct):
    """The first bytes of one direction of a conversation, as they come in."""

    first: Sample
    parts: list[tuple[int, bytes]] = field(default_factory=list)
    whole: bool = True

    def sample(self) -> Sample:
        """What is there from the first byte on without a hole."""
        self.parts.sort(key=lambda part: part[0])
        payload = bytearray()
        base = self.parts[0][0]
        whole = self.whole and base == 0
        for place, data in self.parts:
            behind = base + len(payload) - place
            if behind < 0:
                whole = False
                break
            payload += data[behind:]
        return _renewed(self.first, bytes(payload), complete=whole)


class Collector:
    """Takes the walk's events and makes samples of them, in the order of their first frames."""

    def __init__(self) -> None:
        self._single: list[Sample] = []
        self._streams: dict[tuple[int, int, int], _Stream] = {}

    def take(self, store: Store, used: int) -> None:
        """The events in the first ``used`` words of the store."""
        octets = memoryview(store)
        place, end = 0, used * 8
        while place < end:
            words = _HEAD.unpack_from(octets, place)
            begin = place + _HEAD.size
            payload = bytes(octets[begin : begin + words[at.EV_SIZE]])
            if words[at.EV_LAYER] == at.EV_STREAM_LAYER:
                self._part(words, payload)
            else:
                self._single.append(_sample(words, payload))
            place += words[0] * 8

    def _part(self, words: tuple[int, ...], payload: bytes) -> None:
        where = words[at.EV_PLACE]
        key = (words[at.EV_STREAM], words[at.EV_SERIAL], where & 1)
        stream = self._streams.get(key)
        if stream is None:
            stream = self._streams[key] = _Stream(_sample(words, b""))
        stream.parts.append((where >> 1, payload))
        if not words[at.EV_FLAGS] & at.FLAG_WHOLE:
            stream.whole = False

    def samples(self) -> list[Sample]:
        """All samples by first frame; of one frame in the order in which the walk met them."""
        made = self._single + [stream.sample() for stream in self._streams.values()]
        return sorted(made, key=lambda sample: (sample.frame, sample.layer, sample.src_port))


def _sample(word: tuple[int, ...], payload: bytes) -> Sample:
    flags = word[at.EV_FLAGS]
    return Sample(
        word[at.EV_FRAME],
        word[at.EV_NS],
        _LAYERS[word[at.EV_LAYER]],
        word[at.EV_PROTO],
        word[at.EV_VLAN],
        word[at.EV_MACS],
        word[at.EV_MACS + 1],
        (word[at.EV_IPS], word[at.EV_IPS + 1]),
        (word[at.EV_IPS + 2], word[at.EV_IPS + 3]),
        word[at.EV_PORTS] >> 16,
        word[at.EV_PORTS] & 0xFFFF,
        bool(flags & at.FLAG_CLIENT),
        payload,
        bool(flags & at.FLAG_WHOLE),
    )


def _renewed(first: Sample, payload: bytes, *, complete: bool) -> Sample:
    return Sample(
        first.frame,
        first.ns,
        first.layer,
        first.proto,
        first.vlan,
        first.src_mac,
        first.dst_mac,
        first.src_ip,
        first.dst_ip,
        first.src_port,
        first.dst_port,
        first.from_client,
        payload,
        complete,
    )
