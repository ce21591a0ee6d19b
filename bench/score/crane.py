"""A built crane with its truth and its audit, and verdicts about it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from msgspec import Struct

from bench.score import pairing
from bench.score.captured import Captured

Told: TypeAlias = "tuple[str, str, bool]"


class Verdict(Struct, frozen=True):
    """One answer and the truth: what it is about, what was said, what is true."""

    kind: str
    crane: str
    who: str
    said: str
    true: str
    right: bool
    chance: float | None = None
    """How likely the answer said it is; for a client, the weight of far against near."""
    why: str = ""


class Crane:
    """A crane with its truth, its audit, and who is who in both."""

    def __init__(self, folder: Path, truth: Any, audited: Any, wire: Captured) -> None:  # noqa: ANN401
        self.folder = folder
        self.truth = truth
        self.tree = audited.tree
        self.document = audited.document
        self.observations = audited.observations
        self.wire = wire
        self.pairs = pairing.paired(truth["devices"], self.tree)
        self.said = {one["id"]: one for one in self.tree["devices"]}

    def verdict(self, kind: str, who: str, told: Told, **more: Any) -> Verdict:  # noqa: ANN401
        """A verdict about this crane; ``told`` is what was said, what is true, if it is right."""
        said, true, right = told
        return Verdict(kind, self.folder.name, who, said, true, right, **more)

    def emits(self, device: Mapping[str, Any]) -> bool:
        """Whether a sensor was passed by anything that the device sent."""
        return any(self.wire.sent.get(mac) for mac in device["macs"])

    def emits_to_one(self, device: Mapping[str, Any]) -> bool:
        """Whether a sensor was passed by anything that the device sent to one station."""
        return any(self.wire.alone.get(mac) for mac in device["macs"])

    def asked(self, device: Mapping[str, Any]) -> bool:
        """Whether a sensor was passed by anything that was sent to the device alone."""
        return not self.wire.asked.isdisjoint(device["macs"])

    def far(self) -> set[str]:
        """The ids of those through whom, or as whom, somebody far away is a client."""
        told = [one["expects"] for one in self.truth["planted"] if "expects" in one]
        names = {one.get("seen_as", one["device"]): one["far"] for one in told}
        behind = {one["id"] for one in self.truth["devices"] if one["activity"]["outside"]}
        return {one for one in behind | set(names) if names.get(one, True)}

    def owner(self, subject: Any) -> str:  # noqa: ANN401
        """The id of whoever has an address or a MAC."""
        for one in (*self.truth["devices"], *self.truth["elsewhere"]):
            if subject.value in (*one["macs"], *one["addresses"]):
                return str(one["id"])
        return str(subject.value)
