"""What a sensor saw of all that was recorded: the ways in which real captures see less.

=========================  =====================================================================
view                       what remains
=========================  =====================================================================
``only: broadcast``        frames to everybody or to a group: an ordinary switch port
``port: DEVICE``           what one device sent or was sent, and what went to everybody
``side: sent | received``  one direction of that port: a mirror of its receiver or its sender
``drop: SHARE``            all but this share of the frames, which are lost in bursts
``snap: OCTETS``           the beginnings of frames
``from`` and ``until``     the frames between these seconds of the recording
=========================  =====================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from random import Random
from typing import Any

from msgspec import Struct

from lab import pcapng
from lab.draw import rng

BURST = 8
"""Frames that are lost one after the other, on average: a full buffer stays full for a while."""

View = Mapping[str, Any]


class Frame(Struct, frozen=True):
    """One frame of a recording: seconds since the first, its octets, its block."""

    at: float
    octets: bytes
    block: bytes

    @property
    def group(self) -> bool:
        """Whether it goes to everybody or to a group (IEEE 802, the lowest bit of the first)."""
        return bool(self.octets[0] & 1)


Keep = Callable[[Frame], bool]


def seen(capture: bytes, view: View, macs: Collection[str], seed: object) -> bytes:
    """The pcapng file that is left. ``macs`` are those of the device named in ``port``."""
    own = {bytes.fromhex(mac.replace(":", "")) for mac in macs}
    keeps = list(_keeps(view, own, rng(seed, "view")))
    snap = int(view.get("snap", 0))
    return b"".join(_left(capture, keeps, snap))


def _left(capture: bytes, keeps: list[Keep], snap: int) -> Iterator[bytes]:
    begun: float | None = None
    for kind, block in pcapng.blocks(capture):
        if kind != pcapng.PACKET:
            yield block
            continue
        at = pcapng.nanoseconds(block) / 1e9
        begun = at if begun is None else begun
        frame = Frame(at - begun, pcapng.octets(block), block)
        if all(keep(frame) for keep in keeps):
            yield pcapng.with_octets(block, frame.octets[:snap]) if snap else block


def _keeps(view: View, own: Collection[bytes], draw: Random) -> Iterator[Keep]:
    if view.get("only") == "broadcast":
        yield lambda frame: frame.group
    if "port" in view:
        yield _port(own, view.get("side", ""))
    if "from" in view or "until" in view:
        low, high = view.get("from", 0.0), view.get("until", float("inf"))
        yield lambda frame: low <= frame.at < high
    if "drop" in view:
        yield _lossy(view["drop"], draw)


def _port(own: Collection[bytes], side: str) -> Keep:
    def keep(frame: Frame) -> bool:
        sent = frame.octets[6:12] in own
        received = frame.octets[:6] in own or (frame.group and not sent)
        return {"sent": sent, "received": received}.get(side, sent or received)

    return keep


def _lossy(share: float, draw: Random) -> Keep:
    """Loss in bursts: Gilbert's two states, in one of which everything is lost."""
    losing = False

    def keep(_frame: Frame) -> bool:
        nonlocal losing
        chance = 1 / BURST if losing else share / (1 - share) / BURST
        losing ^= draw.random() < chance
        return not losing

    return keep


def problems(view: View, devices: Collection[str]) -> Iterator[str]:
    """What is wrong with a view, one sentence each."""
    known = {"only", "port", "side", "drop", "snap", "from", "until"}
    yield from (f"a view has no {key}" for key in sorted(set(view) - known))
    if view.get("port") not in {None, *devices}:
        yield f"a view is of {view['port']}, which is not a device"
