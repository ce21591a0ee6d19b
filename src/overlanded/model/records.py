"""Paperwork: what should be there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from overlanded.model.citing import Citation
from overlanded.model.identifiers import Identifier


class RecordStatus(StrEnum):
    """What the paper says became of the line."""

    ORDERED = "ordered"
    OPTIONAL = "optional"
    DECLINED = "declined"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Record:
    """One line of paperwork. Empty text means the paper does not say."""

    id: str
    status: RecordStatus
    description: str
    """As written, in its own language."""
    quantity: int
    citation: Citation
    line: str = ""
    """The paper's own line or option number, e.g. ``14.3``."""
    device_class: str = ""
    """From the closed list of device classes; empty when the words do not say."""
    maker: str = ""
    model: str = ""
    place: str = ""
    unit: str = ""
    purpose: str = ""
    holder: str = ""
    identifiers: tuple[Identifier, ...] = ()
    supersedes: tuple[str, ...] = ()
    """Ids of earlier records that this line changes or removes (change orders)."""
    adds: bool = False
    """True when a change order adds this to what other papers list."""
    dated: str = ""
    """Day (or month) of a change order, ISO 8601; empty when its titles give none."""
